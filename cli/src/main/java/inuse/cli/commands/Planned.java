package inuse.cli.commands;

import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.Remedy;
import inuse.core.fix.Effects;
import inuse.core.fix.Limits;
import inuse.core.fix.Report;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import java.util.List;
import java.util.Optional;

/** What would be done, in the form of what was. */
final class Planned {
  private Planned() {}

  static List<Report.Done> of(Step step, Limits limits) {
    return switch (step) {
      case Step.Command(Remedy remedy) -> List.of(act(remedy.id()));
      case Step.StopContainer(var container, Remedy remedy) -> List.of(act(remedy.id()));
      case Step.EndProcesses(List<Victim> victims) ->
          victims.stream().map(one -> act(one, limits)).toList();
      case Step.DestroySockets sockets -> List.of(act(Remedy.Id.DESTROY_SOCKET));
      case Step.Wait wait -> List.of(act(Remedy.Id.WAIT));
      case Step.RemoveFile file -> List.of(act(Remedy.Id.REMOVE_SOCKET_FILE));
    };
  }

  private static Report.Done act(Remedy.Id remedy) {
    return new Report.Done(
        remedy,
        Optional.empty(),
        new Untrusted(""),
        Optional.empty(),
        Effects.Result.PLANNED,
        0,
        new Untrusted(""));
  }

  private static Report.Done act(Victim victim, Limits limits) {
    return new Report.Done(
        victim.stopped() ? Remedy.Id.RESUME_THEN_TERMINATE : Remedy.Id.TERMINATE,
        Optional.of(victim.pid()),
        victim.command(),
        Optional.of(limits.signal()),
        Effects.Result.PLANNED,
        0,
        new Untrusted(""));
  }
}
