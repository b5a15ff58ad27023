package inuse.core.explain.causes;

import inuse.core.evidence.Account;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Held;
import inuse.core.explain.Phrase;
import inuse.core.explain.Remedy;
import inuse.core.explain.Unclaimed;
import inuse.core.explain.Words;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A socket whose process cannot be seen.
 *
 * <h2>What it is</h2>
 *
 * The kernel tells everybody which sockets exist and whose they are, but shows a process's open
 * files only to the same user and to root, and only inside the same PID namespace.
 *
 * <h2>Why bind fails</h2>
 *
 * A socket that you may not look into refuses your bind like any other.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code sudo ss -anp 'sport = :8080'}
 *
 * <h2>What to do</h2>
 *
 * Ask again as root, or ask the user who is named.
 *
 * <h2>What not to do</h2>
 *
 * Do not take the empty answer of {@code lsof} or {@code fuser} for a free port.
 *
 * <h2>Source</h2>
 *
 * proc_pid_fd(5), ptrace(2) "Ptrace access mode checking".
 */
public record HiddenHolder(Held held) implements SocketCause {
  /** Claims the sockets that some process must have open, and none is seen to. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket ->
            socket.inode().isPresent() && unclaimed.snapshot().holdersOf(socket).isEmpty())
        .map(hidden -> new HiddenHolder(Listener.withConnections(hidden, unclaimed)));
  }

  @Override
  public String id() {
    return "hidden-holder";
  }

  @Override
  public Phrase summary() {
    TreeMap<Long, Account> owners = new TreeMap<>();
    sockets().forEach(socket -> owners.put(socket.owner().uid().number(), socket.owner()));
    Phrase who = Phrase.of("a process of ");
    boolean first = true;
    for (Account owner : owners.values()) {
      who = who.then(first ? "" : " and ").then(Words.account(owner));
      first = false;
    }
    return who.then(
            isRoot() ? ", which cannot be seen from here, holds " : ", hidden from you, holds ")
        .then(Words.places(sockets()))
        .then(" (")
        .then(Words.states(sockets()))
        .then(")");
  }

  private boolean isRoot() {
    return held.snapshot().asker().equals(Uid.ROOT);
  }

  @Override
  public Phrase why() {
    Phrase why =
        Phrase.of(
            isRoot()
                ? "no process in this PID namespace has the socket open; it may belong to a"
                    + " container's process, to the kernel, or be kept alive in a way that leaves"
                    + " no descriptor"
                : "the kernel shows a process's open files only to its own user and to root");
    Optional<Untrusted> cgroup =
        sockets().stream().flatMap(one -> one.cgroup().toOptional().stream()).findFirst();
    return cgroup
        .map(path -> why.then("; the socket was made in control group ").then(path))
        .orElse(why);
  }

  @Override
  public List<Remedy> remedies() {
    if (isRoot()) {
      return List.of();
    }
    return List.of(
        new Remedy(
            Remedy.Id.RUN_AS_ROOT,
            List.of("sudo", "inuse", held.snapshot().target().toString()),
            true,
            Phrase.of("shows the process and how to end it")));
  }
}
