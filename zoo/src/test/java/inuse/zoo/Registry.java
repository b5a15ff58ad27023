package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Downloads for a scenario that no package of the machine provides. */
final class Registry {
  /** What npm and Maven say where there is no registry, and nothing that was fetched before. */
  private static final Pattern NO_REGISTRY =
      Pattern.compile(
          "ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENOTCACHED|ERR_SOCKET_TIMEOUT"
              + "|Could not transfer|Cannot access|offline mode|Non-resolvable");

  private Registry() {}

  /** As the tests themselves are built: from the same repository, offline if they are. */
  static List<String> maven(String... arguments) {
    List<String> command = new ArrayList<>(List.of("mvn", "--batch-mode", "--quiet"));
    if ("offline=true".equals(System.getProperty("zoo.maven"))) {
      command.add("--offline");
    }
    String repository = System.getProperty("localRepository");
    if (repository != null) {
      command.add("-Dmaven.repo.local=" + repository);
    }
    command.addAll(List.of(arguments));
    return command;
  }

  /** Skips the scenario where that could not be had because there is no registry. */
  static void fetched(String what, Output output) {
    if (output.exitCode() != 0) {
      assumeTrue(
          !NO_REGISTRY.matcher(output.standardOutput() + output.standardError()).find(),
          "no registry for what an example needs: " + what);
    }
    assertThat(output.exitCode()).as("%s", output).isZero();
  }
}
