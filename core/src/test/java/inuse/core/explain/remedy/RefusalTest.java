package inuse.core.explain.remedy;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is offered where freeing would be refused. */
final class RefusalTest {
  private static final Phrase WHY = Phrase.of("PID 1 is never stopped");
  private static final InuseCommand FREE = InuseCommand.of(InuseCommand.Verb.FREE).about("8080");
  private static final Refusal NEVER = new Refusal(WHY, RemedyCommand.NONE);

  private static Remedy remedy(InuseCommand command) {
    return new Remedy(
        Remedy.Id.TERMINATE, RemedyCommand.of(command), false, Phrase.of("asks it to end"));
  }

  @Test
  void whatWouldBeRefusedIsNotOfferedButExplained() {
    assertThat(NEVER.applied(remedy(FREE))).isEqualTo(Remedy.advice(Remedy.Id.TERMINATE, WHY));
  }

  @Test
  void whatWouldDoItIsOfferedInstead() {
    InuseCommand more = FREE.with(InuseCommand.Choice.MAX_PROCESSES, "13");

    assertThat(new Refusal(WHY, RemedyCommand.of(more)).applied(remedy(FREE)))
        .isEqualTo(remedy(more));
  }

  @Test
  void whatEndsNoProcessIsOfferedAllTheSame() {
    Remedy destroy = remedy(FREE.with(InuseCommand.Choice.DESTROY_SOCKETS));
    Remedy wait = remedy(InuseCommand.of(InuseCommand.Verb.WAIT).about("8080"));
    Remedy unit = new Remedy(Remedy.Id.STOP_UNIT, List.of("systemctl"), true, WHY);

    assertThat(NEVER.applied(destroy)).isEqualTo(destroy);
    assertThat(NEVER.applied(wait)).isEqualTo(wait);
    assertThat(NEVER.applied(unit)).isEqualTo(unit);
  }
}
