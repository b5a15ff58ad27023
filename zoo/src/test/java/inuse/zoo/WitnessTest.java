package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.zoo.SignalTrace.Sent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but the holders is sent a signal, as strace sees it, and nobody else is harmed. */
final class WitnessTest extends Scenarios {
  private static final String SOCKET = "socket s tcp4";
  private static final String BIND = "bind s 127.0.0.1 8080";
  private static final String LISTEN = "listen s";

  @TempDir Path directory;

  WitnessTest() {
    super(Way.EXECUTABLE);
  }

  @Test
  void onlyTheListenerIsSentASignalAndItsClientIsNot() {
    lab.sysctl("net/ipv4/tcp_fin_timeout", "1");
    Bystanders bystanders = new Bystanders(lab);
    Running server = lab.startHold(SOCKET, BIND, LISTEN, "say listens", "accept a s");
    server.awaitLine("listens");
    Running client = lab.hold("socket c tcp4", "connect c 127.0.0.1 8080");
    server.awaitReady();

    assertThat(free("freed", "8080")).containsExactly(new Sent(server.pid(), "SIGTERM"));
    assertThat(client.isAlive()).isTrue();
    bystanders.assertUnharmed();
  }

  @Test
  void aParentAndAChildThatOutlivesItAreSentOneEachTheParentFirst() {
    Bystanders bystanders = new Bystanders(lab);
    Running server = lab.hold(SOCKET, BIND, LISTEN, "pair");
    long child = server.awaitFork("sibling");

    assertThat(free("freed", "8080"))
        .containsExactly(new Sent(server.pid(), "SIGTERM"), new Sent(child, "SIGTERM"));
    bystanders.assertUnharmed();
  }

  @Test
  void aParentAndAChildOfAnotherProgramAreSentOneEach() {
    Bystanders bystanders = new Bystanders(lab);
    Running server =
        lab.startOwn(
                Programs.python(),
                "-c",
                """
                import socket, subprocess, sys
                s = socket.socket()
                s.bind(("127.0.0.1", 8080))
                s.listen()
                s.set_inheritable(True)
                other = subprocess.Popen(["sleep", "1000"], close_fds=False)
                print("sibling", other.pid)
                print("ready", flush=True)
                sys.stdin.read()
                """)
            .awaitReady();
    long child = server.awaitFork("sibling");

    assertThat(free("freed", "8080"))
        .containsExactlyInAnyOrder(new Sent(server.pid(), "SIGTERM"), new Sent(child, "SIGTERM"));
    bystanders.assertUnharmed();
  }

  @Test
  void aChildThatEndsWithItsParentIsSentNothing() {
    Bystanders bystanders = new Bystanders(lab);
    Running server = lab.hold(SOCKET, BIND, LISTEN, "fork");
    long child = server.awaitFork();

    assertThat(free("freed", "8080")).containsExactly(new Sent(server.pid(), "SIGTERM"));
    Example.awaitEnd(child);
    bystanders.assertUnharmed();
  }

  @Test
  void whoIgnoresTheFirstIsSentASecond() {
    Bystanders bystanders = new Bystanders(lab);
    Running server = lab.hold(SOCKET, BIND, LISTEN, "ignore term");

    assertThat(free("forced", "--grace", "300ms", "8080"))
        .containsExactly(new Sent(server.pid(), "SIGTERM"), new Sent(server.pid(), "SIGKILL"));
    bystanders.assertUnharmed();
  }

  @Test
  void whoIsStoppedIsWokenToObey() {
    Bystanders bystanders = new Bystanders(lab);
    Running server = lab.hold(SOCKET, BIND, LISTEN);
    server.signal("STOP");
    Bystanders.awaitState(server.pid(), 'T');

    assertThat(free("freed", "8080"))
        .containsExactly(new Sent(server.pid(), "SIGTERM"), new Sent(server.pid(), "SIGCONT"));
    bystanders.assertUnharmed();
  }

  @Test
  void whoClosesItsSocketOnTheFirstIsNotSentASecond() {
    Bystanders bystanders = new Bystanders(lab);
    Running server = lab.hold(SOCKET, BIND, LISTEN, "letsgo");

    assertThat(free("freed", "8080")).containsExactly(new Sent(server.pid(), "SIGTERM"));
    assertThat(server.isAlive()).isTrue();
    bystanders.assertUnharmed();
  }

  @Test
  void whoHandsOnToAChildEachTimeIsFollowedAndEndedByForce() {
    Bystanders bystanders = new Bystanders(lab);
    Running server = lab.startHold("maker", "session", SOCKET, BIND, LISTEN, "forks", "child");
    long first = server.awaitFork();

    List<Sent> sent = free("forced", "8080");

    Set<Long> family = new TreeSet<>(Set.of(first));
    int generations = (int) sent.stream().filter(one -> one.signal().equals("SIGTERM")).count();
    for (int i = 1; i <= generations; i++) {
      family.add(server.awaitFork("forked" + i));
    }
    assertThat(sent).last().extracting(Sent::signal).isEqualTo("SIGKILL");
    assertThat(new TreeSet<>(sent.stream().map(Sent::pid).toList())).isEqualTo(family);
    bystanders.assertUnharmed();
  }

  /** The witness sees a signal that is sent to a pid, and one through no pidfd. */
  @Test
  void aSignalToAPidIsAFault() {
    assertThat(traced("kill -TERM $$").faults())
        .singleElement()
        .asString()
        .matches("\\d+ +kill\\(\\d+, SIGTERM\\) += 0");
    List<String> stray = List.of("7 pidfd_send_signal(5, SIGTERM, NULL, 0) = 0");
    assertThat(SignalTrace.of(stray).faults()).isEqualTo(stray);
  }

  @Test
  void aCommandIsSeenWithItsWords() {
    assertThat(traced("/bin/echo planted; exit").commands())
        .singleElement()
        .asString()
        .startsWith("\"/bin/echo\", [\"/bin/echo\", \"planted\"]");
  }

  /** What a shell does that runs these words. */
  private SignalTrace traced(String words) {
    Path file = directory.resolve("planted");
    List<String> command = new ArrayList<>(SignalTrace.to(file));
    command.addAll(List.of("/bin/sh", "-c", words));
    Output.of(command);
    return SignalTrace.read(file);
  }

  /** Frees, proves it by a bind, and returns what was sent. */
  private List<Sent> free(String outcome, String... arguments) {
    Path file = directory.resolve("trace");
    List<String> all = new ArrayList<>(List.of("--yes", "--json", "--settle", "0s"));
    all.addAll(List.of(arguments));
    FreeAnswer answer =
        FreeAnswer.of(
            Output.of(
                FreeAnswer.command(
                    lab,
                    List.of(),
                    SignalTrace.to(file),
                    Way.EXECUTABLE,
                    all.toArray(String[]::new))));
    answer.ends(outcome, 0);
    assertThat(lab.tryBind(List.of(), List.of("tcp", "127.0.0.1", "8080"))).isEqualTo("ok");
    SignalTrace trace = SignalTrace.read(file);
    assertThat(trace.faults()).as("%s", answer.output()).isEmpty();
    assertThat(trace.pids()).isEqualTo(answer.signalled());
    return trace.sent();
  }
}
