package inuse.core.explain.rule;

import static inuse.core.evidence.HolderBuilder.holder;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Tie;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is said to have started a process that leads a session below PID 1. */
final class ParentageTest {
  private static HolderBuilder below(String init, Tie tie) {
    return holder(900, "node").ancestry(new Ancestor(new Pid(1), new Untrusted(init), tie));
  }

  @ParameterizedTest
  @CsvSource({
    "systemd, EITHER, ADOPTED",
    "tini, EITHER, ADOPTED",
    "dumb-init, EITHER, EITHER",
    "python3, EITHER, EITHER",
    "python3, ADOPTED, ADOPTED",
    "systemd, STARTED, STARTED"
  })
  void anInitAloneStartsNothingThatLeadsASession(String init, Tie seen, Tie said) {
    assertThat(Parentage.of(below(init, seen).build(), 0)).isEqualTo(said);
  }

  private static Unit unit(Integer... main) {
    Set<Pid> pids = main.length == 0 ? Set.of() : Set.of(new Pid(main[0]));
    return new Unit("web.service", false, Reading.known(pids), Optional.empty());
  }

  @Test
  void systemdStartsTheMainProcessOfAUnitAndAdoptsTheRest() {
    HolderBuilder holder = below("systemd", Tie.EITHER);

    assertThat(Parentage.of(holder.unit(unit(900)).build(), 0)).isEqualTo(Tie.STARTED);
    assertThat(Parentage.of(holder.unit(unit(850)).build(), 0)).isEqualTo(Tie.ADOPTED);
    assertThat(Parentage.of(holder.unit(unit()).build(), 0)).isEqualTo(Tie.EITHER);
    assertThat(Parentage.of(holder.unit("web.service").build(), 0)).isEqualTo(Tie.EITHER);
  }

  @Test
  void theProcessAboveIsTheOneThatCounts() {
    HolderBuilder worker =
        holder(901, "worker")
            .unit(unit(900))
            .ancestry(
                new Ancestor(new Pid(900), new Untrusted("master")),
                new Ancestor(new Pid(1), new Untrusted("systemd"), Tie.EITHER));

    assertThat(Parentage.of(worker.build(), 1)).isEqualTo(Tie.STARTED);
  }
}
