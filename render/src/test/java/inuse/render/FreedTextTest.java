package inuse.render;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static inuse.render.Examples.diagnosed;
import static inuse.render.Examples.listening;
import static inuse.render.FreedExamples.act;
import static inuse.render.FreedExamples.freed;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Collateral;
import inuse.core.evidence.Container;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Signal;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.remedy.Remedy;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Effects;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is planned and what was done, as a person reads it. */
final class FreedTextTest {
  private static final FreedText WIDE = new FreedText(Optional.empty(), false);
  private static final Remedy STOP =
      new Remedy(
          Remedy.Id.STOP_UNIT,
          List.of("systemctl", "stop", "my app.service"),
          true,
          Phrase.of("stops the service"));

  private static Victim victim(int pid, String name, boolean stopped) {
    return new Victim(
        holder(pid, name).build().identity(),
        new Untrusted(name),
        List.of(),
        stopped,
        Optional.empty(),
        Optional.empty());
  }

  private static String plan(FreeOptions options, Step... steps) {
    return WIDE.plan(listening(), new Plan.Steps(List.of(steps)), options, List.of());
  }

  private static final Statement.Trusted<Container> CONTAINER =
      Statement.ofRoot(new Container(Container.Engine.DOCKER, "0".repeat(64)))
          .trusted(Uid.ROOT, Optional.empty())
          .orElseThrow();

  @Test
  void aPlanIsWhatIsInTheWayAndEachStep() {
    assertThat(
            plan(
                FreeOptions.DEFAULT,
                new Step.Command(STOP),
                new Step.StopContainer(CONTAINER, STOP),
                new Step.EndProcesses(
                    List.of(victim(812, "python3", false), victim(813, "node", true))),
                new Step.DestroySockets(List.of(timeWait(1).build(), timeWait(2).build())),
                new Step.RemoveFile(new UnixTarget.Path(new Untrusted("/run/a.sock"))),
                new Step.Wait(Optional.of(Duration.ofMillis(41_001))),
                new Step.Wait(Optional.empty())))
        .isEqualTo(
            """
            8080 is in use: python3 (pid 812, alice) listens on 0.0.0.0:8080
              who    python3 -m http.server 8080
                     in /home/alice/my site, started 3 min ago
              plan   systemctl stop 'my app.service'
                     stops the service
              plan   systemctl stop 'my app.service'
                     stops the service
              plan   SIGTERM to python3 (pid 812), node (pid 813, stopped: and wake it), and \
            SIGKILL to what is left after 10 s
              plan   let the kernel drop 2 sockets: 10.0.0.1:8080 (TIME_WAIT)
              plan   remove /run/a.sock, unless something serves it
              plan   wait, about 42 s, until it expires
              plan   wait until it expires, two minutes at most
            """);
  }

  @ParameterizedTest
  @CsvSource({"8050, 8.0 s", "999, 999 ms", "61624, 62 s"})
  void whoIsKilledWasSentTheFirstSignalBefore(long millis, String time) {
    Report.Action killed =
        new Report.Action(
            Remedy.Id.KILL,
            Optional.of(new Pid(812)),
            new Untrusted("python3"),
            Optional.empty(),
            Optional.of(Signal.KILL),
            Effects.Result.EXITED,
            millis,
            new Untrusted(""));

    assertThat(WIDE.act(killed))
        .isEqualTo(
            "  did    python3 (pid 812) was ended by SIGKILL, "
                + time
                + " after the first signal\n");
  }

  @Test
  void byWhatIsDecidedStandsInThePlan() {
    Collateral more =
        new Collateral(
            new Pid(812),
            List.of(
                listener().at("127.0.0.1").port(9229).build(),
                socket(SocketState.BOUND).udp().at("0.0.0.0").port(5353).build()),
            Optional.empty(),
            List.of(
                new Ancestor(new Pid(813), new Untrusted("esbuild")),
                new Ancestor(new Pid(814), new Untrusted("sh"))));
    Diagnosis dns =
        diagnosed(
            snapshot()
                .blocked()
                .sockets(listener(), accepted())
                .client(77, "firefox")
                .holders(
                    holder(812, "systemd-resolved")
                        .holds(3, 100)
                        .arguments("/lib/systemd/systemd-resolved", "-x")
                        .directory("/srv/api")
                        .startedAt(SnapshotBuilder.NOW - 300_000)));

    assertThat(
            WIDE.plan(
                dns,
                new Plan.Steps(
                    List.of(
                        new Step.EndProcesses(List.of(victim(812, "systemd-resolved", false))))),
                FreeOptions.DEFAULT,
                List.of(more)))
        .isEqualTo(
            """
            8080 is in use: systemd-resolved (pid 812, alice) listens on 0.0.0.0:8080
              who    /lib/systemd/systemd-resolved -x
                     in /srv/api, started 5 min ago, a connection, from firefox (pid 77)
              also   with it may go 127.0.0.1:9229, udp 0.0.0.0:5353; its children esbuild \
            (pid 813), sh (pid 814)
              loses  this host loses its name resolution (DNS)
              plan   SIGTERM to systemd-resolved (pid 812), and SIGKILL to what is left after 10 s
            """);
  }

  @Test
  void itFitsIntoEightLinesHoweverMuchThereIs() {
    List<BoundSocket> places = new ArrayList<>();
    List<Ancestor> children = new ArrayList<>();
    SnapshotBuilder seen = snapshot().blocked().sockets(listener());
    List<Victim> victims = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      places.add(listener().port(9000 + i).build());
      children.add(new Ancestor(new Pid(900 + i), new Untrusted("child")));
      victims.add(victim(800 + i, "program" + i, false));
      seen.holders(
          holder(800 + i, "program" + i)
              .holds(3, 100)
              .arguments("program" + i, "x".repeat(300))
              .directory("/srv/api")
              .startedAt(SnapshotBuilder.NOW - 300_000));
    }
    Collateral more = new Collateral(new Pid(800), places, Optional.empty(), children);

    assertThat(
            WIDE.plan(
                    diagnosed(seen),
                    new Plan.Steps(List.of(new Step.EndProcesses(victims))),
                    FreeOptions.DEFAULT,
                    List.of(more))
                .lines())
        .hasSizeLessThan(8);
  }

  @Test
  void workersAreCountedAndNotNamed() {
    List<Victim> workers = List.of(victim(813, "nginx", false), victim(814, "nginx", false));

    assertThat(
            plan(
                FreeOptions.DEFAULT,
                new Step.EndProcesses(List.of(victim(812, "nginx", false)), workers)))
        .contains(
            "SIGTERM to nginx (pid 812), with which the 2 workers end, and SIGKILL to what is"
                + " left");
  }

  @Test
  void whoseSocketItIsIsPartOfThePlan() {
    Victim daemon =
        new Victim(
            holder(812, "syslogd").build().identity(),
            new Untrusted("syslogd"),
            List.of(),
            true,
            Optional.of(new Account(new Uid(1001), Optional.of(new Untrusted("b\u001bob")))),
            Optional.empty());

    assertThat(plan(FreeOptions.DEFAULT, new Step.EndProcesses(List.of(daemon))))
        .contains(
            "SIGTERM to syslogd (pid 812, with a socket of b\\x1bob, stopped: and wake it), and");
  }

  @ParameterizedTest
  @CsvSource({"true, 2, SIGINT, true", "false, 15, SIGTERM, false", "true, 9, SIGKILL, false"})
  void sigkillIsAnnouncedWhereItMayFollow(boolean kill, int signal, String name, boolean said) {
    FreeOptions usual = FreeOptions.DEFAULT;
    FreeOptions options =
        new FreeOptions(
            usual.grace(),
            new Signal(signal),
            kill,
            false,
            Optional.empty(),
            false,
            false,
            false,
            usual.under(),
            usual.command(),
            usual.only(),
            usual.with(),
            usual.settle(),
            usual.timeout());
    String plan = plan(options, new Step.EndProcesses(List.of(victim(812, "python3", false))));

    assertThat(plan).contains("  plan   " + name + " to python3 (pid 812)");
    assertThat(plan.contains(", and SIGKILL to what is left")).isEqualTo(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PLANNED | python3 (pid 812) planned, 12 ms after SIGTERM",
        "DONE | python3 (pid 812) done, 12 ms after SIGTERM",
        "EXITED | python3 (pid 812) has ended, 12 ms after SIGTERM",
        "RELEASED | python3 (pid 812) no longer holds it, 12 ms after SIGTERM",
        "SURVIVED | python3 (pid 812) has not ended, 12 ms after SIGTERM",
        "DENIED | python3 (pid 812) not permitted, 12 ms",
        "UNAVAILABLE | python3 (pid 812) not possible here, 12 ms after SIGTERM",
        "FAILED | python3 (pid 812) failed, 12 ms after SIGTERM",
      })
  void whatCameOfASignalIsSaid(Effects.Result result, String line) {
    assertThat(WIDE.act(act("python3", 15, result))).isEqualTo("  did    " + line + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PLANNED | stop by its manager: planned, 1 ms",
        "DONE | its manager has stopped it, 1 ms",
        "RELEASED | stop by its manager: it is gone, 1 ms",
        "SURVIVED | stop by its manager: not over yet, 1 ms",
        "DENIED | stop by its manager: not permitted, 1 ms",
        "UNAVAILABLE | stop by its manager: not possible here, 1 ms",
        "FAILED | stop by its manager: failed, 1 ms: Unit a\\x1b.service not found",
      })
  void whatCameOfACommandIsSaid(Effects.Result result, String line) {
    String said = result == Effects.Result.FAILED ? "Unit a\u001b.service not found" : "";

    assertThat(WIDE.act(act(Remedy.Id.STOP_UNIT, result, said)))
        .isEqualTo("  did    " + line + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALREADY_FREE | BIND | 8080 is free already: a real bind succeeded",
        "ALREADY_FREE | TABLE | 8080 is free already: no socket is in the way (you cannot bind"
            + " there yourself)",
        "FREED | BIND | 8080 is free again: a real bind succeeded",
        "FORCED | BIND | 8080 is free again, by force: a real bind succeeded",
        "RESPAWNED | NONE | 8080 was free, and is held again",
        "STILL_HELD | NONE | 8080 is still held",
        "REFUSED | NONE | cannot free 8080",
        "DENIED | NONE | cannot free 8080: permission denied",
        "TIMED_OUT | NONE | timed out: 8080 is still in use",
      })
  void everyOutcomeHasItsSentence(Outcome outcome, AddressMonitor.Proof proof, String line) {
    assertThat(WIDE.end(freed(Optional.of(outcome), proof, List.of()))).isEqualTo(line + "\n");
  }

  @Test
  void anAddressThatIsNotHereIsHeldByNobody() {
    Diagnosis before =
        Explainer.explain(snapshot().address("10.9.9.9").probes("EADDRNOTAVAIL").build());

    assertThat(
            WIDE.end(
                new Freed(
                    before,
                    Optional.empty(),
                    Optional.of(Outcome.TIMED_OUT),
                    List.of(),
                    AddressMonitor.Proof.NONE,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())))
        .isEqualTo("timed out: 10.9.9.9:8080 is not here yet\n");
  }

  @Test
  void whyAndWhatInsteadStandBelow() {
    Freed freed =
        Freed.without(
            listening(),
            Outcome.REFUSED,
            Phrase.of("nobody was asked"),
            Optional.of("inuse free --yes 8080"));

    assertThat(WIDE.end(freed))
        .isEqualTo(
            """
            cannot free 8080
              why    nobody was asked
              fix    inuse free --yes 8080
            """);
  }

  @Test
  void onATerminalItFitsAndIsColouredByTheProof() {
    FreedText narrow = new FreedText(Optional.of(80), true);

    assertThat(narrow.end(freed(Optional.of(Outcome.FREED), AddressMonitor.Proof.BIND, List.of())))
        .startsWith("\u001b[1m\u001b[32m");
    assertThat(
            narrow.end(
                freed(Optional.of(Outcome.STILL_HELD), AddressMonitor.Proof.NONE, List.of())))
        .startsWith("\u001b[1m\u001b[31m");
  }

  @Test
  void proseIsWrappedToEightyColumns() {
    FreedText narrow = new FreedText(Optional.of(80), false);
    Plan.Steps plan =
        new Plan.Steps(
            List.of(
                new Step.EndProcesses(
                    List.of(
                        victim(812, "python3", true),
                        victim(813, "python3", true),
                        victim(814, "python3", true)))));

    assertThat(narrow.plan(listening(), plan, FreeOptions.DEFAULT, List.of()).lines())
        .hasSizeGreaterThan(2)
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    for (Report.Action act : FreedExamples.acts("python3")) {
      assertThat(narrow.act(act).lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    }
  }

  @Test
  void whatHoldsItNowIsSaidWithTheFirstRemedy() {
    assertThat(WIDE.now(listening()))
        .isEqualTo(
            """
              now    python3 (pid 812, alice) listens on 0.0.0.0:8080
              fix    inuse free 8080
                     asks it to end (SIGTERM) and proves by a bind that it is free
            """);
  }

  @Test
  void hostileWordsAreHarmless() {
    Step end = new Step.EndProcesses(List.of(victim(812, Examples.HOSTILE, false)));
    Step remove = new Step.RemoveFile(new UnixTarget.Path(new Untrusted("/run/\u001b[2J")));
    StringBuilder all = new StringBuilder();
    all.append(
        WIDE.plan(
            FreedExamples.hostile(),
            new Plan.Steps(List.of(end, remove)),
            FreeOptions.DEFAULT,
            List.of()));
    FreedExamples.acts(Examples.HOSTILE).forEach(act -> all.append(WIDE.act(act)));
    FreedExamples.everything().stream()
        .filter(one -> one.outcome().isPresent())
        .forEach(one -> all.append(WIDE.end(one)));
    all.append(WIDE.now(FreedExamples.hostile()));
    all.append(
        WIDE.now(
            diagnosed(
                snapshot()
                    .blocked()
                    .sockets(listener())
                    .holders(holder(1, "a").holds(3, 100).owner(5, Examples.HOSTILE)))));

    assertThat(all.chars().filter(c -> c < 0x20 && c != '\n')).isEmpty();
    assertThat(all.chars().filter(c -> (c >= 0x7f && c <= 0x9f) || c == 0x202e)).isEmpty();
  }
}
