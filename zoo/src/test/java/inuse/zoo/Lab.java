package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A network namespace for one scenario, created when first needed, and everything that was started
 * in it. After the scenario all of it is ended, in reverse order, and the namespace vanishes.
 */
final class Lab implements LabPlace, BeforeEachCallback, AfterEachCallback {
  /** Nobody's uid, everywhere: the ordinary user who asks. */
  static final int NOBODY = 65534;

  private static final String INVOCATION = "[test-template-invocation:#";
  private static final String FIRST = INVOCATION + "1]";

  private final Way way;
  private final List<String> sysctls = new ArrayList<>();
  private final Deque<Running> started;
  private final Optional<LabPlace> place;
  private String group = "";
  private String scenario = "";
  private @Nullable Running namespace;

  Lab(Way way) {
    this(way, Optional.empty(), new ArrayDeque<>());
  }

  /** Not a namespace of its own but that place. */
  Lab(Way way, LabPlace place) {
    this(way, Optional.of(place), new ArrayDeque<>());
  }

  private Lab(Way way, Optional<LabPlace> place, Deque<Running> started) {
    this.way = way;
    this.place = place;
    this.started = started;
  }

  /** The same scenario at another place: what is started there ends with it too. */
  Lab at(LabPlace another) {
    Lab there = new Lab(way, Optional.of(another), started);
    there.group = group;
    there.scenario = scenario;
    return there;
  }

  /** Sets a sysctl of the namespace, when it is made or now. */
  void sysctl(String name, String value) {
    if (namespace == null) {
      sysctls.add(name + "=" + value);
    } else {
      run("sysctl", "-qw", name + "=" + value);
    }
  }

  /**
   * Starts the C program {@code hold} with these steps (see hold.c) and waits until it has done
   * them.
   */
  Running hold(String... steps) {
    return startHold(steps).awaitReady();
  }

  /** A TCP server at that port of every IPv4 address: a socket, bound, that listens. */
  Running listener(int port) {
    return listener("0.0.0.0", port);
  }

  /** The same at one address. */
  Running listener(String address, int port) {
    String family = address.contains(":") ? "tcp6" : "tcp4";
    return hold("socket s " + family, "bind s " + address + " " + port, "listen s");
  }

  /** What {@link #hold} does, without waiting. */
  Running startHold(String... steps) {
    return keep(Running.own(inside(commandLine(Programs.HOLD.toString(), List.of(steps)))));
  }

  /** Starts the C program {@code holdunix} with these steps, and waits until it has done them. */
  Running holdUnix(String... steps) {
    return keep(Running.own(inside(commandLine(Programs.HOLDUNIX.toString(), List.of(steps)))))
        .awaitReady();
  }

  /** What a bind of a unix socket to that path or {@code @name} says. */
  String tryBindUnix(List<String> circumstances, List<String> arguments) {
    return tryBind(Programs.TRYBINDUNIX, circumstances, arguments);
  }

  /** Starts one of the zoo's own C programs in the namespace. */
  Running startOwn(Path program, String... arguments) {
    return keep(Running.own(inside(commandLine(program.toString(), List.of(arguments)))));
  }

  /** Starts something in the namespace that ends when its standard input does. */
  Running startOwn(String... command) {
    return keep(Running.own(inside(List.of(command))));
  }

  /** Starts a program of the machine in the namespace. */
  Running startForeign(String... command) {
    return keep(Running.foreign(inside(List.of(command))));
  }

  /**
   * Starts a program through {@code inuse}, with these words behind its own. What is ignored where
   * the tests run is not ignored there.
   */
  Running startThrough(String... words) {
    return startForeign(through(words).toArray(String[]::new));
  }

  /** The same, to its end. */
  Output runThrough(String... words) {
    return Output.of(inside(through(words)));
  }

  private List<String> through(String... words) {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,TERM"));
    command.addAll(way.command());
    command.addAll(List.of(words));
    return command;
  }

  /** Runs a program of the machine in the namespace, to its end. */
  Output output(String... command) {
    return Output.of(inside(List.of(command)));
  }

  /** The same, to its good end. */
  void run(String... command) {
    Output output = output(command);
    assertThat(output.exitCode()).as("%s", output).isZero();
  }

  /** Waits until a TCP socket on that port is in that state, whoever holds it. */
  void awaitState(int port, String state) {
    hold("until " + port + " " + state);
  }

  /** Waits until no TCP socket on that port is in that state any more. */
  void awaitNoState(int port, String state) {
    hold("gone " + port + " " + state);
  }

  /**
   * A server took a connection on port 8080, closed it first, and is gone.
   *
   * @param option of its listening socket s, such as {@code set s reuseaddr}: the kernel lets
   *     nobody in beside a TIME_WAIT whose own server had not set it
   */
  void leaveTimeWait(String option) {
    hold(
            "socket s tcp4",
            option,
            "bind s 0.0.0.0 8080",
            "listen s",
            "socket c tcp4",
            "connect c 127.0.0.1 8080",
            "accept a s",
            "close s",
            "close a",
            "eof c",
            "close c",
            "until 8080 TIME_WAIT")
        .close();
  }

  /** Which socket listens there, whoever has it. */
  String listeningSocket(int port) {
    return startForeign("ss", "-Htlne", "sport = :" + port)
        .awaitLine("LISTEN")
        .replaceAll(".*\\b(ino:\\d+).*", "$1");
  }

  /**
   * Waits until a connection to that port is accepted and everything that was sent to it is read.
   */
  void awaitTaken(int port) {
    hold("taken " + port);
  }

  /** Asks about one target, by the user who runs the tests. */
  DiagnosisAssert ask(String target) {
    return question(target).ask();
  }

  /** A question whose circumstances are still to be said. */
  QuestionAssert question(String... targets) {
    return new QuestionAssert(this, way, targets);
  }

  /**
   * {@code ok} or the errno's name: what a bind made by a program that has nothing to do with inuse
   * says.
   */
  String tryBind(List<String> circumstances, List<String> arguments) {
    return tryBind(Programs.TRYBIND, circumstances, arguments);
  }

  private String tryBind(Path program, List<String> circumstances, List<String> arguments) {
    List<String> command = new ArrayList<>(inside(commandLine(program.toString(), arguments)));
    command.addAll(enter().size(), circumstances);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The inode of the namespace, as the kernel counts them. */
  long netns() {
    try {
      String link =
          Files.readSymbolicLink(Path.of("/proc", Long.toString(namespace().pid()), "ns", "net"))
              .toString();
      return Long.parseLong(link.replaceAll("[^0-9]", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process whose namespace it is. */
  long pid() {
    return namespace().pid();
  }

  @Override
  public List<String> enter() {
    return place.map(LabPlace::enter).orElseGet(this::enterNamespace);
  }

  Way way() {
    return way;
  }

  /** Whether it is no namespace of the scenario's own. */
  boolean isElsewhere() {
    return place.isPresent();
  }

  /** Frees what the words name, without asking. */
  FreedAssert free(String... words) {
    return question(words).free("--yes");
  }

  private List<String> enterNamespace() {
    return List.of(Programs.ENTER.toString(), Long.toString(namespace().pid()));
  }

  private List<String> inside(List<String> command) {
    List<String> whole = new ArrayList<>(enter());
    whole.add("--");
    whole.addAll(command);
    return whole;
  }

  private Running namespace() {
    if (namespace == null) {
      namespace = keep(Running.own(commandLine(Programs.LAB.toString(), sysctls)));
      namespace.awaitReady();
    }
    return namespace;
  }

  private Running keep(Running running) {
    started.push(running);
    return running;
  }

  private static List<String> commandLine(String program, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    return command;
  }

  /** Skips the scenario, with this reason, unless the tests run as root. */
  static void requireRoot(String reason) {
    assumeTrue(isRoot(), "not root: " + reason);
  }

  static boolean isRoot() {
    return Programs.OWN_UID == 0;
  }

  /** Skips the scenario unless that program is installed. */
  static String requireProgram(String name) {
    Optional<Path> program = Programs.installed(name);
    assumeTrue(program.isPresent(), "not installed: " + name);
    return program.orElseThrow().toString();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    // Of a scenario with parameters, side by side with itself, the first ones speak for it.
    boolean speaks =
        !context.getUniqueId().contains(INVOCATION) || context.getUniqueId().contains(FIRST);
    group = speaks ? context.getRequiredTestClass().getSimpleName() : "";
    scenario = context.getRequiredTestMethod().getName();
  }

  /** The class of this scenario; empty outside one, and where another speaks for it. */
  String group() {
    return group;
  }

  /** The name of this scenario's method. */
  String scenario() {
    return scenario;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  void close() {
    while (!started.isEmpty()) {
      started.pop().close();
    }
    namespace = null;
  }
}
