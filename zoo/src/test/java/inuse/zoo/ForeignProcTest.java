package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where /proc is of another pid namespace, its pids are other processes here: the holder is named,
 * and nobody is ended.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
final class ForeignProcTest extends Scenarios {
  ForeignProcTest(Way way) {
    super(way);
  }

  private static void refused(QuestionAssert question, Running holder) {
    FreedAssert freed = question.besideAnotherWithPid(holder.pid()).free("--yes", "--grace", "1s");
    freed.outcome("refused").didNothing().says("/proc is of another pid namespace");
    assertThat(freed.result().get("instead").isJsonNull()).as("%s", freed.output()).isTrue();
    assertThat(freed.output().standardError()).contains("the other " + holder.pid() + " is alive");
    assertThat(holder.isAlive()).isTrue();
  }

  @Test
  void whoHasTheHoldersPidHereIsNotEndedForAPort() {
    refused(lab.question("8080"), lab.listener(8080));
  }

  @Test
  void norWhereSocketsCannotBeCompared() {
    refused(lab.question("8080").mayNotDuplicate(), lab.listener(8080));
  }

  @Test
  void norForUdp() {
    refused(
        lab.question("udp/8080").mayNotDuplicate(),
        lab.hold("socket s udp4", "bind s 0.0.0.0 8080"));
  }

  @Test
  void norForASocketFile(@TempDir Path directory) {
    String file = directory.resolve("a.sock").toString();

    refused(lab.question(file), lab.holdUnix("socket s stream", "bind s " + file, "listen s 5"));
  }

  @Test
  void norForAnAbstractName() {
    refused(lab.question("@app"), lab.holdUnix("socket s stream", "bind s @app", "listen s 5"));
  }

  @Test
  void thatThePidsAreOfAnotherNamespaceIsSaid() {
    Running holder = lab.listener(8080);

    Output output = lab.question("8080").besideAnotherWithPid(holder.pid()).run("--json");

    assertThat(output.standardOutput())
        .as("%s", output)
        .contains(
            "(pid " + holder.pid() + ", ",
            "what the pids are here: /proc is of another pid namespace");
  }

  @Test
  void whereSocketsCannotBeComparedTheHolderIsEndedAllTheSame(@TempDir Path directory) {
    Running server = lab.listener(8080);
    lab.question("8080")
        .mayNotDuplicate()
        .free("--yes", "--settle", "0s")
        .outcome("freed")
        .did("terminate " + server.pid() + " SIGTERM exited");

    String file = directory.resolve("a.sock").toString();
    Running unix = lab.holdUnix("socket s stream", "bind s " + file, "listen s 5");
    lab.question(file)
        .mayNotDuplicate()
        .free("--yes", "--settle", "0s")
        .outcome("freed")
        .did("terminate " + unix.pid() + " SIGTERM exited", "remove-socket-file done");
  }
}
