package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Holders that cannot obey, because their control group is frozen. */
final class FrozenTest extends Scenarios {
  FrozenTest() {
    super(Way.EXECUTABLE);
  }

  /** Where a hierarchy of that type is mounted, with that word among its options. */
  private static Optional<Path> mounted(String type, String option) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
        .map(line -> List.of(line.split(" ", -1)))
        .filter(words -> words.get(2).equals(type))
        .filter(words ->
            option.isEmpty() || Arrays.asList(words.get(3).split(",", -1)).contains(option))
        .map(words -> Path.of(words.get(1)))
        .findFirst();
  }

  private static Path group(Path hierarchy, Running member) throws IOException {
    Path group = Files.createDirectory(hierarchy.resolve("inuse-zoo-" + member.pid()));
    Files.writeString(group.resolve("cgroup.procs"), Long.toString(member.pid()));
    return group;
  }

  /** The freezer of version 1 puts its tasks into an uninterruptible sleep. */
  @Test
  void whoSleepsUninterruptiblyIsStillHeldAndObeysWhenItWakes() throws IOException {
    Lab.requireRoot("no control group can be made");
    Optional<Path> freezer = mounted("cgroup", "freezer");
    assumeTrue(freezer.isPresent(), "no freezer of version 1 is mounted");
    Running server = lab.listener(8080);
    Path group = group(freezer.get(), server);
    try {
      Files.writeString(group.resolve("freezer.state"), "FROZEN");
      Bystanders.awaitState(server.pid(), 'D');

      lab.question("8080")
          .free("--yes", "--grace", "300ms")
          .outcome("still-held")
          .did("kill " + server.pid() + " SIGKILL survived")
          .says("sleeps uninterruptibly")
          .stillHeld();
    } finally {
      Files.writeString(group.resolve("freezer.state"), "THAWED");
      assertThat(server.awaitExit()).isGreaterThan(128);
      Files.delete(group);
    }
  }

  /** That of version 2 lets whoever is killed go. */
  @Test
  void whoIsFrozenByVersion2IsKilledAllTheSame() throws IOException {
    Lab.requireRoot("no control group can be made");
    Optional<Path> unified = mounted("cgroup2", "");
    assumeTrue(unified.isPresent(), "no unified hierarchy is mounted");
    Running server = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "letsgo");
    Path group = group(unified.get(), server);
    try {
      Files.writeString(group.resolve("cgroup.freeze"), "1");

      lab.question("8080")
          .free("--yes", "--grace", "300ms")
          .outcome("forced")
          .did("kill " + server.pid() + " SIGKILL exited")
          .provedByBind();
      assertThat(server.awaitExit()).isEqualTo(128 + 9);
    } finally {
      Files.writeString(group.resolve("cgroup.freeze"), "0");
      server.close();
      Files.delete(group);
    }
  }
}
