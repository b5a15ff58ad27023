package inuse.core.explain.remedy;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;

/**
 * That {@code inuse free} would refuse here: then no answer offers it.
 *
 * @param why which rule, and about whom
 * @param instead what to run, if there is such a command
 */
public record Refusal(Phrase why, RemedyCommand instead) {
  /** What is offered in place of the remedy: itself, if it does not lead to the refusal. */
  public Remedy applied(Remedy remedy) {
    if (!isFree(remedy.command())) {
      return remedy;
    }
    return isFree(instead)
        ? new Remedy(remedy.id(), instead, remedy.needsRoot(), remedy.effect())
        : Remedy.advice(remedy.id(), why);
  }

  /** To destroy sockets ends no process, and has rules of its own. */
  private static boolean isFree(RemedyCommand command) {
    return command
        .ours()
        .filter(ours -> ours.verb() == InuseCommand.Verb.FREE)
        .filter(ours ->
            ours.options().stream()
                .noneMatch(one -> one.choice() == InuseCommand.Choice.DESTROY_SOCKETS))
        .isPresent();
  }
}
