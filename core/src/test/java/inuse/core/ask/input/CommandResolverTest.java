package inuse.core.ask.input;

import static inuse.kernel.abi.Constants.S_IFIFO;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One text becomes words as in a shell that expands nothing, and words a command. */
final class CommandResolverTest {
  @Test
  void blanksSeparateWordsOutsideQuotes() {
    assertThat(CommandResolver.words(" python3  app.py\t--name 'a b' \"c \\\" d\" e\\ f '' $HOME"))
        .containsExactly("python3", "app.py", "--name", "a b", "c \" d", "e f", "", "$HOME");
  }

  /** Where it would be started, if that is part of what it is. */
  private static Optional<Untrusted> directory(String line) {
    FakeKernel kernel =
        new FakeKernel()
            .link("/proc/self/cwd", "/srv/a")
            .file("/proc/self/environ", "PATH=/usr/bin\0")
            .file("/usr/bin/python3", "\177ELF")
            .file("/usr/bin/uvicorn", "#!/usr/bin/python3\n")
            .file("/srv/a/app.py", "")
            .file("/srv/a/bin/serve", "#!/usr/bin/python3\n");
    Optional<IntendedCommand> command =
        new CommandResolver(Host.of(kernel)).read(CommandResolver.words(line));
    assertThat(command).isPresent();
    assertThat(kernel.openDescriptors()).isEmpty();
    return command.get().directory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "python3",
        "/usr/bin/python3 -m http.server",
        "python3 -m http.server 8000",
        "python3 none.py",
        "uvicorn app:app"
      })
  void whereNoArgumentNamesAFileTheDirectoryIsPartOfTheCommand(String line) {
    assertThat(directory(line)).contains(new Untrusted("/srv/a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "python3 app.py",
        "python3 -u /srv/a/app.py",
        "uvicorn app.py",
        "bin/serve",
        "/srv/a/bin/serve x"
      })
  void whereAnArgumentNamesAFileItIsNot(String line) {
    assertThat(directory(line)).isEmpty();
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
