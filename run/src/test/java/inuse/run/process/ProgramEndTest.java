package inuse.run.process;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgramEndTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 126, 137, 255})
  void anExitStatusIsThatOfAProgramThatRan(int status) {
    assertThat(ProgramEnd.of(status)).isEqualTo(new ProgramEnd.Ended(status));
  }

  @Test
  void aTimeThatIsUpIsAProgramThatWasNotReady() {
    assertThat(ProgramEnd.of(-Errno.ETIMEDOUT.code())).isEqualTo(new ProgramEnd.NotReady());
  }

  @Test
  void whereNoProcessCanBecomeTheProgramThereAreSeveralThreads() {
    assertThat(ProgramEnd.of(-Errno.ENOSYS.code())).isEqualTo(new ProgramEnd.SeveralThreads());
  }

  @ParameterizedTest
  @CsvSource({
    "2, MISSING, ENOENT",
    "11, NO_RESOURCES, EAGAIN",
    "12, NO_RESOURCES, ENOMEM",
    "7, NO_RESOURCES, E2BIG",
    "13, NOT_EXECUTABLE, EACCES",
    "8, NOT_EXECUTABLE, ENOEXEC",
    "20, NOT_EXECUTABLE, ENOTDIR"
  })
  void anyOtherErrnoTellsWhyItWasNotStarted(int errno, ProgramEnd.Why why, String name) {
    assertThat(ProgramEnd.of(-errno)).isEqualTo(new ProgramEnd.NotStarted(why, name));
  }
}
