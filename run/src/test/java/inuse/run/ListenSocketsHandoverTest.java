package inuse.run;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Uid;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeSocket;
import inuse.run.ListenSockets.Result;
import inuse.run.handover.Handover;
import inuse.run.handover.HandoverOptions;
import inuse.run.handover.HandoverProblem;
import inuse.run.handover.Readiness;
import inuse.run.handover.RefusedBind;
import inuse.run.process.ProcessTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Places that another program listens at, which makes way for this one. */
final class ListenSocketsHandoverTest {
  private static final Newcomer PLAIN = Newcomer.plain(new Uid(1000));
  private static final PortTarget PLACE =
      new PortTarget(Protocol.TCP, IpAddress.parse("127.0.0.1"), new Port(8080));

  private final RunHost host = new RunHost();
  private final List<RefusedBind> borrowed = new ArrayList<>();
  private final List<String> tookOver = new ArrayList<>();

  private Handover handover() {
    return new Handover(
        host.machine,
        new HandoverOptions(
            new Readiness(OptionalInt.empty(), Optional.empty()),
            Optional.empty(),
            Signal.TERM,
            Optional.empty(),
            (refused, rights) -> {
              borrowed.add(refused);
              return -1;
            },
            new HandoverOptions.Listener() {
              @Override
              public void tookOver(int pid, int port) {
                tookOver.add(pid + " " + port);
              }

              @Override
              public void retired(int pid) {}

              @Override
              public void cannot(HandoverProblem why) {
                throw new AssertionError(why.toString());
              }
            }));
  }

  @Test
  void thePredecessorsListenerIsUsedInItsPlace() {
    Handover old = handover();
    ListenSockets first = new ListenSockets(host.machine, List.of(), Optional.of(old));
    old.serve(new ProcessTree(host.machine), signal -> {});
    first.open("web", PLACE, PLAIN);
    FakeSocket listener = host.kernel.socketOf(first.sockets().getFirst());
    // The other names are those of unix sockets, by which supervisors meet.
    host.kernel.binds((socket, there) -> there.length == 16 ? -Errno.EADDRINUSE.code() : 0);
    host.kernel.later(1, () -> host.serve(old::watched));

    Handover fresh = handover();
    ListenSockets second = new ListenSockets(host.machine, List.of(), Optional.of(fresh));
    assertThat(second.open("web", PLACE, PLAIN)).isEqualTo(new Result.Listening());

    assertThat(host.kernel.socketOf(second.sockets().getFirst())).isSameAs(listener);
    assertThat(tookOver).containsExactly(RunHost.SELF + " 8080");
    assertThat(borrowed).isEmpty();
  }

  @Test
  void whereNoneOffersItTheOneInTheWayIsAskedForIt() {
    // The other names are those of unix sockets, by which supervisors meet.
    host.kernel.binds((socket, there) -> there.length == 16 ? -Errno.EADDRINUSE.code() : 0);
    ListenSockets ours = new ListenSockets(host.machine, List.of(), Optional.of(handover()));
    assertThat(ours.open("web", PLACE, PLAIN.withReuseAddress())).isEqualTo(new Result.InUse());
    assertThat(borrowed)
        .containsExactly(
            new RefusedBind(
                Protocol.TCP,
                new Endpoint(IpAddress.parse("127.0.0.1").orElseThrow(), new Port(8080)),
                true,
                false,
                false,
                Optional.empty(),
                new Uid(1000)));
  }
}
