package inuse.core.explain.remedy;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Pid;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemedyCommandTest {
  @Test
  void killNamesTheProcessesInTheirOrder() {
    assertThat(RemedyCommand.kill(List.of(new Pid(900), new Pid(7))).words())
        .containsExactly("kill", "900", "7");
  }

  @Test
  void withoutAProcessThereIsNoKill() {
    assertThat(RemedyCommand.kill(List.of())).isEqualTo(RemedyCommand.NONE);
  }
}
