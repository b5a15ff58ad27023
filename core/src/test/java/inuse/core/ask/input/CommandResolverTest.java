package inuse.core.ask.input;

import static inuse.kernel.abi.Constants.S_IFIFO;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.IntendedCommand;
import inuse.core.io.Host;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One text becomes words as in a shell that expands nothing. */
final class CommandResolverTest {
  @Test
  void blanksSeparateWordsOutsideQuotes() {
    assertThat(CommandResolver.words(" python3  app.py\t--name 'a b' \"c \\\" d\" e\\ f '' $HOME"))
        .containsExactly("python3", "app.py", "--name", "a b", "c \" d", "e f", "", "$HOME");
  }

  private static CommandResolver resolver(FakeKernel kernel) {
    return new CommandResolver(Host.of(kernel.link("/proc/self/cwd", "/srv")));
  }

  private static String program(Optional<IntendedCommand> command) {
    return command.orElseThrow().program().bytes();
  }

  @Test
  void aScriptIsReadForItsInterpreterAndAPipeIsNot() {
    FakeKernel kernel =
        new FakeKernel()
            .file("/srv/app", "#!/usr/bin/node\n")
            .file("/usr/bin/node", "ELF")
            .status("/srv/pipe", new FileStatus(S_IFIFO, 0, 7, 0, 1));

    assertThat(program(resolver(kernel).read(List.of("/srv/app")))).isEqualTo("/usr/bin/node");
    assertThat(program(resolver(kernel).read(List.of("/srv/pipe")))).isEqualTo("/srv/pipe");
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void nothingIsNoWord() {
    assertThat(CommandResolver.words("  ")).isEmpty();
  }
}
