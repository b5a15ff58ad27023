package inuse.core.ask.sockets;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.io.Readings;
import inuse.kernel.SyscallFailed;
import inuse.kernel.netlink.DumpEnd;
import java.util.List;
import java.util.Optional;

/** What a table of sockets could not show, said in one way for one port and for all. */
final class SocketGaps {
  private SocketGaps() {}

  /** Why sock_diag refused a dump; one that was torn is a gap. */
  static Optional<SyscallFailed> refusal(Protocol protocol, DumpEnd end, List<Gap> gaps) {
    return switch (end) {
      case DumpEnd.Whole whole -> Optional.empty();
      case DumpEnd.Refused(SyscallFailed why) -> Optional.of(why);
      case DumpEnd.Torn(DumpEnd.Reason reason) -> {
        gaps.add(
            new Gap(
                Gap.Subject.SOCKETS,
                "some sockets of " + protocol.word(),
                reason == DumpEnd.Reason.SILENT ? Reading.Why.TIMED_OUT : Reading.Why.UNREADABLE,
                "ask again"));
        yield Optional.empty();
      }
    };
  }

  /** That a file of /proc/net was read instead, which shows less. */
  static Gap instead(Protocol protocol, boolean v6, String path, SyscallFailed why) {
    return new Gap(
        Gap.Subject.SOCKETS,
        "sock_diag for " + protocol.word() + (v6 ? " over IPv6" : " over IPv4"),
        Readings.of(why.errno()),
        path
            + " was read instead, which shows no socket that is bound without listening, no"
            + " device, control group or IPV6_V6ONLY");
  }
}
