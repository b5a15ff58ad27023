package inuse.zoo;

import static inuse.zoo.Lab.NOBODY;
import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is asked in one network namespace about another, and what is said of the others. */
@Execution(ExecutionMode.SAME_THREAD)
@ParameterizedClass(name = "{0}")
@EnumSource
final class OtherNamespaceTest extends Scenarios {
  /** The machine's other namespaces are looked into as well: a port that nobody there will have. */
  private static final int PORT = 20_000 + (int) (ProcessHandle.current().pid() % 10_000);

  private static final String HERE = Integer.toString(PORT);
  private static final String BIND = "bind s 0.0.0.0 " + PORT;

  private final Lab other;
  private final List<String> names = new ArrayList<>();

  OtherNamespaceTest(Way way) {
    super(way);
    other = new Lab(way);
  }

  @BeforeEach
  void onlyRootMayEnter() {
    Lab.requireRoot("cannot enter a network namespace");
  }

  @AfterEach
  void endTheOther() {
    other.close();
    names.forEach(name -> ip("netns", "delete", name));
  }

  private static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Lab.requireProgram("ip")));
    command.addAll(List.of(arguments));
    Output output = Output.of(command);
    assertThat(output.exitCode()).as("%s", output).isZero();
  }

  /** Gives a lab's namespace a file, as {@code ip netns add} does. */
  private String named(Lab one) {
    String name = "zoo-" + ProcessHandle.current().pid() + "-" + one.pid();
    ip("netns", "attach", name, Long.toString(one.pid()));
    names.add(name);
    return name;
  }

  private Running listenerIn(Lab one) {
    return one.hold("socket s tcp4", BIND, "listen s");
  }

  private DiagnosisAssert asked(String option, String value) {
    return lab.question(option, value, HERE).about(other).ask();
  }

  /** What is found elsewhere is told without who holds it where that took a quarter of a second. */
  private static DiagnosisAssert naming(Supplier<DiagnosisAssert> question) {
    List<DiagnosisAssert> answers = new ArrayList<>();
    Running.await(
        "a holder is named",
        () -> {
          answers.add(question.get());
          return answers.getLast().json().get("notes").toString().contains(" (pid ");
        });
    return answers.getLast();
  }

  private void assertInOther(DiagnosisAssert diagnosis) {
    assertThat(diagnosis.target().get("netns").getAsLong()).isEqualTo(other.netns());
  }

  @Test
  void aListenerIsFoundInTheNamespaceOfAName() {
    Running server = listenerIn(other);
    String name = named(other);

    DiagnosisAssert diagnosis =
        asked("--netns", name).says(BLOCKED).because("listener").heldBy(server).notes();
    assertInOther(diagnosis);
    assertThat(lab.question("--netns", name, HERE).run().standardOutput())
        .startsWith(HERE + " in network namespace " + name + ", that of ");
  }

  @Test
  void aListenerIsFoundInTheNamespaceOfAPath() {
    Running server = listenerIn(other);

    assertInOther(
        asked("--netns", "/proc/" + other.pid() + "/ns/net").says(BLOCKED).heldBy(server));
    assertInOther(asked("--netns", "/run/netns/" + named(other)).says(BLOCKED).heldBy(server));
  }

  @Test
  void aListenerIsFoundInTheNamespaceOfAProcess() {
    Running server = listenerIn(other);
    String pid = Long.toString(server.pid());

    assertInOther(asked("--pid", pid).says(BLOCKED).because("listener").heldBy(server));
    assertInOther(asked("--netns", pid).says(BLOCKED).because("listener").heldBy(server));
  }

  @Test
  void aProcessOfOurOwnNamespaceNeedsNoDoor() {
    Running server = listenerIn(lab);

    lab.question("--pid", Long.toString(server.pid()), HERE)
        .ask()
        .says(BLOCKED)
        .because("listener")
        .heldBy(server);
    assertThat(lab.question("--pid", Long.toString(server.pid()), HERE).run().standardOutput())
        .startsWith(HERE + " in your own network namespace, that of hold (pid " + server.pid());
  }

  @Test
  void aPortThatIsFreeHereAndHeldInANamedNamespaceIsSaidToBe() {
    Running server = listenerIn(other);
    String name = named(other);

    naming(() -> lab.ask(HERE))
        .says(FREE)
        .becauseNothing()
        .notes("other-namespace")
        .note("other-namespace")
        .isEqualTo(
            "%s is free here, but hold (pid %d) listens on 0.0.0.0:%s in network namespace %s"
                .formatted(HERE, server.pid(), HERE, name));
  }

  @Test
  void aUdpPortThatIsFreeHereAndHeldInANamedNamespaceIsSaidToBe() {
    other.hold("socket s udp4", BIND);
    String name = named(other);

    naming(() -> lab.ask("udp/" + HERE))
        .says(FREE)
        .notes("other-namespace")
        .note("other-namespace")
        .endsWith(" holds 0.0.0.0:" + HERE + " in network namespace " + name);
  }

  @Test
  void aPortThatIsFreeThereAndHeldHereIsSaidToBe() {
    Running server = listenerIn(lab);

    String name = named(other);

    naming(() -> asked("--netns", name))
        .says(FREE)
        .becauseNothing()
        .notes("other-namespace")
        .note("other-namespace")
        .isEqualTo(
            "%s is free there, but hold (pid %d) listens on 0.0.0.0:%s in your own network namespace"
                .formatted(HERE, server.pid(), HERE));
  }

  @Test
  void everyNamespaceIsAskedAtOnce() {
    Running server = listenerIn(other);
    Running udp = lab.hold("socket s udp4", BIND);
    String name = named(other);

    AnswerAssert answer = lab.question("--all-netns", HERE).answer();
    assertThat(answer.exitCode()).isZero();
    in(lab, answer).says(FREE).notes("udp-also-held");
    in(other, answer).says(BLOCKED).because("listener").heldBy(server).notes();
    assertThat(udp.isAlive()).isTrue();
    String text = lab.question("--all-netns", HERE).run().standardOutput();
    assertThat(text)
        .startsWith(HERE + " in your own network namespace is free")
        .contains("\n" + HERE + " in network namespace " + name + ", that of ");
  }

  private static DiagnosisAssert in(Lab one, AnswerAssert answer) {
    List<DiagnosisAssert> there =
        answer.diagnoses().stream()
            // A namespace of another scenario may be gone by now: it has no number.
            .filter(each -> each.target().get("netns").toString().equals("" + one.netns()))
            .toList();
    assertThat(there).as("diagnoses of one namespace in %s", answer).hasSize(1);
    return there.getFirst();
  }

  @Test
  void aNamespaceThatDoesNotExistIsWrongUsageAndTheOthersAreNamed() {
    String name = named(other);

    Output output = lab.question("--netns", "no-such-namespace", HERE).run();
    assertThat(output.exitCode()).isEqualTo(2);
    assertThat(output.standardError())
        .startsWith("inuse: no network namespace 'no-such-namespace'; there are ")
        .contains(name);
    assertThat(lab.question("--pid", "4194305", HERE).run().exitCode()).isEqualTo(2);
    assertThat(lab.question("--container", "no-such-container", HERE).run().exitCode())
        .isEqualTo(2);
    assertThat(lab.question("--netns", "/etc/passwd", HERE).run().standardError())
        .startsWith("inuse: '/etc/passwd' is not a network namespace");
  }

  @Test
  void whoMayNotEnterIsToldSoAndWhatTheTablesSay() {
    Running server = listenerIn(other);
    String name = named(other);

    lab.question("--netns", name, HERE)
        .by(NOBODY)
        .ask()
        .says(UNKNOWN)
        .becauseNothing()
        .probedNothing()
        .didNotLookAt("network namespace /run/netns/" + name, "denied", "sudo inuse --netns");
    lab.question("--pid", Long.toString(server.pid()), HERE)
        .by(NOBODY)
        .ask()
        .says(UNKNOWN)
        .because("hidden-holder")
        .heldByNobody();
  }

  @Test
  void aSocketIsFoundInTheNamespaceWhereItWasMadeThoughItsProcessHasLeft() {
    Running server = other.hold("socket s tcp4", BIND, "listen s", "netns " + lab.pid());

    asked("--netns", named(other)).says(BLOCKED).because("listener").heldBy(server);
    lab.ask(HERE).says(FREE).notes("other-namespace");
  }

  @Test
  void aSocketIsFoundInANamespaceThatNoProcessIsIn() {
    String name = named(other);
    Running server =
        lab.hold("netns " + other.pid(), "socket s tcp4", BIND, "listen s", "netns " + lab.pid());
    other.close();

    DiagnosisAssert diagnosis = lab.question("--netns", name, HERE).answer().diagnoses().getFirst();
    diagnosis.says(BLOCKED).because("listener").heldBy(server);
  }

  @Test
  void theLimitsAreThoseOfTheNamespaceThatIsAskedAbout() {
    other.sysctl("net/ipv4/ip_unprivileged_port_start", "2000");
    Running server = other.hold("# nothing");

    Output output =
        lab.question("--pid", Long.toString(server.pid()), HERE).run("--json", "--all-netns");
    assertThat(output.exitCode()).isEqualTo(2);
    asked("--pid", Long.toString(server.pid())).says(FREE);
  }
}
