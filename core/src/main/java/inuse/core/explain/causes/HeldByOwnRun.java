package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.OwnRun.Relation;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;

/**
 * The program that is being started has the port itself.
 *
 * <h2>What it is</h2>
 *
 * The socket in the way belongs to the very process that binds, to one above it, or to another one
 * that the same program started. Known only under the guard of {@code inuse run}.
 *
 * <h2>Why bind fails</h2>
 *
 * A program is no exception to the rule: its second bind must not overlap with its first. [::]
 * without IPV6_V6ONLY takes IPv4 too and overlaps with 0.0.0.0; 0.0.0.0 overlaps with each of its
 * addresses; and a child that inherits an option or a variable such as NODE_OPTIONS=--inspect binds
 * what its parent has.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code strace -f -e trace=bind,listen PROGRAM}
 *
 * <h2>What to do</h2>
 *
 * Let the program bind the address once: drop one of two lines of its configuration, set
 * IPV6_V6ONLY (nginx: {@code ipv6only=on}), keep an option from its children, or give one of the
 * two another port.
 *
 * <h2>What not to do</h2>
 *
 * Ending the process that has the port: it is the program itself.
 *
 * <h2>Source</h2>
 *
 * inet_csk_bind_conflict(), net/ipv4/inet_connection_sock.c; ipv6(7), IPV6_V6ONLY.
 */
public record HeldByOwnRun(Blockers blockers, OwnRun run) implements SocketCause {
  /** What helps whoever is in their own way, wherever they bind. */
  public static final Remedy ADVICE =
      Remedy.advice(
          Remedy.Id.BIND_ONCE,
          Phrase.of(
              "the run itself has it: let the program bind it once, or start only one such"
                  + " process"));

  /** Claims what the run itself holds. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    PortSnapshot seen = unclaimed.snapshot();
    return seen.newcomer()
        .run()
        .flatMap(run ->
            unclaimed
                .claim(socket ->
                    seen.holdersOf(socket).stream().anyMatch(one -> run.relation(one).isPresent()))
                .map(blockers -> new HeldByOwnRun(blockers, run)));
  }

  @Override
  public String id() {
    return "own-run";
  }

  /** What the nearest of the holders is to the process that binds. */
  private Relation nearest() {
    return holders().stream()
        .flatMap(one -> run.relation(one).stream())
        .sorted()
        .findFirst()
        .orElse(Relation.BESIDE);
  }

  /** The holders that belong to the run. */
  private List<Holder> own() {
    return holders().stream()
        .filter(one -> run.relation(one).equals(Optional.of(nearest())))
        .toList();
  }

  @Override
  public Phrase summary() {
    String whose =
        switch (nearest()) {
          case ITSELF -> "your program itself, ";
          case ABOVE -> "your program's parent, ";
          case BESIDE -> "a helper of this very run, ";
        };
    return Phrase.of(whose)
        .then(Phrases.holders(own()))
        .then(own().size() == 1 ? ", has already bound " : ", have already bound ")
        .then(Phrases.places(sockets()));
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        switch (nearest()) {
          case ITSELF -> "this bind overlaps with its own: " + overlap();
          case ABOVE ->
              "a child binds what its parent has: an option or a variable that children inherit, as"
                  + " NODE_OPTIONS=--inspect, does that";
          case BESIDE -> "two processes of one program bind the same port";
        });
  }

  private String overlap() {
    IpAddress held = sockets().getFirst().local().address();
    IpAddress wanted = wanted(sockets().getFirst());
    if (isDual(held, wanted)) {
      return "[::] without IPV6_V6ONLY takes IPv4 too";
    }
    return held.unmapped().equals(wanted.unmapped())
        ? "it binds the same address twice"
        : "one of the two is a wildcard, which takes every address";
  }

  private IpAddress wanted(BoundSocket held) {
    return blockers.snapshot().target().address().orElse(held.local().address());
  }

  private static boolean isDual(IpAddress held, IpAddress wanted) {
    return held.unmapped().family() != wanted.unmapped().family();
  }

  @Override
  public List<Remedy> remedies() {
    BoundSocket first = sockets().getFirst();
    return List.of(
        Remedy.advice(
            Remedy.Id.BIND_ONCE,
            Phrase.of(
                switch (nearest()) {
                  case ITSELF ->
                      isDual(first.local().address(), wanted(first))
                          ? "set IPV6_V6ONLY on the IPv6 socket (nginx: ipv6only=on), or let the"
                              + " program bind [::] alone"
                          : "let the program bind it once: drop one of the two from its"
                              + " configuration, or give one another port";
                  case ABOVE ->
                      "keep the option from the child, or give the child another port (for an"
                          + " inspector or debugger, port 0)";
                  case BESIDE -> "give one of the two another port, or start only one of them";
                })));
  }
}
