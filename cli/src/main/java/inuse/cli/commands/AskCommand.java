package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.render.JsonAnswer;
import inuse.render.TextAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code inuse TARGET}: whether it is in use, by what, why, and what gives it back. */
public final class AskCommand {
  private final Session session;

  public AskCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Request.Of request) {
    List<Diagnosis> diagnoses = new ArrayList<>();
    for (Target target : request.targets()) {
      switch (target) {
        case UnixTarget unix ->
            diagnoses.add(session.inuse().ask(request.question(unix, Optional.empty())));
        case PortTarget port -> {
          for (Optional<Namespace> namespace : request.namespaces()) {
            diagnoses.add(session.inuse().ask(request.question(port, namespace)));
          }
        }
      }
    }
    if (!request.has(Option.QUIET)) {
      if (request.has(Option.JSON)) {
        session.terminal().printData(JsonAnswer.of(Version.TEXT, diagnoses));
      } else {
        session
            .terminal()
            .print(
                TextAnswer.of(
                    diagnoses, session.terminal().columns(), session.terminal().isColourful()));
      }
    }
    if (isStrict() && diagnoses.stream().anyMatch(Explainer::isContradicted)) {
      return ExitCode.BUG;
    }
    return ExitCode.of(diagnoses.stream().map(Diagnosis::verdict).toList());
  }

  /** Whether an answer that contradicts itself counts as a bug, as it does in tests. */
  private boolean isStrict() {
    return session.terminal().environment("INUSE_STRICT").equals(Optional.of("1"));
  }
}
