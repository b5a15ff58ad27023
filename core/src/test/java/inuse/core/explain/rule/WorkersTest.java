package inuse.core.explain.rule;

import static inuse.core.evidence.HolderBuilder.holder;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which holders are one server. */
final class WorkersTest {
  private static final HolderBuilder MASTER = nginx(10).below(1);
  private static final HolderBuilder WORKER = nginx(11).below(10, 1);

  private static HolderBuilder nginx(int pid) {
    return holder(pid, "nginx").executable("/usr/sbin/nginx").holds(6, 100);
  }

  private static List<Integer> masters(HolderBuilder... holders) {
    List<Holder> all = Stream.of(holders).map(HolderBuilder::build).toList();
    return Workers.among(all).masters().stream().map(one -> one.pid().number()).toList();
  }

  @Test
  void whatRunsTheSameProgramBelowAHolderIsItsWorker() {
    assertThat(masters(MASTER, WORKER, nginx(12).below(10, 1))).containsExactly(10);
    assertThat(Workers.among(List.of(MASTER.build(), WORKER.build())).of(MASTER.build()))
        .containsExactly(WORKER.build());
  }

  @Test
  void aWorkersChildIsTheTopmostMastersToo() {
    assertThat(masters(MASTER, WORKER, nginx(12).below(11, 10, 1))).containsExactly(10);
  }

  @Test
  void anotherProgramIsNoWorkerThoughItInheritedTheSocket() {
    assertThat(
            masters(
                MASTER, holder(12, "sleep").executable("/bin/sleep").holds(3, 100).below(10, 1)))
        .containsExactly(10, 12);
  }

  @Test
  void whoHasAnotherSocketIsAnotherServer() {
    assertThat(
            masters(
                MASTER,
                holder(12, "nginx").executable("/usr/sbin/nginx").holds(6, 200).below(10, 1)))
        .containsExactly(10, 12);
  }

  @Test
  void withoutTheirMasterEachIsOnItsOwn() {
    assertThat(masters(nginx(11).below(1), nginx(12).below(1))).containsExactly(11, 12);
  }

  @Test
  void nobodyIsItsOwnWorker() {
    assertThat(masters(nginx(1).below(1))).containsExactly(1);
  }
}
