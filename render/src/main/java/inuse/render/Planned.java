package inuse.render;

import inuse.core.evidence.Account;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.Remedy;
import inuse.core.fix.Effects;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Report;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import java.util.List;
import java.util.Optional;

/** Planned steps, in the form of acts that were done. */
final class Planned {
  private Planned() {}

  static List<Report.Action> of(Step step, FreeOptions options) {
    return switch (step) {
      case Step.Command(Remedy remedy) -> List.of(act(remedy.id()));
      case Step.StopContainer(var container, Remedy remedy) -> List.of(act(remedy.id()));
      case Step.EndProcesses(List<Victim> victims, var workers) ->
          victims.stream().map(one -> act(one, options)).toList();
      case Step.DestroySockets sockets -> List.of(act(Remedy.Id.DESTROY_SOCKET));
      case Step.Wait wait -> List.of(act(Remedy.Id.WAIT));
      case Step.RemoveFile file -> List.of(act(Remedy.Id.REMOVE_SOCKET_FILE));
    };
  }

  private static Report.Action act(Remedy.Id remedy) {
    return new Report.Action(
        remedy,
        Optional.empty(),
        new Untrusted(""),
        Optional.empty(),
        Optional.empty(),
        Effects.Result.PLANNED,
        0,
        new Untrusted(""));
  }

  private static Report.Action act(Victim victim, FreeOptions options) {
    return new Report.Action(
        victim.stopped() ? Remedy.Id.RESUME_THEN_TERMINATE : Remedy.Id.TERMINATE,
        Optional.of(victim.pid()),
        victim.command(),
        victim.socketOf().map(Account::uid),
        Optional.of(options.signal()),
        Effects.Result.PLANNED,
        0,
        new Untrusted(""));
  }
}
