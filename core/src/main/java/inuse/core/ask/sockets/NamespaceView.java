package inuse.core.ask.sockets;

import inuse.core.evidence.Gap;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortTarget;
import inuse.core.io.NamespaceSwitch;
import inuse.core.io.Readings;
import inuse.kernel.SyscallFailed;
import java.util.List;
import java.util.Optional;

/**
 * Where a question is asked.
 *
 * @param asked the namespace that was named
 * @param tables the directory of its tables of sockets, for want of sock_diag; none where no
 *     process is known in it
 * @param file the link that tells its inode
 * @param refusal what kept us out of it
 */
public record NamespaceView(
    Optional<Namespace> asked,
    Optional<String> tables,
    String file,
    Optional<SyscallFailed> refusal) {

  /** Where we are. */
  public static final NamespaceView HERE = here(Optional.empty());

  /** Where we are, and were told to be. */
  public static NamespaceView here(Optional<Namespace> asked) {
    return new NamespaceView(
        asked, Optional.of("/proc/net/"), "/proc/self/ns/net", Optional.empty());
  }

  /** Inside: the files of the thread, which alone has moved. */
  public static NamespaceView inside(Namespace asked) {
    return new NamespaceView(
        Optional.of(asked),
        Optional.of("/proc/thread-self/net/"),
        NamespaceSwitch.OWN,
        Optional.empty());
  }

  /** Outside: anybody may read the tables of a process, though not enter its namespace. */
  public static NamespaceView outside(Namespace asked, SyscallFailed refusal) {
    Optional<String> tables = asked.member().map(member -> "/proc/" + member.pid() + "/net/");
    return new NamespaceView(Optional.of(asked), tables, asked.path(), Optional.of(refusal));
  }

  public NamespaceContext context() {
    return new NamespaceContext(
        asked, refusal.map(why -> why.call() + " said " + why.errno()), List.of(), 0);
  }

  /** What is missed by staying outside. */
  public List<Gap> gaps(PortTarget target) {
    return refusal.stream()
        .map(why ->
            new Gap(
                Gap.Subject.NAMESPACES,
                "network namespace " + asked.map(Namespace::path).orElse(""),
                Readings.of(why.errno()),
                Phrase.of("run as root: ")
                    .then(
                        InuseCommand.of(InuseCommand.Verb.ASK)
                            .about(target.toString())
                            .in(asked.map(Namespace::path).orElse(""))
                            .byRoot())))
        .toList();
  }
}
