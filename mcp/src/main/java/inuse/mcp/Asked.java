package inuse.mcp;

import inuse.core.Proposal;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Target;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import inuse.render.Escape;
import inuse.render.InuseLine;
import java.util.List;

/**
 * A plan that the user is asked about. Nothing of it is done yet.
 *
 * @param acts what was done before about the same target, of which this is the rest
 */
record Asked(Target target, Proposal proposal, List<Report.Action> acts) {
  Asked {
    acts = List.copyOf(acts);
  }

  /**
   * Target, plan, and the identities of all that it would touch: whatever differs in one of them
   * has another text.
   */
  String identity() {
    StringBuilder text = new StringBuilder(Escape.text(target));
    if (proposal.plan() instanceof Plan.Steps(List<Step> steps)) {
      steps.forEach(step -> text.append('\n').append(identity(step)));
    }
    return text.toString();
  }

  private static String identity(Step step) {
    return switch (step) {
      case Step.Command(var remedy) ->
          "command " + String.join("\0", InuseLine.words(remedy.command()));
      case Step.StopContainer(var container, var remedy) -> "container " + container.content().id();
      case Step.EndProcesses end -> {
        StringBuilder text = new StringBuilder("processes");
        end.all().forEach(one -> text.append(' ').append(identity(one)));
        yield text.toString();
      }
      case Step.DestroySockets(List<BoundSocket> sockets) -> {
        StringBuilder text = new StringBuilder("sockets");
        sockets.forEach(one -> text.append(' ').append(one.cookie()));
        yield text.toString();
      }
      case Step.Wait wait -> "wait";
      case Step.RemoveFile(var file) -> "file " + file.path().bytes();
    };
  }

  private static String identity(Victim victim) {
    StringBuilder text = new StringBuilder();
    text.append(victim.pid()).append('@').append(victim.identity().startTicks());
    for (Victim.Claim claim : victim.claims()) {
      text.append(':').append(claim.inode().number()).append('/').append(claim.cookie());
    }
    return text.toString();
  }
}
