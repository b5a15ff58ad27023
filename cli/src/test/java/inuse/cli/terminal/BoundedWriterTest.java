package inuse.cli.terminal;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A write to a full pipe would wait for ever, which the fake kernel takes for a failure. */
final class BoundedWriterTest {
  private static final long MILLI = 1_000_000;

  private final FakeKernel kernel = new FakeKernel();
  private final BoundedWriter writer = new BoundedWriter(kernel);

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private Optional<Errno> write(String text) {
    return writer.write(2, Bytes.utf8(text));
  }

  private long now() {
    return kernel.clockNanos(CLOCK_MONOTONIC);
  }

  @Test
  void aMessageThatFitsIsWritten() {
    assertThat(write("one\n")).isEmpty();
    assertThat(kernel.stderr()).isEqualTo("one\n");
  }

  @Test
  void aLongOneIsWrittenInPieces() {
    write("x".repeat(10_000));
    assertThat(kernel.stderr()).isEqualTo("x".repeat(10_000));
  }

  @Test
  void oneThatDoesNotFitIsDroppedAfterAShortTime() {
    kernel.unread(0);
    long before = now();
    assertThat(write("one\n")).isEmpty();
    assertThat(now() - before).isEqualTo(100 * MILLI);
    assertThat(kernel.stderr()).isEmpty();
  }

  @Test
  void behindItNoneWaits() {
    kernel.unread(0);
    write("one\n");
    long before = now();
    write("two\n");
    assertThat(now() - before).isZero();
  }

  @Test
  void theNextThatFitsTellsHowManyWereLost() {
    kernel.unread(0);
    write("one\n");
    write("two\n");
    kernel.read();
    write("three\n");
    write("four\n");
    assertThat(kernel.stderr()).isEqualTo("inuse: 2 messages were not read in time\nthree\nfour\n");
  }

  @Test
  void oneThatIsCutIsLostAndItsLineEnds() {
    kernel.unread(2);
    write("one\n");
    kernel.read();
    write("two\n");
    assertThat(kernel.stderr()).isEqualTo("on\ninuse: 1 message was not read in time\ntwo\n");
  }

  @Test
  void oneThatFitsInTimeIsWritten() {
    kernel.unread(2).later(50 * MILLI, kernel::read);
    write("one\n");
    assertThat(kernel.stderr()).isEqualTo("one\n");
  }

  @Test
  void anInterruptionIsNoReasonToDropIt() {
    kernel.unread(0).interrupts(1).later(50 * MILLI, kernel::read);
    write("one\n");
    assertThat(kernel.stderr()).isEqualTo("one\n");
  }

  @Test
  void roomThatIsNotEnoughIsNoneInTheEnd() {
    kernel.refuse("write", "2", Errno.EAGAIN);
    long before = now();
    assertThat(write("one\n")).isEmpty();
    assertThat(now() - before).isEqualTo(100 * MILLI);
    kernel.allow("write", "2");
    write("two\n");
    assertThat(kernel.stderr()).isEqualTo("inuse: 1 message was not read in time\ntwo\n");
  }

  @Test
  void aReaderThatIsGoneIsTold() {
    kernel.refuse("write", "2", Errno.EPIPE);
    assertThat(write("one\n")).contains(Errno.EPIPE);
  }

  @Test
  void aPipeIsOpenedAgainBecauseItsFlagsAreTheProgramsToo() {
    kernel.file("/proc/self/fd/2", "");
    write("one\n");
    assertThat(kernel.content("/proc/self/fd/2")).contains("one\n");
    assertThat(kernel.stderr()).isEmpty();
  }
}
