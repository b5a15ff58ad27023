package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.NFPROTO_INET;
import static inuse.kernel.abi.Constants.NF_INET_PRE_ROUTING;

import inuse.kernel.netfilter.Chain;
import inuse.kernel.netfilter.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of one packet filter by their chains, and its sets. */
final class FilterRuleset {
  /** A chain's name. */
  record Name(int family, String table, String chain) {
    /** A chain in the table of that rule. */
    static Name beside(Rule rule, String chain) {
      return new Name(rule.family(), rule.table(), chain);
    }
  }

  /** The sets of a filter; empty where one cannot be read. */
  interface Sets {
    Optional<FilterSet> find(int family, String table, String set);
  }

  private final List<Chain> beginnings;
  private final Map<Name, List<Rule>> rules = new HashMap<>();
  private final Sets sets;

  FilterRuleset(List<Chain> chains, List<Rule> rules, Sets sets) {
    beginnings = chains.stream().filter(one -> one.hook() == NF_INET_PRE_ROUTING).toList();
    for (Rule rule : rules) {
      Name name = new Name(rule.family(), rule.table(), rule.chain());
      this.rules.computeIfAbsent(name, any -> new ArrayList<>()).add(rule);
    }
    this.sets = sets;
  }

  /** The chains that packets of a family pass first, when they arrive from other hosts. */
  List<Name> beginnings(int family) {
    return beginnings.stream()
        .filter(chain -> chain.family() == family || chain.family() == NFPROTO_INET)
        .map(chain -> new Name(chain.family(), chain.table(), chain.name()))
        .toList();
  }

  /** The rules of a chain, in order. */
  List<Rule> rules(Name chain) {
    return rules.getOrDefault(chain, List.of());
  }

  /** The set that a rule looks something up in; empty where it cannot be read. */
  Optional<FilterSet> set(Rule rule, String name) {
    return sets.find(rule.family(), rule.table(), name);
  }
}
