package inuse.core.ask.holders;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Holder;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.Pid;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The run of a supervisor that started this process, from its environment. */
final class OwnRunLookupTest {
  private final FakeKernel kernel =
      new FakeKernel()
          .file("/proc/77/status", "Name:\tnode\nTgid:\t44\nUid:\t1000\t1000\t1000\t1000\n")
          .file("/proc/44/stat", stat(44, 500))
          .file("/proc/500/stat", stat(500, 1));

  private static String stat(int pid, int parent) {
    return pid + " (node) S " + parent + " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n";
  }

  private OwnRunLookup lookup(String environment) {
    kernel.file("/proc/self/environ", environment);
    return new OwnRunLookup(Host.of(kernel));
  }

  @Test
  void whoWasStartedByNoSupervisorBelongsToNoRun() {
    assertThat(lookup("A=1\0INUSE_BINDER=77\0").look()).isEmpty();
  }

  @Test
  void theBinderIsTheProcessOfTheThreadThatBinds() {
    OwnRun run = lookup("INUSE_SUPERVISOR=500\0INUSE_BINDER=77\0").look().orElseThrow();

    assertThat(run.supervisor()).isEqualTo(new Pid(500));
    assertThat(run.binder().map(Holder::pid)).contains(new Pid(44));
    assertThat(run.binder().orElseThrow().isBelow(new Pid(500))).isTrue();
  }

  @Test
  void aBinderThatHasGoneIsNotKnown() {
    assertThat(lookup("INUSE_SUPERVISOR=500\0INUSE_BINDER=78\0").look())
        .contains(new OwnRun(new Pid(500), Optional.empty()));
    assertThat(lookup("INUSE_SUPERVISOR=500\0INUSE_BINDER=99999999999\0").look())
        .contains(new OwnRun(new Pid(500), Optional.empty()));
  }
}
