package inuse.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.fake.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A copy of this process tells what it found, and is gone when it is not wanted any more. */
final class WorkerTest {
  private final FakeKernel kernel = new FakeKernel();

  private Worker started(Worker.Work work) {
    return ((CallResult.Ok<Worker>) Worker.start(kernel, work)).value();
  }

  private String told(Worker worker) {
    StringBuilder told = new StringBuilder();
    byte[] chunk = new byte[100];
    for (int count = kernel.read(worker.results(), chunk);
        count > 0;
        count = kernel.read(worker.results(), chunk)) {
      told.append(Bytes.text(chunk, 0, count));
    }
    return told.toString();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(kernel.openDescriptors()).isEmpty();
    assertThat(kernel.unreaped()).isEmpty();
  }

  @Test
  void itsResultsAreReadToItsEnd() {
    try (Worker worker =
        started(results -> {
          results.tell("one ".getBytes(ISO_8859_1));
          results.tell("two".getBytes(ISO_8859_1));
        })) {
      assertThat(told(worker)).isEqualTo("one two");
    }
    assertThat(kernel.forked()).isEqualTo(1);
  }

  @Test
  void oneThatDiesHasToldWhatItHadTold() {
    try (Worker worker =
        started(results -> {
          results.tell("one".getBytes(ISO_8859_1));
          throw new IllegalStateException("it dies");
        })) {
      assertThat(told(worker)).isEqualTo("one");
    }
  }

  @Test
  void whereThereCanBeNoneTheCallThatFailedIsTold() {
    assertThat(Worker.start(kernel.refuse("fork", "", Errno.EAGAIN), results -> {}))
        .isEqualTo(CallResult.failed("fork", "worker", -Errno.EAGAIN.code()));
    assertThat(Worker.start(kernel.refuse("pidfd_open", "", Errno.ENOSYS), results -> {}))
        .isEqualTo(CallResult.failed("pidfd_open", "self", -Errno.ENOSYS.code()));
  }

  @Test
  void eachNumberOfAQueueIsTakenOnce() {
    List<Integer> taken = new ArrayList<>();
    try (WorkQueue queue =
        ((CallResult.Ok<WorkQueue>) WorkQueue.of(kernel, WorkQueue.MOST)).value()) {
      for (int next = queue.next(); next >= 0; next = queue.next()) {
        taken.add(next);
      }
    }

    assertThat(taken).hasSize(WorkQueue.MOST).startsWith(0, 1, 2).endsWith(WorkQueue.MOST - 1);
  }
}
