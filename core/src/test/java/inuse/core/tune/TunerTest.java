package inuse.core.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.core.evidence.PortSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes are made whole or not at all, and can be taken back from wherever they ended. */
final class TunerTest {
  private static final String RECORD = "/var/lib/inuse/tune";
  private static final List<RequestedChange> FIRST =
      List.of(
          new RequestedChange.Assign(Setting.IP_LOCAL_PORT_RANGE, "2000 3000"),
          new RequestedChange.Assign(Setting.IP_UNPRIVILEGED_PORT_START, "2000"),
          new RequestedChange.Reserve(PortSet.parse("2500").orElseThrow()));
  private static final List<RequestedChange> SECOND =
      List.of(
          new RequestedChange.Assign(Setting.IP_LOCAL_PORT_RANGE, "2500 4000"),
          new RequestedChange.Assign(Setting.TCP_TW_REUSE, "1"));

  private FakeMachine machine = new FakeMachine();
  private Tuner tuner = new Tuner(machine, RECORD, Optional.empty());

  /** Another machine. */
  private World anew() {
    machine = new FakeMachine();
    tuner = new Tuner(machine, RECORD, Optional.empty());
    return World.of(machine);
  }

  private TuneOutcome tune(List<RequestedChange> wishes) {
    TunePlan plan =
        TunePlanner.plan(
            machine.situation(),
            wishes,
            Optional.of(
                new TunePlan.FileText(Optional.ofNullable(machine.files.get(SysctlFile.PATH)))),
            "");
    return tuner.apply((TunePlan.Changes) plan);
  }

  private TuneOutcome undo() {
    return tuner.recorded(machine.situation()) instanceof Tuner.Undo.Steps steps
        ? tuner.undo(steps)
        : TuneOutcome.of(TuneOutcome.Result.NOTHING, "");
  }

  /** Everything that is to be as it was. */
  private record World(Map<Setting, String> settings, Map<String, String> files) {
    static World of(FakeMachine machine) {
      return new World(new EnumMap<>(machine.settings), new TreeMap<>(machine.files));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# mine\nnet.ipv4.tcp_tw_reuse = 0\n"})
  void undoMakesEverythingAsItWasAfterTwoChanges(String file) {
    if (!file.isEmpty()) {
      machine.files.put(SysctlFile.PATH, file);
    }
    World before = World.of(machine);
    assertThat(tune(FIRST).result()).isEqualTo(TuneOutcome.Result.DONE);
    assertThat(tune(SECOND).result()).isEqualTo(TuneOutcome.Result.DONE);
    assertThat(machine.files.get(SysctlFile.PATH))
        .contains("net.ipv4.ip_local_port_range = 2500 4000");

    assertThat(undo().result()).isEqualTo(TuneOutcome.Result.UNDONE);

    assertThat(World.of(machine)).isEqualTo(before);
    assertThat(undo().result()).isEqualTo(TuneOutcome.Result.NOTHING);
  }

  @Test
  void killedAnywhereInAChangeItCanBeTakenBack() {
    for (int at = 0; at < 6; at++) {
      World before = anew();
      assertThat(tune(FIRST).result()).isEqualTo(TuneOutcome.Result.DONE);
      machine.diesBefore(at);
      if (at < 4) {
        assertThatThrownBy(() -> tune(SECOND)).isInstanceOf(FakeMachine.Killed.class);
      } else {
        assertThat(tune(SECOND).result()).isEqualTo(TuneOutcome.Result.DONE);
      }
      machine.diesBefore(Integer.MAX_VALUE);

      undo();

      assertThat(World.of(machine)).as("killed before change %d", at).isEqualTo(before);
    }
  }

  @Test
  void killedAnywhereInTheUndoingItCanBeDoneAgain() {
    for (int at = 0; at < 7; at++) {
      World before = anew();
      tune(FIRST);
      tune(SECOND);
      machine.diesBefore(at);
      try {
        undo();
      } catch (FakeMachine.Killed _) {
        assertThat(machine.files).containsKey(RECORD);
      }
      machine.diesBefore(Integer.MAX_VALUE);

      undo();

      assertThat(World.of(machine)).as("killed before change %d", at).isEqualTo(before);
    }
  }

  @Test
  void whateverFailsNothingIsHalfChanged() {
    for (int at = 0; at < 4; at++) {
      anew();
      tune(FIRST);
      World before = World.of(machine);
      machine.failsAt(at);

      TuneOutcome outcome = tune(SECOND);

      assertThat(outcome.result()).isEqualTo(TuneOutcome.Result.DENIED);
      assertThat(World.of(machine)).as("failed at change %d", at).isEqualTo(before);
    }
  }

  @Test
  void whereTakingItBackFailsTooTheRecordStays() {
    World before = World.of(machine);
    TuneOutcome outcome = tune(List.of(new RequestedChange.Assign(Setting.TCP_TW_REUSE, "1")));
    assertThat(outcome.result()).isEqualTo(TuneOutcome.Result.DONE);
    machine.failsAt(0);

    assertThat(undo().result()).isEqualTo(TuneOutcome.Result.DENIED);

    assertThat(machine.files).containsKey(RECORD);
    machine.failsAt(Integer.MAX_VALUE);
    assertThat(undo().result()).isEqualTo(TuneOutcome.Result.UNDONE);
    assertThat(World.of(machine)).isEqualTo(before);
  }

  @Test
  void aValueThatReadsBackAsAnotherIsNotDone() {
    machine.ignoresValues();

    TuneOutcome outcome = tune(List.of(new RequestedChange.Assign(Setting.TCP_TW_REUSE, "1")));

    assertThat(outcome.result()).isEqualTo(TuneOutcome.Result.NOT_DONE);
    assertThat(machine.files).isEmpty();
  }

  @Test
  void whatSomebodyAddedToOurFileStays() {
    tune(FIRST);
    machine.files.merge(SysctlFile.PATH, "net.core.somaxconn = 9\n", String::concat);
    tune(SECOND);

    assertThat(undo().result()).isEqualTo(TuneOutcome.Result.UNDONE);

    assertThat(machine.files).containsOnlyKeys(SysctlFile.PATH);
    assertThat(machine.files.get(SysctlFile.PATH))
        .contains("net.core.somaxconn = 9\n")
        .doesNotContain("net.ipv4");
  }

  @Test
  void aRecordOfANamespaceThatIsGoneIsNotUsed() {
    tune(FIRST);
    Tuner later = new Tuner(machine, RECORD, Optional.of("another"));
    machine.files.remove(SysctlFile.PATH);
    machine.files.computeIfPresent(
        RECORD, (path, text) -> text.replaceAll("(?m)^(file|ours .*)\n", ""));

    assertThat(later.recorded(machine.situation())).isInstanceOf(Tuner.Undo.Nothing.class);
  }

  @Test
  void aRecordThatNobodyCanReadIsNotOverwritten() {
    machine.files.put(RECORD, "garbage");

    assertThat(tune(FIRST).result()).isEqualTo(TuneOutcome.Result.NOT_DONE);

    assertThat(machine.files).containsEntry(RECORD, "garbage").hasSize(1);
    assertThat(tuner.recorded(machine.situation())).isInstanceOf(Tuner.Undo.Broken.class);
  }
}
