package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ports that builds by Maven hold. */
final class MavenPluginTest extends Scenarios {
  private static boolean fetched;

  MavenPluginTest() {
    super(Way.EXECUTABLE);
  }

  private static String[] build(String... arguments) {
    List<String> command =
        JavaLibraries.maven(
            "--file=" + Programs.setting("zoo.maven.sources").resolve("pom.xml"), "compile");
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  /** Once, where the network is, so that what is missing can be fetched. */
  private static synchronized void fetch() {
    if (!fetched) {
      Registry.fetched("the goal exec", Output.of(List.of(build("--non-recursive"))));
      fetched = true;
    }
  }

  private static List<String> offline(String... arguments) {
    List<String> command = new ArrayList<>(List.of(build("--offline")));
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> ports(String line) {
    return List.of(line.split(" ", -1));
  }

  @Test
  void twoBuildsAtOnceHoldDifferentPortsUntilTheyEnd() {
    fetch();
    String[] waiting = offline("--non-recursive", "-Dthen=read line").toArray(String[]::new);
    Running one = lab.startForeign(waiting);
    Running two = lab.startForeign(waiting);

    List<String> first = ports(one.awaitLine("ports"));
    List<String> second = ports(two.awaitLine("ports"));

    assertThat(Stream.concat(first.stream(), second.stream()))
        .hasSize(6)
        .allMatch(port -> port.matches("[0-9]+"))
        .doesNotHaveDuplicates();
    int port = Integer.parseInt(first.getFirst());
    lab.ask(first.getFirst())
        .says(VerdictAssert.FREE_WITH_REUSEADDR)
        .because("bound-not-listening");
    lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 " + port, "listen s").close();
    one.say("");
    assertThat(one.awaitExit()).isZero();
    lab.ask(first.getFirst()).says(VerdictAssert.FREE);
    assertThat(two.isAlive()).isTrue();
  }

  @Test
  void eachModuleOfAParallelBuildHasPortsOfItsOwnButWhereTheCommandLineSaysOne() {
    fetch();

    Output output = lab.output(offline("--threads=3", "-Dthird.port=8080").toArray(String[]::new));

    assertThat(output.exitCode()).as("%s", output).isZero();
    List<String> modules =
        output.standardOutput().lines().filter(line -> line.startsWith("ports ")).toList();
    assertThat(modules).hasSize(3).allMatch(line -> line.endsWith(" 8080"));
    assertThat(modules.stream().flatMap(line -> ports(line).stream().skip(1).limit(2)))
        .hasSize(6)
        .doesNotHaveDuplicates();
  }

  @Test
  void aGoalExplainsAPortWhereThereIsNoProject() {
    fetch();
    Running holder = lab.listener(8080);
    List<String> command = new ArrayList<>(List.of("env", "--chdir=/"));
    command.addAll(
        JavaLibraries.maven("--offline", JavaLibraries.goal("explain"), "-Dinuse.target=8080"));
    command.remove("--quiet");

    Output output = lab.output(command.toArray(String[]::new));

    assertThat(output.exitCode()).as("%s", output).isZero();
    assertThat(output.standardOutput())
        .contains("8080 is in use: hold (pid " + holder.pid() + ", ", "free 8080");
  }
}
