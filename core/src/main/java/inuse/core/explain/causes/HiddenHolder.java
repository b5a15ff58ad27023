package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A socket whose process cannot be seen.
 *
 * <p>Also: hidden, another user
 *
 * <h2>What it is</h2>
 *
 * The kernel tells every user which sockets exist and whose they are, but shows a process's open
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
 * Ask again as root, or ask the user who is named. Root in a container lacks the capability
 * CAP_SYS_PTRACE, without which it sees little more than its own processes: start the container
 * with {@code --cap-add SYS_PTRACE}, or ask outside it.
 *
 * <h2>What not to do</h2>
 *
 * Do not take the empty answer of {@code lsof} or {@code fuser} for a free port.
 *
 * <h2>Source</h2>
 *
 * proc_pid_fd(5), ptrace(2) "Ptrace access mode checking".
 */
public record HiddenHolder(Blockers blockers) implements SocketCause {
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
    Phrase who =
        Phrases.unseenProcess(sockets())
            .then(supervisions())
            .then(isRoot() ? ", which cannot be seen from here, " : ", hidden from you, ");
    if (sockets().stream().allMatch(SelfConnection::isToItself)) {
      return who.then("is connected to itself at ").then(Phrases.places(sockets()));
    }
    if (sockets().stream().allMatch(one -> one.initiated().is(true))) {
      return who.then("is a client of ")
          .then(Phrases.peers(sockets()))
          .then(" from ")
          .then(Phrases.places(sockets()));
    }
    return who.then("holds ")
        .then(Phrases.places(sockets()))
        .then(" (")
        .then(Phrases.states(sockets()))
        .then(")");
  }

  /** Whether it is a client's, which has the port only as its source port. */
  private boolean isClients() {
    return sockets().stream()
        .allMatch(one -> SelfConnection.isToItself(one) || one.initiated().is(true));
  }

  /** Who is in charge of the control groups in which the sockets were made. */
  private String supervisions() {
    Set<String> names = new LinkedHashSet<>();
    for (BoundSocket socket : sockets()) {
      Optional<SearchCoverage.CgroupSupervision> supervision =
          blockers.snapshot().coverage().supervisionOf(socket);
      supervision
          .flatMap(SearchCoverage.CgroupSupervision::container)
          .map(one -> one.map(its -> its.engine().word() + " container " + its.shortId()))
          .ifPresent(one -> names.add(called(one, socket)));
      supervision
          .flatMap(SearchCoverage.CgroupSupervision::unit)
          .map(one -> one.map(Unit::name))
          .ifPresent(one -> names.add(called(one, socket)));
    }
    return names.isEmpty() ? "" : " in " + String.join(" and ", names);
  }

  private String called(Statement<String> name, BoundSocket socket) {
    boolean trusted =
        name.trusted(blockers.snapshot().asker(), Optional.of(socket.owner().uid())).isPresent();
    return trusted ? name.content() : "what calls itself " + name.content();
  }

  /** Whether a capability is what was missing: where no process was denied, none was. */
  private boolean needsPtrace() {
    return blockers.snapshot().coverage().rights() == SearchCoverage.Rights.ROOT_WITHOUT_PTRACE
        && blockers.snapshot().gaps().stream()
            .anyMatch(
                gap -> gap.subject() == Gap.Subject.OPEN_FILES && gap.why() == Reading.Why.DENIED);
  }

  private boolean isRoot() {
    return blockers.snapshot().asker().equals(Uid.ROOT);
  }

  @Override
  public Phrase why() {
    Phrase why = Phrase.of(reason());
    // The root of the groups is where everything is that is in none.
    Optional<Untrusted> cgroup =
        sockets().stream()
            .flatMap(one -> one.cgroup().toOptional().stream())
            .filter(path -> !path.bytes().equals("/"))
            .findFirst();
    return cgroup
        .map(path -> why.then("; the socket was made in control group ").then(path))
        .orElse(why);
  }

  private String reason() {
    SearchCoverage coverage = blockers.snapshot().coverage();
    if (!isRoot()) {
      return "the kernel shows a process's open files only to its own user and to root"
          + (coverage.wholeHost() ? "" : ", and none of what is outside this pid namespace");
    }
    if (needsPtrace()) {
      return "what another process has open is shown to root with CAP_SYS_PTRACE, which is missing"
          + " here"
          + (coverage.wholeHost() ? "" : ", and never what is outside this pid namespace");
    }
    if (!coverage.wholeHost()) {
      return coverage.complete()
          ? "the holder is outside this pid namespace: no process in here has the socket"
          : "the holder is outside this pid namespace, or a process in here that may not be looked"
              + " into";
    }
    return "no process that may be looked into has the socket: it belongs to one that may not, to"
        + " the kernel, or is kept alive in a way that cannot be seen";
  }

  @Override
  public List<Remedy> remedies() {
    List<Remedy> remedies = new ArrayList<>();
    String supervisions = supervisions();
    if (!isRoot()) {
      remedies.add(
          new Remedy(
              Remedy.Id.RUN_AS_ROOT,
              Remedies.askAsRoot(blockers.snapshot().target().toString()),
              true,
              Phrase.of(
                  "shows the process and how to end it"
                      + (supervisions.isEmpty() ? "" : "; the socket was made" + supervisions))));
    }
    if (needsPtrace()) {
      remedies.add(
          new Remedy(
              Remedy.Id.RUN_AS_ROOT,
              List.of(),
              true,
              Phrase.of(
                  "ask with CAP_SYS_PTRACE: outside the container, or in one started with"
                      + " --cap-add SYS_PTRACE")));
    }
    if (isClients()) {
      Remedies.reserve(blockers).forEach(remedies::add);
    }
    if (!blockers.snapshot().coverage().wholeHost()) {
      remedies.add(
          new Remedy(
              Remedy.Id.RUN_AS_ROOT,
              List.of(),
              true,
              Phrase.of("ask on the host, as root, where every process is seen")));
    }
    return remedies;
  }
}
