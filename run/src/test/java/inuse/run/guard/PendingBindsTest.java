package inuse.run.guard;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.RunHost;
import inuse.run.handover.RefusedBind;
import inuse.run.process.TaskRights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PendingBindsTest {
  private static final TaskRights RIGHTS = TaskRights.read("1000 1000 0 ").orElseThrow();

  private final RunHost host = new RunHost();
  private final Notifications notifications =
      new Notifications(host.kernel, host.kernel.seccomp().listener());
  private final List<Refusal> started = new ArrayList<>();
  private int next = 9700;

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).containsExactly("seccomp");
  }

  private PendingBinds pending(boolean once) {
    return new PendingBinds(
        host.kernel,
        notifications,
        new GuardOptions(
            false,
            false,
            once,
            (refusal, binder) -> {
              started.add(refusal);
              return next++;
            }));
  }

  private static Refusal refusal(RefusedBind bind, TaskRights rights) {
    return new Refusal(new RefusedAddress.Askable(bind), Refusal.Reason.IN_USE, rights);
  }

  private static RefusedBind at(int port) {
    return new RefusedBind(
        Protocol.TCP,
        new Endpoint(new IpAddress(IpAddress.Family.V4, 0, 0x0100007fL), new Port(port)),
        false,
        false,
        false,
        Optional.empty(),
        new Uid(1000));
  }

  private Notification call() {
    host.kernel.seccomp().calls(9000, 49, 3, 0, 16);
    return notifications.next().orElseThrow();
  }

  private List<String> answers() {
    return host.kernel.seccomp().answers();
  }

  @Test
  void aCallWaitsForItsConflictProcess() {
    PendingBinds pending = pending(false);
    pending.add(call(), refusal(at(80), RIGHTS));
    assertThat(answers()).isEmpty();
    pending.ended(9700);
    assertThat(answers()).containsExactly("1 goes on");
  }

  @Test
  void theEndOfAnotherChildLetsNothingGoOn() {
    PendingBinds pending = pending(false);
    pending.add(call(), refusal(at(80), RIGHTS));
    pending.ended(9701);
    assertThat(answers()).isEmpty();
  }

  @Test
  void twoCallsForTheSameWaitForOneProcess() {
    PendingBinds pending = pending(false);
    pending.add(call(), refusal(at(80), RIGHTS));
    pending.add(call(), refusal(at(80), RIGHTS));
    assertThat(started).hasSize(1);
    pending.ended(9700);
    assertThat(answers()).containsExactly("1 goes on", "2 goes on");
  }

  @Test
  void callsForOthersWaitForTheirOwn() {
    PendingBinds pending = pending(false);
    pending.add(call(), refusal(at(80), RIGHTS));
    pending.add(call(), refusal(at(81), RIGHTS));
    pending.ended(9701);
    assertThat(answers()).containsExactly("2 goes on");
    assertThat(started).containsExactly(refusal(at(80), RIGHTS), refusal(at(81), RIGHTS));
  }

  @Test
  void aTaskWithOtherRightsDoesNotWaitForOneWithThese() {
    PendingBinds pending = pending(false);
    pending.add(call(), refusal(at(80), RIGHTS));
    pending.add(call(), refusal(at(80), TaskRights.read("0 0 400 ").orElseThrow()));
    pending.add(call(), refusal(at(80), RIGHTS.restricted()));
    assertThat(started).hasSize(3);
    pending.ended(9701);
    assertThat(answers()).containsExactly("2 goes on");
  }

  @Test
  void whereNoProcessCanBeStartedTheCallGoesOn() {
    next = -11;
    pending(false).add(call(), refusal(at(80), RIGHTS));
    assertThat(answers()).containsExactly("1 goes on");
  }

  @Test
  void whatIsOnlyToldIsNotToldAgainForTenSeconds() {
    PendingBinds pending = pending(true);
    pending.add(call(), refusal(at(80), RIGHTS));
    pending.ended(9700);
    host.kernel.advance(10 * RunHost.SECOND - 1);
    pending.add(call(), refusal(at(80), RIGHTS));
    assertThat(started).hasSize(1);
    assertThat(answers()).containsExactly("1 goes on", "2 goes on");
    host.kernel.advance(1);
    pending.add(call(), refusal(at(80), RIGHTS));
    assertThat(started).hasSize(2);
  }

  @Test
  void aPolicyThatDoesSomethingDoesItEachTime() {
    PendingBinds pending = pending(false);
    pending.add(call(), refusal(at(80), RIGHTS));
    pending.ended(9700);
    pending.add(call(), refusal(at(80), RIGHTS));
    assertThat(started).hasSize(2);
  }

  @Test
  void aLoopOverPortsIsForgottenInTheEnd() {
    PendingBinds pending = pending(true);
    for (int port = 1; port <= 257; port++) {
      pending.add(call(), refusal(at(port), RIGHTS));
      pending.ended(9700 + port - 1);
    }
    pending.add(call(), refusal(at(1), RIGHTS));
    assertThat(started).hasSize(258);
  }

  @Test
  void givingUpEndsTheProcessesAndLetsAllGoOn() {
    host.orphan(9700).orphan(9701);
    PendingBinds pending = pending(false);
    pending.add(call(), refusal(at(80), RIGHTS));
    pending.add(call(), refusal(at(81), RIGHTS));
    pending.giveUp();
    assertThat(host.kernel.signals()).containsExactlyInAnyOrder("9700 15", "9701 15");
    assertThat(answers()).containsExactlyInAnyOrder("1 goes on", "2 goes on");
    pending.ended(9700);
    assertThat(answers()).hasSize(2);
  }
}
