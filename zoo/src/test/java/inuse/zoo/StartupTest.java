package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the holder is an earlier run of the very command that is to be started. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class StartupTest extends Scenarios {
  StartupTest(Way way) {
    super(way);
  }

  private static final String STEPS = " 'socket s tcp4' 'bind s 0.0.0.0 8080' 'listen s'";

  private static final String SERVER =
      """
      import socket, sys, time
      s = socket.socket()
      s.bind(("0.0.0.0", 8080))
      s.listen()
      print("ready", flush=True)
      time.sleep(600)
      """;

  private Running holder() {
    return lab.listener(8080);
  }

  private DiagnosisAssert ask(String command) {
    return lab.question("8080", "--for", command).ask().says(BLOCKED);
  }

  @Test
  void theSameProgramWithTheSameArgumentsIsAnEarlierRun() {
    Running server = holder();

    DiagnosisAssert diagnosis =
        ask("'" + Programs.HOLD + "'" + STEPS).because("previous-instance").heldBy(server);
    assertThat(diagnosis.cause("previous-instance").severity("critical").json().toString())
        .contains("an earlier run of this command");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void theSameProgramWithOtherArgumentsIsAnotherService() {
    Running server = holder();

    ask("'" + Programs.HOLD + "' 'socket s tcp4'")
        .because("another-service")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void anotherProgramIsAnotherServiceWhateverItIsCalled(@TempDir Path directory) {
    Running server = holder();
    Path namesake = Programs.copy(Path.of("/bin/sleep"), directory.resolve("hold"));

    ask("'" + namesake + "'" + STEPS)
        .because("another-service")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void aProgramWhoseFileWasReplacedMeanwhileIsStillTheSame(@TempDir Path directory)
      throws IOException {
    Path program = Programs.copy(Programs.HOLD, directory.resolve("server"));
    program.toFile().setExecutable(true);
    Running server =
        lab.startForeign(program.toString(), "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");
    server.awaitReady();
    Path upgrade = Programs.copy(Programs.HOLD, directory.resolve("upgrade"));
    Files.move(upgrade, program, StandardCopyOption.REPLACE_EXISTING);

    lab.question("8080", "--for", "'" + program + "'" + STEPS)
        .ask()
        .says(BLOCKED)
        .because("previous-instance")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void aScriptIsTheSameByItsPlaceAndNotByItsName(@TempDir Path directory) throws IOException {
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(Files.isExecutable(python), "not installed: " + python);
    Path mine = Files.createDirectory(directory.resolve("mine"));
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(mine.resolve("app.py"), SERVER);
    Files.writeString(other.resolve("app.py"), SERVER);
    Running server =
        lab.startForeign(
            "/bin/sh", "-c", "cd '" + mine + "' && exec " + python + " ./app.py --port 8080");
    server.awaitReady();

    ask(python + " '" + other + "/app.py' --port 8080").because("another-service").heldBy(server);
    ask(python + " '" + mine + "/app.py' --port 8081").because("another-service").heldBy(server);
    ask(python + " '" + mine + "/app.py' --port 8080")
        .because("previous-instance")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void aCommandThatStartsOthersSaysNothingAboutThem() {
    Running server = holder();

    ask("sh -c 'something else'").because("listener").heldBy(server).firstRemedyGivesItBack();
  }

  @Test
  void aProgramThatDoesNotExistIsWrongUsage() {
    Output output = lab.question("8080", "--for", "no-such-program --port 8080").run();

    output.assertRefused(2);
    assertThat(output.standardError()).contains("no program to start");
  }
}
