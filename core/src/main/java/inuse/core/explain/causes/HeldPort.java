package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.ServerRuntime;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.BindRule;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * inuse holds the port for a server to come.
 *
 * <h2>What it is</h2>
 *
 * {@code inuse hold}, or {@code inuse run --hold}, has bound the port with SO_REUSEADDR and never
 * listens there. The kernel gives the port to no client and to no bind to port 0.
 *
 * <h2>Why bind fails</h2>
 *
 * A bind without SO_REUSEADDR is refused as long as any other socket is bound to the port. One with
 * the option is let in at once, and listens beside the held socket.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -atnp --bound-inactive 'sport = :8080'}, from iproute2 6.8 and Linux 6.8 on.
 *
 * <h2>What to do</h2>
 *
 * Start the server with SO_REUSEADDR: Java, Node.js, Go, nginx and most others set it by
 * themselves. For a program that does not, {@code inuse run --guard --reuseaddr} sets it. When the
 * command ends for which the port is held, it is given up; {@code inuse free} asks the holder to
 * end before.
 *
 * <h2>What not to do</h2>
 *
 * To end it so that a server can start is not needed.
 *
 * <h2>Source</h2>
 *
 * inet_csk_get_port() and inet_csk_bind_conflict(), net/ipv4/inet_connection_sock.c; socket(7),
 * SO_REUSEADDR.
 */
public record HeldPort(Blockers blockers) implements SocketCause {
  /** Characters of the command line that a sentence has room for. */
  private static final int MAX_COMMAND = 40;

  private static final String CUT = "...";
  private static final String COMMAND_FOLLOWS = "--";

  /** Claims what inuse holds. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed.claim(socket -> isHeld(socket, unclaimed.snapshot())).map(HeldPort::new);
  }

  /** Where a bind succeeds for its SO_REUSEADDR alone: beside whom. */
  public static Optional<Cause> ahead(PortSnapshot snapshot) {
    Newcomer without = snapshot.newcomer().withoutReuseAddress();
    List<BoundSocket> held =
        snapshot.sockets().stream()
            .filter(socket -> isHeld(socket, snapshot))
            .filter(socket ->
                snapshot.target().addresses().stream()
                    .anyMatch(address ->
                        BindRule.bind(socket, without, address) == BindRule.Outcome.REFUSED))
            .toList();
    Set<BindMode> blocks = EnumSet.of(BindMode.PLAIN, BindMode.REUSEPORT);
    return held.isEmpty() || !snapshot.newcomer().reuseAddress()
        ? Optional.empty()
        : Optional.of(new HeldPort(new Blockers(snapshot, held, blocks)));
  }

  /** Whether inuse alone has that socket, and servers that set SO_REUSEADDR may come. */
  static boolean isHeld(BoundSocket socket, PortSnapshot snapshot) {
    List<Holder> holders = snapshot.holdersOf(socket);
    return socket.protocol() == Protocol.TCP
        && socket.state() == SocketState.BOUND
        && socket.reuseAddress().is(true)
        && !holders.isEmpty()
        && holders.stream().allMatch(one -> one.invocation().ours());
  }

  @Override
  public String id() {
    return "held-port";
  }

  @Override
  public Phrase summary() {
    return Phrases.places(sockets())
        .then(sockets().size() == 1 ? " is held by " : " are held by ")
        .then(
            holders().stream()
                .map(HeldPort::who)
                .reduce((one, more) -> one.then(" and ").then(more))
                .orElse(Phrase.of("inuse")));
  }

  /** {@code inuse (pid 12, alice) for npm test}. */
  private static Phrase who(Holder holder) {
    Phrase user =
        holder
            .account()
            .toOptional()
            .map(account -> Phrase.of(", ").then(Phrases.account(account)))
            .orElse(Phrase.of(""));
    return Phrase.of("inuse (pid " + holder.pid())
        .then(user)
        .then(")")
        .then(command(holder).map(words -> Phrase.of(" for ").then(words)).orElse(Phrase.of("")));
  }

  /** The command for which it holds its ports, as it was started; empty where there is none. */
  public static Optional<Untrusted> command(Holder holder) {
    List<Untrusted> words = holder.invocation().shownArguments();
    int separator = words.indexOf(new Untrusted(COMMAND_FOLLOWS));
    if (separator < 0 || separator == words.size() - 1) {
      return Optional.empty();
    }
    List<Untrusted> command = words.subList(separator + 1, words.size());
    String line = String.join(" ", command.stream().map(Untrusted::bytes).toList());
    boolean whole = line.length() <= MAX_COMMAND;
    return Optional.of(
        new Untrusted(whole ? line : line.substring(0, MAX_COMMAND - CUT.length()) + CUT));
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "a server that sets SO_REUSEADDR can bind it now; without the option, a bind is refused as"
            + " long as it is held");
  }

  @Override
  public List<Remedy> remedies() {
    // A server that sets it needs nothing else.
    return blockers.snapshot().newcomer().reuseAddress()
        ? List.of()
        : Stream.concat(
                Stream.of(
                    Remedy.advice(
                        Remedy.Id.USE_REUSEADDR,
                        Phrase.of(
                            "start your server with SO_REUSEADDR. " + ServerRuntime.briefly()))),
                Remedies.stop(blockers).stream())
            .toList();
  }
}
