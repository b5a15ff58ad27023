package inuse.core;

import inuse.core.ask.Asker;
import inuse.core.ask.PortCheck;
import inuse.core.ask.UnixAsker;
import inuse.core.ask.holders.HolderSource;
import inuse.core.evidence.Device;
import inuse.core.evidence.Late;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Question;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.UnixExplainer;
import inuse.core.explain.causes.StaleSocketFile;
import inuse.core.fix.SystemEffects;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import java.util.Optional;
import java.util.OptionalInt;

/** Looks at addresses of one host, once or again and again, and explains what it sees. */
final class Diagnoser {
  private final Host host;
  // Made when the first question comes: most of what they are made of is for answers alone.
  private final Late<Asker> asker;
  private final Late<UnixAsker> unixAsker;

  Diagnoser(Host host, HolderSource holders) {
    this.host = host;
    asker = new Late<>(() -> new Asker(host, holders));
    unixAsker = new Late<>(() -> new UnixAsker(host, holders));
  }

  /** Answers a question with all its options. */
  Diagnosis diagnose(Question<?> question) {
    return switch (question.target()) {
      case PortTarget port ->
          Explainer.explain(asker.get().ask(zoned(question, port), Explainer::agrees));
      case UnixTarget unix ->
          UnixExplainer.explain(unixAsker.get().ask(question.about(unix), UnixExplainer::agrees));
    };
  }

  /** The question with its address's interface, to which such a bind ties the socket. */
  Question<PortTarget> zoned(Question<?> question, PortTarget port) {
    if (port.zone().isEmpty()) {
      return question.about(port);
    }
    Device device = new DeviceNames(host.calls()).of(port.zone().get());
    return new Question<>(
        port,
        question.newcomer().withDevice(device),
        question.probe(),
        question.namespace(),
        question.lookAround());
  }

  /** The address of a question with its monitor, which may keep a network namespace open. */
  Proposal.Watched address(Question<?> question) {
    return switch (question.target()) {
      case PortTarget port -> {
        Question<PortTarget> about =
            new Question<>(
                port, zoned(question, port).newcomer(), true, question.namespace(), false);
        PortCheck check = new PortCheck(host, about);
        check.keepOpen();
        yield new Proposal.Watched(
            new PortMonitor(about, asker.get(), check),
            OptionalInt.of(port.port().number()),
            Optional.of(check));
      }
      case UnixTarget unix ->
          new Proposal.Watched(
              new UnixSocketMonitor(question.about(unix), unixAsker.get()),
              OptionalInt.empty(),
              Optional.empty());
    };
  }

  /** What effects at that address may touch, for a server of that user. */
  SystemEffects.Scope scope(Proposal.Watched address, Uid user) {
    return new SystemEffects.Scope(
        address.port(), address.namespace(), file -> isStale(file, user));
  }

  private boolean isStale(UnixTarget.Path file, Uid user) {
    return diagnose(new Question<>(file, Newcomer.plain(user), true)).causes().stream()
        .anyMatch(StaleSocketFile.class::isInstance);
  }
}
