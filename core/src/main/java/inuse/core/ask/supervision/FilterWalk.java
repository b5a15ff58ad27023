package inuse.core.ask.supervision;

import inuse.core.ask.supervision.FilterRegisters.Answer;
import inuse.kernel.netfilter.Expression;
import inuse.kernel.netfilter.Rule;
import java.util.List;
import java.util.Optional;

/** The way of one packet through the rules of a packet filter. */
final class FilterWalk {
  /** How deep rules jump: the kernel's own bound (NFT_JUMP_STACK_SIZE). */
  private static final int MAX_DEPTH = 16;

  /** Expressions and elements of sets that are looked at for one port. */
  private static final int MAX_STEPS = 1_000_000;

  /** What becomes of a packet after a rule. */
  private enum Next {
    RULE,
    RETURN,
    END
  }

  private final FilterRuleset ruleset;
  private final FilteredPacket packet;
  private final PacketTranslation translation;
  private int steps;

  FilterWalk(FilterRuleset ruleset, FilteredPacket packet) {
    this.ruleset = ruleset;
    this.packet = packet;
    translation = new PacketTranslation(packet);
  }

  /** Where the packet is sent, if anywhere. */
  Optional<PacketFilter.Way> way() {
    for (FilterRuleset.Name chain : ruleset.beginnings(packet.family())) {
      follow(chain, Optional.empty(), 0);
    }
    return translation.way();
  }

  private Next follow(FilterRuleset.Name chain, Optional<Rule> naming, int depth) {
    for (Rule rule : ruleset.rules(chain)) {
      Next next = step(rule, 0, new FilterRegisters(), true, naming, depth);
      if (next != Next.RULE) {
        return next;
      }
    }
    return Next.RULE;
  }

  private Next step(
      Rule rule,
      int from,
      FilterRegisters registers,
      boolean surely,
      Optional<Rule> naming,
      int depth) {
    boolean sure = surely;
    Optional<Rule> named = naming;
    for (int i = from; i < rule.expressions().size(); i++) {
      if (++steps > MAX_STEPS) {
        return Next.END;
      }
      switch (rule.expressions().get(i)) {
        case Expression.Payload one -> packet.load(one, registers);
        case Expression.Meta one -> packet.load(one, registers);
        case Expression.Load one -> registers.load(one.register(), one.value());
        case Expression.Mask one -> registers.mask(one.from(), one.to(), one.mask(), one.flips());
        case Expression.Between one -> {
          Answer answer =
              registers.between(one.register(), one.low(), one.high()).inverted(one.inverted());
          if (answer == Answer.NO) {
            return Next.RULE;
          }
          sure &= answer == Answer.YES;
          if (!one.inverted() && registers.havePort(one.register(), one.low().length())) {
            named = named.or(() -> Optional.of(rule));
          }
        }
        case Expression.Ports one -> {
          if (packet.isFor(one) == one.inverted()) {
            return Next.RULE;
          }
          if (!one.inverted()) {
            named = named.or(() -> Optional.of(rule));
          }
        }
        case Expression.Lookup one -> {
          if (one.into().isPresent()) {
            return look(one, rule, i, registers, sure, named, depth);
          }
          Answer answer = isIn(one, rule, registers).inverted(one.inverted());
          if (answer == Answer.NO) {
            return Next.RULE;
          }
          sure &= answer == Answer.YES;
          if (!one.inverted() && hasPort(one, rule, registers)) {
            named = named.or(() -> Optional.of(rule));
          }
        }
        case Expression.Translate one -> {
          named.ifPresent(by -> translation.send(by, one, registers));
          return sure ? Next.END : Next.RULE;
        }
        case Expression.Verdict one -> {
          return decide(one, rule, sure, named, depth);
        }
        case Expression.Passing one -> {}
        case Expression.Other one -> {
          registers.forget();
          sure = false;
        }
      }
    }
    return Next.RULE;
  }

  private Answer answer(FilterSet.Entry entry, int register, FilterRegisters registers) {
    if (entry.isForOthers() || entry.high().length() != entry.low().length()) {
      return Answer.MAYBE;
    }
    return entry.parts()
        ? registers.betweenInParts(register, entry.low(), entry.high())
        : registers.between(register, entry.low(), entry.high());
  }

  private Optional<FilterSet> set(Expression.Lookup one, Rule rule) {
    Optional<FilterSet> set = ruleset.set(rule, one.set());
    steps += set.map(it -> it.entries().size()).orElse(0);
    return set;
  }

  private Answer isIn(Expression.Lookup one, Rule rule, FilterRegisters registers) {
    Optional<FilterSet> set = set(one, rule);
    if (set.isEmpty()) {
      return Answer.MAYBE;
    }
    Answer best = Answer.NO;
    for (FilterSet.Entry entry : set.get().entries()) {
      Answer answer = answer(entry, one.register(), registers);
      best = answer.compareTo(best) > 0 ? answer : best;
    }
    return best;
  }

  private boolean hasPort(Expression.Lookup one, Rule rule, FilterRegisters registers) {
    return ruleset.set(rule, one.set()).stream()
        .flatMap(set -> set.entries().stream())
        .filter(entry -> !entry.isForOthers())
        .findFirst()
        .filter(entry -> registers.havePort(one.register(), entry.low().length()))
        .isPresent();
  }

  /** Follows each entry of a map that the packet may have. */
  private Next look(
      Expression.Lookup one,
      Rule rule,
      int at,
      FilterRegisters registers,
      boolean sure,
      Optional<Rule> naming,
      int depth) {
    for (FilterSet.Entry entry : set(one, rule).map(FilterSet::entries).orElse(List.of())) {
      Answer answer = answer(entry, one.register(), registers);
      if (answer == Answer.NO) {
        continue;
      }
      Optional<Rule> named =
          naming.or(() ->
              registers.havePort(one.register(), entry.low().length())
                  ? Optional.of(rule)
                  : Optional.empty());
      boolean only = sure && answer == Answer.YES;
      Next next;
      if (one.into().getAsInt() == Expression.VERDICT) {
        next =
            entry
                .verdict()
                .map(verdict -> decide(verdict, rule, only, named, depth))
                .orElse(Next.RULE);
      } else {
        FilterRegisters loaded = registers.copy();
        loaded.load(one.into().getAsInt(), entry.value());
        next = step(rule, at + 1, loaded, only, named, depth);
      }
      if (next != Next.RULE || steps > MAX_STEPS) {
        return next;
      }
    }
    return Next.RULE;
  }

  private Next decide(
      Expression.Verdict verdict, Rule rule, boolean sure, Optional<Rule> named, int depth) {
    return switch (verdict.decision()) {
      case CONTINUE -> Next.RULE;
      case END -> sure ? Next.END : Next.RULE;
      case RETURN -> sure ? Next.RETURN : Next.RULE;
      case JUMP, GOTO -> {
        Next next =
            depth < MAX_DEPTH
                ? follow(FilterRuleset.Name.beside(rule, verdict.chain()), named, depth + 1)
                : Next.RULE;
        if (!sure) {
          yield steps > MAX_STEPS ? Next.END : Next.RULE;
        }
        yield next == Next.END
            ? Next.END
            : verdict.decision() == Expression.Decision.GOTO ? Next.RETURN : Next.RULE;
      }
    };
  }
}
