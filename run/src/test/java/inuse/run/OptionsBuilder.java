package inuse.run;

import inuse.run.guard.GuardOptions;
import inuse.run.guard.Unguarded;
import inuse.run.handover.Handover;
import inuse.run.handover.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a supervisor is to do with /bin/server, and what it told. */
final class OptionsBuilder implements SupervisorOptions.Listener {
  final List<String> told = new ArrayList<>();
  private List<String> environment = List.of("PATH=/bin");
  private List<Integer> sockets = List.of();
  private boolean keepDaemons;
  private Restart restart = Restart.NEVER;
  private Optional<GuardOptions> guarded = Optional.empty();
  private Optional<Handover> handover = Optional.empty();
  private Readiness readiness = new Readiness(OptionalInt.empty(), Optional.empty());
  private Optional<NotifySocket> manager = Optional.empty();

  OptionsBuilder environment(String... variables) {
    environment = List.of(variables);
    return this;
  }

  OptionsBuilder sockets(Integer... fds) {
    sockets = List.of(fds);
    return this;
  }

  OptionsBuilder keepDaemons() {
    keepDaemons = true;
    return this;
  }

  OptionsBuilder restart(Restart when) {
    restart = when;
    return this;
  }

  OptionsBuilder guarded(GuardOptions options) {
    guarded = Optional.of(options);
    return this;
  }

  OptionsBuilder handover(Handover one) {
    handover = Optional.of(one);
    return this;
  }

  OptionsBuilder readyAfter(Duration time) {
    readiness = new Readiness(OptionalInt.empty(), Optional.of(time));
    return this;
  }

  OptionsBuilder manager(NotifySocket socket) {
    manager = Optional.of(socket);
    return this;
  }

  SupervisorOptions build() {
    return new SupervisorOptions(
        "/bin/server",
        List.of("server", "-v"),
        environment,
        sockets,
        Duration.ofSeconds(3),
        keepDaemons,
        restart,
        guarded,
        handover,
        readiness,
        manager,
        this);
  }

  @Override
  public void unguarded(Unguarded why) {
    told.add("unguarded " + why);
  }

  @Override
  public void restarts(int status, Duration pause) {
    told.add("restarts after " + status + " in " + pause.toMillis() + " ms");
  }
}
