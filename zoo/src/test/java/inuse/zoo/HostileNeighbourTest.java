package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same freeing while another user runs a look-alike of everything that inuse asks or tells to
 * do something: each scenario ends as it does without him, and all of his processes are alive.
 */
final class HostileNeighbourTest extends FreeScenarios {
  private final List<Running> his = new ArrayList<>();

  HostileNeighbourTest() {
    super(Way.EXECUTABLE);
  }

  @BeforeEach
  void heIsThere(@TempDir Path directory) throws IOException {
    Lab.requireRoot("cannot be two users");
    Path place = Lookalike.place(directory);
    for (Lookalike one : Lookalike.values()) {
      his.add(one.start(lab, place, "LISTEN=127.0.0.1 " + (29_000 + his.size())));
    }
    his.forEach(Running::awaitReady);
  }

  @AfterEach
  void nobodyOfHisWasEnded() {
    assertThat(his).allMatch(Running::isAlive);
  }
}
