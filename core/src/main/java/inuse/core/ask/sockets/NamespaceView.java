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
 * The network namespace of a question, as seen by this process.
 *
 * @param asked the namespace that was named
 * @param tables the directory of its socket tables, for kernels without sock_diag; none where no
 *     process in it is known
 * @param file the link that names its inode
 * @param refusal why it could not be entered
 */
public record NamespaceView(
    Optional<Namespace> asked,
    Optional<String> tables,
    String file,
    Optional<SyscallFailed> refusal) {

  /** Our own namespace, unnamed. */
  public static final NamespaceView HERE = here(Optional.empty());

  /** Our own namespace, named or not. */
  public static NamespaceView here(Optional<Namespace> asked) {
    return new NamespaceView(
        asked, Optional.of("/proc/net/"), "/proc/self/ns/net", Optional.empty());
  }

  /**
   * A namespace that we have entered: read through the files of the thread, the only one that
   * moved.
   */
  public static NamespaceView inside(Namespace asked) {
    return new NamespaceView(
        Optional.of(asked),
        Optional.of("/proc/thread-self/net/"),
        NamespaceSwitch.OWN,
        Optional.empty());
  }

  /**
   * A namespace that could not be entered: any user may still read the tables of a process in it.
   */
  public static NamespaceView outside(Namespace asked, SyscallFailed refusal) {
    Optional<String> tables = asked.member().map(member -> "/proc/" + member.pid() + "/net/");
    return new NamespaceView(Optional.of(asked), tables, asked.path(), Optional.of(refusal));
  }

  public NamespaceContext context() {
    return new NamespaceContext(
        asked, refusal.map(why -> why.call() + " said " + why.errno()), List.of(), 0);
  }

  /** The gaps that remain without entering. */
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
