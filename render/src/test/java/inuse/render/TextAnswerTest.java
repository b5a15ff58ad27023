package inuse.render;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.render.Examples.diagnosed;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Tie;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answer as a person reads it. */
final class TextAnswerTest {
  private static String text(Diagnosis... diagnoses) {
    return TextAnswer.of(List.of(diagnoses), Optional.empty(), false);
  }

  private static String headlineWithGap(Reading.Why why) {
    return text(diagnosed(
            snapshot()
                .blocked()
                .sockets(listener().inode(100))
                .holders(holder(10, "a").holds(3, 100))
                .gap("/proc/PID/fd of 7 processes", why, "ask again")))
        .lines()
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatHadToStopSaysSoInItsFirstLine(Reading.Why why) {
    assertThat(headlineWithGap(why).endsWith(" (incomplete: out of time)"))
        .isEqualTo(why == Reading.Why.TIMED_OUT);
  }

  @Test
  void aListener() {
    assertThat(text(Examples.listening()))
        .isEqualTo(
            """
            8080 is in use: python3 (pid 812, alice) listens on 0.0.0.0:8080
              who    python3 -m http.server 8080
                     pid 812 of alice, started 3 min ago, by bash (700) < \
            systemd (1), in /home/alice/my site
              why    while a socket listens, no other can bind its address, not even with \
            SO_REUSEADDR
              fix    inuse free 8080
                     asks it to end (SIGTERM) and proves by a bind that it is free
            """);
  }

  @Test
  void timeWait() {
    assertThat(text(Examples.closed()))
        .isEqualTo(
            """
            8080 is in use unless you set SO_REUSEADDR: a closed connection on 10.0.0.1:8080 is \
            still in TIME_WAIT, 42 s left
              why    the kernel keeps a closed connection's port for 60 s; only a server that \
            sets SO_REUSEADDR may bind it meanwhile
              fix    start your server with SO_REUSEADDR. Java, Node, nginx and Python's \
            http.server do so already; a plain socket in Python: \
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1), in C: setsockopt(fd, \
            SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), before bind
              fix    inuse wait --no-reuseaddr 8080
                     returns when it expires by itself, in about 42 s
            """);
  }

  @Test
  void aFreePort() {
    assertThat(text(Examples.free()))
        .isEqualTo(
            """
            8080 is free: a real bind succeeded
            """);
  }

  @Test
  void aPortThatSomebodyWouldShareIsNotSimplyFree() {
    assertThat(
            text(
                diagnosed(
                    snapshot()
                        .newcomer(Newcomer.plain(new Uid(1000)).withReusePort())
                        .probes("ok")
                        .sockets(listener().inode(7).reusePort(true))
                        .holders(holder(812, "server").holds(3, 7)))))
        .startsWith(
            "8080, for a server with SO_REUSEPORT, can be bound, and would be shared: a real bind"
                + " succeeded\n  note   server (pid 812, alice) has 0.0.0.0:8080 already: ");
  }

  @Test
  void twoAddressesWithDifferentVerdicts() {
    assertThat(text(Examples.split()))
        .isEqualTo(
            """
            8080 is free on [::], but on 0.0.0.0 it is in use: python3 (pid 812, alice) listens \
            on 0.0.0.0:8080
              who    python3 -m http.server 8080
                     pid 812 of alice, started 3 min ago, by bash (700) < \
            systemd (1), in /home/alice/my site
              why    while a socket listens, no other can bind its address, not even with \
            SO_REUSEADDR
              fix    inuse free 8080
                     asks it to end (SIGTERM) and proves by a bind that it is free
            """);
  }

  @Test
  void freePortsStandTogetherAndOthersApart() {
    assertThat(text(Examples.free(), Examples.free(), Examples.closed(), Examples.free()))
        .containsOnlyOnce("\n\n")
        .startsWith("8080 is free: a real bind succeeded\n8080 is free: a real bind succeeded\n");
  }

  @Test
  void manyProcessesAreCounted() {
    HolderBuilder[] workers = new HolderBuilder[9];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = holder(20 + i, "nginx").holds(6, 100);
    }

    assertThat(text(diagnosed(snapshot().blocked().sockets(listener()).holders(workers))))
        .contains("  who    and 4 more processes\n")
        .contains("pid 24")
        .doesNotContain("pid 25 ");
  }

  @Test
  void aLongCommandLineIsCut() {
    assertThat(
            text(
                diagnosed(
                    snapshot()
                        .blocked()
                        .sockets(listener())
                        .holders(holder(10, "java").holds(3, 100).arguments("x".repeat(5000))))))
        .contains("  who    " + "x".repeat(159) + "…\n");
  }

  @Test
  void anUnexplainedRefusalListsEverythingThatWasSeen() {
    assertThat(
            text(
                diagnosed(
                    snapshot().address("127.0.0.1").blocked().sockets(listener().at("127.0.0.2")))))
        .contains("asked  127.0.0.1:8080 as uid 1000\n")
        .contains("probe  127.0.0.1: bind said EADDRINUSE\n")
        .contains("probe  127.0.0.1 with SO_REUSEADDR: bind said EADDRINUSE\n")
        .contains("tcp LISTEN 127.0.0.2:8080 uid 1000 inode 100")
        .contains("ip_local_port_range 32768-60999");
  }

  @Test
  void withoutProbesTheVerdictIsUnknownAndWhyIsSaid() {
    assertThat(text(diagnosed(snapshot()))).startsWith("8080: unknown, no bind was tried\n");
    assertThat(text(diagnosed(snapshot().probes("EMFILE"))))
        .startsWith("8080: unknown, bind said EMFILE\n");
    assertThat(text(diagnosed(snapshot().sockets(listener()).holders(Examples.python()))))
        .startsWith("8080: unknown, no bind was tried; it looks in use: python3 (pid 812, alice)");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 120})
  void proseIsWrappedToTheTerminal(int columns) {
    String text =
        TextAnswer.of(
            List.of(Examples.closed(), diagnosed(snapshot().blocked())),
            Optional.of(columns),
            false);

    for (String line : text.split("\n", -1)) {
      boolean oneWord = !line.trim().contains(" ");
      assertThat(line.length() <= columns || oneWord).as(line).isTrue();
    }
    assertThat(text.replaceAll("\\s+", " "))
        .isEqualTo(
            text(Examples.closed(), diagnosed(snapshot().blocked())).replaceAll("\\s+", " "));
  }

  @Test
  void commandsAreBrokenWhereAShellPutsThemTogetherAgain() {
    String text =
        TextAnswer.of(
            List.of(
                diagnosed(
                    snapshot()
                        .asRoot()
                        .blocked()
                        .sockets(listener().inode(100))
                        .holders(app().overseer(runit("/srv/shop/of/some/length"))))),
            Optional.of(40),
            false);

    assertThat(text.lines()).allMatch(line -> line.length() <= 40);
    assertThat(text.replaceAll(" \\\\\n *", " "))
        .contains("  fix    sv stop /srv/shop/of/some/length\n");
  }

  @Test
  void freePortsOneAfterTheOtherAreOneLine() {
    assertThat(
            text(
                diagnosed(snapshot().port(3000).probes("ok")),
                diagnosed(snapshot().port(3001).probes("ok")),
                diagnosed(snapshot().port(3002).probes("ok").client(990, "firefox")),
                diagnosed(snapshot().port(3003).probes("ok")),
                diagnosed(snapshot().port(3005).probes("ok")),
                diagnosed(snapshot().port(3006).udp().probes("ok")),
                diagnosed(snapshot().port(3007).udp().probes("ok"))))
        .isEqualTo(
            """
            3000-3001 are free: a real bind of each succeeded
            3002 is free: a real bind succeeded
              note   firefox (pid 990) is connected to this port; it blocks nothing

            3003 is free: a real bind succeeded
            3005 is free: a real bind succeeded
            udp/3006-3007 are free: a real bind of each succeeded
            """);
  }

  @Test
  void aNumberIsNotParted() {
    for (int columns = 40; columns < 120; columns++) {
      assertThat(TextAnswer.of(List.of(Examples.closed()), Optional.of(columns), false).lines())
          .noneMatch(line -> line.matches(" *(s|ms)\\b.*"));
    }
  }

  @Test
  void eachOfTwoServersStandsWithItsOwnAddress() {
    String text =
        text(
            diagnosed(
                snapshot()
                    .blocked()
                    .sockets(listener().at("::1").inode(100), listener().inode(101))
                    .holders(holder(10, "node").holds(3, 100), holder(11, "app").holds(3, 101))));

    assertThat(text)
        .contains("\n         pid 10 of alice, has [::1]:8080, by")
        .contains("\n         pid 11 of alice, has 0.0.0.0:8080, by");
    assertThat(
            text(
                diagnosed(
                    snapshot()
                        .blocked()
                        .sockets(listener())
                        .holders(
                            holder(10, "node").holds(3, 100), holder(11, "node").holds(3, 100)))))
        .doesNotContain(", has ");
  }

  @Test
  void whatATitleLeavesEmptyOfTheArgumentsIsNotShown() {
    assertThat(
            text(
                diagnosed(
                    snapshot()
                        .blocked()
                        .sockets(listener())
                        .holders(
                            holder(10, "sshd")
                                .holds(3, 100)
                                .arguments("sshd: root", "", "a", "", "")))))
        .contains("  who    'sshd: root' '' a\n");
  }

  @Test
  void hostileWordsCannotReachTheTerminal() {
    String text = TextAnswer.of(Examples.everything(), Optional.of(80), false);

    assertThat(text.chars().filter(c -> c < 0x20 && c != '\n')).isEmpty();
    assertThat(text.chars().filter(c -> (c >= 0x7f && c <= 0x9f) || c == 0x202e)).isEmpty();
  }

  @Test
  void coloursAreOnlyPaint() {
    String painted = TextAnswer.of(Examples.everything(), Optional.of(80), true);

    assertThat(painted).contains("\u001b[1m");
    assertThat(painted.replaceAll("\u001b\\[[0-9;]*m", ""))
        .isEqualTo(TextAnswer.of(Examples.everything(), Optional.of(80), false));
  }

  private static HolderBuilder app() {
    return holder(812, "app").holds(3, 100);
  }

  private static Diagnosis held(HolderBuilder who) {
    return diagnosed(snapshot().blocked().sockets(listener().inode(100)).holders(who));
  }

  private static String charged(HolderBuilder who) {
    String text = text(held(who));
    return text.substring(text.indexOf("pid 812 of"), text.indexOf("\n  why"));
  }

  private static ProcessManager runit(String directory) {
    return new ProcessManager(
        ProcessManager.Kind.RUNIT,
        new ProcessIdentity(new Pid(700), 1),
        Optional.empty(),
        Optional.of(directory));
  }

  @Test
  void whoeverIsInChargeIsNamedWhereSomebodyVouchesForIt() {
    Container container = new Container(Container.Engine.DOCKER, "0".repeat(64));

    assertThat(charged(app().unit("web.service"))).endsWith(", unit web.service");
    assertThat(charged(app().container(container))).endsWith(", docker container 000000000000");
    assertThat(charged(app().overseer(runit("/srv/web"))))
        .endsWith(", kept by runit, which starts it again");
  }

  private static HolderBuilder ofUnit(String state, Integer... main) {
    Set<Pid> pids = main.length == 0 ? Set.of() : Set.of(new Pid(main[0]));
    return app()
        .unit(
            new Unit(
                "web.service",
                false,
                Reading.known(pids),
                Optional.of(new Unit.Details(state, KillMode.CONTROL_GROUP, "no", 0, List.of()))));
  }

  @Test
  void whatAProcessIsToItsUnitIsSaid() {
    assertThat(charged(ofUnit("active", 812))).endsWith(", unit web.service");
    assertThat(charged(ofUnit("active", 700))).endsWith(", unit web.service");
    assertThat(charged(ofUnit("active", 9))).endsWith(", started inside unit web.service");
    assertThat(charged(ofUnit("inactive"))).endsWith(", left over from unit web.service");
    assertThat(charged(ofUnit("active"))).endsWith(", unit web.service");
  }

  private static Ancestor above(int pid, String name, Tie tie) {
    return new Ancestor(new Pid(pid), new Untrusted(name), tie);
  }

  private static HolderBuilder below(Ancestor... ancestors) {
    return app().ancestry(ancestors);
  }

  @Test
  void whoAdoptedAProcessIsNotSaidToHaveStartedIt() {
    assertThat(charged(below(above(1, "init", Tie.ADOPTED)))).endsWith(", adopted by init (1)");
    assertThat(charged(below(above(7, "sh", Tie.STARTED), above(1, "init", Tie.ADOPTED))))
        .endsWith(", by sh (7), adopted by init (1)");
    assertThat(charged(below(above(1, "python3", Tie.EITHER))))
        .endsWith(", a child of python3 (1)");
    assertThat(charged(below(above(7, "sh", Tie.STARTED), above(1, "init", Tie.STARTED))))
        .endsWith(", by sh (7) < init (1)");
  }

  @Test
  void theMemoryThatATitleLeftEmptyIsNotShown() {
    assertThat(text(held(app().arguments("sshd: root", "", "", ""))))
        .contains("who    'sshd: root'\n");
    assertThat(text(held(app().arguments("-x", "", "")))).contains("who    -x\n");
    assertThat(text(held(app().arguments("app", "")))).contains("who    app ''\n");
    assertThat(text(held(app().arguments("app", "", "last")))).contains("who    app '' last\n");
  }

  @Test
  void whatNobodyVouchesForIsSaidInItsOwnWords() {
    Speaker bob = Speaker.of(new Uid(1001));
    Container container = new Container(Container.Engine.DOCKER, "0".repeat(64));

    assertThat(charged(app().unit(new Statement<>(new Unit("web.service", false), bob))))
        .endsWith(", calls its unit web.service (the word of uid 1001)");
    assertThat(charged(app().container(new Statement<>(container, Speaker.ANYBODY))))
        .endsWith(", calls itself docker container 000000000000 (unconfirmed)");
    assertThat(charged(app().overseer(new Statement<>(runit("/srv/web"), bob))))
        .endsWith(", its ancestor 700 calls itself runit (the word of uid 1001)");
  }
}
