package inuse.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.fake.FakeKernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BpfTest {
  private static final int ITERATOR = 64274;
  private static final byte[] EXIT = {(byte) 0x95, 0, 0, 0, 0, 0, 0, 0};

  private final FakeKernel kernel = new FakeKernel();
  private final Bpf bpf = new Bpf(kernel);
  private final List<String> read = new ArrayList<>();

  private static Bpf.Program program(String licence) {
    return new Bpf.Program(EXIT, licence, ITERATOR);
  }

  private CallResult<Boolean> read(boolean more) {
    return switch (bpf.iterator(program("Dual MIT/GPL"))) {
      case CallResult.Failed<Integer>(SyscallFailed why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<Integer>(Integer iterator) -> {
        CallResult<Boolean> whole =
            bpf.read(
                iterator,
                (bytes, length) -> {
                  read.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
                  return more;
                });
        kernel.close(iterator);
        yield whole;
      }
    };
  }

  @Test
  void anIteratorIsReadToItsEndAndNothingStaysOpen() {
    kernel.bpf().tells(ITERATOR, new byte[] {'a'}, new byte[] {'b', 'c'});

    assertThat(read(true)).isEqualTo(new CallResult.Ok<>(true));
    assertThat(read).containsExactly("a", "bc");
    assertThat(kernel.openDescriptors()).isEmpty();
    assertThat(kernel.bpf().programs()).containsExactly(EXIT);
  }

  @Test
  void anIteratorThatHasLookedLongWithoutAWordIsReadOn() {
    kernel.bpf().fails(ITERATOR, Errno.EAGAIN).tells(ITERATOR, new byte[] {'a'});

    assertThat(read(true)).isEqualTo(new CallResult.Ok<>(true));
    assertThat(read).containsExactly("", "a");
  }

  @Test
  void aReaderThatHasEnoughEndsItAlsoWhileThereIsNoWord() {
    kernel.bpf().fails(ITERATOR, Errno.EAGAIN).tells(ITERATOR, new byte[] {'a'});

    assertThat(read(false)).isEqualTo(new CallResult.Ok<>(false));
    assertThat(read).containsExactly("");
  }

  @Test
  void tooMuchAboutOneObjectIsAFailureAndNoShorterAnswer() {
    kernel.bpf().tells(ITERATOR, new byte[] {'a'}).fails(ITERATOR, Errno.E2BIG);

    assertThat(read(true))
        .isEqualTo(new CallResult.Failed<>(new SyscallFailed("read", "iterator", Errno.E2BIG)));
  }

  @ParameterizedTest
  @CsvSource({"load, PROG_LOAD", "link, LINK_CREATE", "iterate, ITER_CREATE"})
  void aRefusalSaysWhichStepItWasAndLeavesNothingOpen(String step, String name) {
    kernel.refuse("bpf", step, Errno.EPERM);

    assertThat(read(true))
        .isEqualTo(new CallResult.Failed<>(new SyscallFailed("bpf", name, Errno.EPERM)));
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void aLicenceThatTheKernelDoesNotKnowIsRefused() {
    assertThat(bpf.iterator(program("Apache-2.0")))
        .isEqualTo(new CallResult.Failed<>(new SyscallFailed("bpf", "PROG_LOAD", Errno.EINVAL)));
  }

  @Test
  void whyTheKernelDoesNotTakeAProgramCanBeAsked() {
    kernel.bpf().opinion("0: R1 is wrong\n");
    kernel.refuse("bpf", "load", Errno.EACCES);

    assertThat(bpf.refusal(program("Dual MIT/GPL"))).isEqualTo("0: R1 is wrong\n");
    kernel.allow("bpf", "load");
    assertThat(bpf.refusal(program("Dual MIT/GPL"))).isEmpty();
    assertThat(kernel.openDescriptors()).isEmpty();
  }
}
