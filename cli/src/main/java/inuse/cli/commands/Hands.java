package inuse.cli.commands;

import inuse.core.ask.UnixAsker;
import inuse.core.ask.supervision.ContainerStop;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.UnixExplainer;
import inuse.core.explain.causes.StaleSocketFile;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Effects;
import inuse.core.fix.SystemEffects;
import inuse.core.io.Host;
import java.time.Duration;
import java.util.function.Supplier;

/** What the effects need of others. */
final class Hands implements SystemEffects.Hands {
  private final AddressMonitor monitor;
  private final Caller caller;
  private final Host host;

  Hands(AddressMonitor monitor, Caller caller, Host host) {
    this.monitor = monitor;
    this.caller = caller;
    this.host = host;
  }

  @Override
  public Effects.Result stop(Container container, Duration grace) {
    return switch (ContainerStop.stop(host, container, caller.uid(), grace)) {
      case UNAVAILABLE -> Effects.Result.UNAVAILABLE;
      case GONE -> Effects.Result.RELEASED;
      case FAILED -> Effects.Result.FAILED;
      case TIMED_OUT -> Effects.Result.SURVIVED;
      case DENIED -> Effects.Result.DENIED;
      case DONE -> Effects.Result.DONE;
    };
  }

  @Override
  public boolean isStale(UnixTarget.Path file) {
    return UnixExplainer.explain(
            new UnixAsker(host)
                .ask(file, Newcomer.plain(caller.uid()), true, UnixExplainer::agrees))
        .causes()
        .stream()
        .anyMatch(StaleSocketFile.class::isInstance);
  }

  @Override
  public <T> T there(Supplier<T> work) {
    return monitor instanceof Sight.OfPort port
        ? port.check()
            .there(work)
            .orElseThrow(() -> new IllegalStateException("the network namespace is closed to us"))
        : work.get();
  }
}
