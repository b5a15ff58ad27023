package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.rule.Verdict;
import inuse.render.Answer;
import inuse.render.JsonAnswer;
import inuse.render.TextAnswer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** {@code inuse TARGET}: whether it is in use, by what, why, and what gives it back. */
public final class AskCommand {
  private final Session session;
  private final Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
  private boolean isContradicted;

  public AskCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Request.Of request) {
    Answer answer = answer(request);
    for (Target target : request.targets()) {
      switch (target) {
        case UnixTarget unix ->
            told(session.inuse().ask(request.question(unix, Optional.empty())), answer);
        case PortTarget port -> {
          for (Optional<Namespace> namespace : request.namespaces()) {
            told(session.inuse().ask(request.question(port, namespace)), answer);
          }
        }
      }
    }
    answer.end();
    return isStrict() && isContradicted ? ExitCode.BUG : ExitCode.of(verdicts);
  }

  private Answer answer(Request.Of request) {
    Terminal terminal = session.terminal();
    if (request.has(Option.QUIET)) {
      return new TextAnswer(Optional.empty(), false, text -> {});
    }
    return request.has(Option.JSON)
        ? new JsonAnswer(Version.TEXT, terminal::printData)
        : new TextAnswer(terminal.columns(), terminal.isColourful(), terminal::print);
  }

  /** No diagnosis is kept: of a range of ports there may be thousands. */
  private void told(Diagnosis diagnosis, Answer answer) {
    answer.add(diagnosis);
    verdicts.add(diagnosis.verdict());
    isContradicted |= Explainer.isContradicted(diagnosis);
  }

  /** Whether an answer that contradicts itself counts as a bug, as it does in tests. */
  private boolean isStrict() {
    return session.terminal().environment("INUSE_STRICT").equals(Optional.of("1"));
  }
}
