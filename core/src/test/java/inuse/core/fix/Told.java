package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Inode;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.explain.remedy.Written;
import java.util.List;
import java.util.stream.Collectors;

/** Plans as one line each, for comparison. */
final class Told {
  private Told() {}

  static String plan(Plan plan) {
    return switch (plan) {
      case Plan.Nothing nothing -> "nothing";
      case Plan.Steps(List<Step> steps) ->
          steps.stream().map(Told::step).collect(Collectors.joining("; "));
      case Plan.Refused(Phrase why, RemedyCommand byHand) ->
          "refused: " + phrase(why) + " | " + String.join(" ", Written.words(byHand));
      case Plan.Denied(Phrase why, boolean rootMay) ->
          "denied" + (rootMay ? ", root may: " : ": ") + phrase(why);
    };
  }

  private static String step(Step step) {
    return switch (step) {
      case Step.Command(var remedy) -> "run " + String.join(" ", Written.words(remedy));
      case Step.StopContainer(var container, var remedy) ->
          "container "
              + container.content().id().substring(0, 4)
              + ": "
              + String.join(" ", Written.words(remedy));
      case Step.EndProcesses(List<Victim> victims, List<Victim> workers) ->
          "end "
              + victims.stream().map(Told::victim).collect(Collectors.joining(", "))
              + (workers.isEmpty()
                  ? ""
                  : " with "
                      + workers.stream().map(Told::victim).collect(Collectors.joining(", ")));
      case Step.DestroySockets(List<BoundSocket> sockets) ->
          "destroy "
              + sockets.stream()
                  .map(one ->
                      one.state()
                          + "#"
                          + one.inode().map(Inode::number).map(Object::toString).orElse("-"))
                  .collect(Collectors.joining(", "));
      case Step.Wait(var atMost, var connections) ->
          "wait "
              + atMost.map(most -> most.toMillis() + " ms").orElse("untold")
              + (connections == 0 ? "" : " for " + connections);
      case Step.RemoveFile(var file) -> "remove " + file.path().bytes();
    };
  }

  /** The pid, and each claim as {@code fd:inode:cookie}. */
  private static String victim(Victim victim) {
    String of = victim.socketOf().map(one -> " of " + one.name().orElseThrow().bytes()).orElse("");
    return victim.pid()
        + (victim.stopped() ? " stopped" : "")
        + victim.claims().stream()
            .map(one -> " " + one.fd() + ":" + one.inode().number() + ":" + one.cookie())
            .collect(Collectors.joining())
        + of;
  }

  static String phrase(Phrase phrase) {
    return phrase.parts().stream()
        .map(part ->
            switch (part) {
              case Phrase.Part.Ours(String ours) -> ours;
              case Phrase.Part.Option(InuseCommand.Choice choice) -> choice.name();
              case Phrase.Part.Line(InuseCommand command) -> Written.line(command);
              case Phrase.Part.Theirs(Untrusted theirs) -> theirs.bytes();
            })
        .collect(Collectors.joining());
  }
}
