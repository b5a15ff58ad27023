package inuse.run.remote;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.SIGTERM;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.ChildProcess;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One host that is being asked, over one connection; it goes on as far as it can when it may. */
public final class RemoteCall implements AutoCloseable {
  private static final List<String> SSH = List.of("/usr/bin/ssh", "/bin/ssh", "/usr/local/bin/ssh");

  /** Between two looks for room, where something is to be sent. */
  private static final Duration ROOM = Duration.ofMillis(2);

  /** Bytes of an answer that are kept. */
  private static final int MAX_ANSWER = 16 << 20;

  /** A pipe that has room has room for as much: pipe(7). */
  private static final int PIECE = 4096;

  /** Pieces that are sent before the others are looked at. */
  private static final int PIECES = 64;

  /** Until a host says what it is. */
  private static final Duration CONNECT = Duration.ofSeconds(20);

  /** For an answer, and for a transfer to go on. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What ssh itself ends with when there is no connection. */
  private static final int NO_CONNECTION = 255;

  private final SystemCalls calls;
  private final RemoteHost host;
  private final ChildProcess ssh;
  private final String version;
  private final List<Carried> carried;
  private final boolean patient;
  private final StringBuilder output = new StringBuilder();
  private final StringBuilder errors = new StringBuilder();
  private Optional<Carried> sending = Optional.empty();
  private Optional<String> problem = Optional.empty();
  private State state = State.CONNECTING;
  private long sent;
  private long since;
  private boolean ready;
  private boolean outputOver;
  private boolean errorsOver;

  /** How far it is. */
  public enum State {
    CONNECTING,
    SENDING,
    ANSWERING,
    OVER
  }

  private RemoteCall(
      SystemCalls calls,
      RemoteHost host,
      ChildProcess ssh,
      String version,
      List<Carried> carried,
      boolean patient) {
    this.calls = calls;
    this.host = host;
    this.ssh = ssh;
    this.version = version;
    this.carried = carried;
    this.patient = patient;
    since = calls.clockNanos(CLOCK_MONOTONIC);
  }

  /**
   * Begins a call.
   *
   * @param command ssh with its words, the host and what runs there
   * @param environment the complete environment of ssh
   * @param version of the inuse that asks: one of the same version there is used
   * @param carried what can go there otherwise
   * @param patient whether the answer may take as long as it likes
   * @return empty where ssh cannot be started
   */
  public static Optional<RemoteCall> begin(
      Host here,
      RemoteHost host,
      List<String> command,
      List<String> environment,
      String version,
      List<Carried> carried,
      boolean patient) {
    return ChildProcess.talk(here.calls(), SSH, command, environment)
            instanceof CallResult.Ok<ChildProcess>(ChildProcess child)
        ? Optional.of(new RemoteCall(here.calls(), host, child, version, carried, patient))
        : Optional.empty();
  }

  /**
   * Waits until any of these can go on, or that long, and lets each go on as far as it can. One
   * that does not go on in its time is over.
   */
  public static void goOn(Host here, List<RemoteCall> open, Duration most) {
    List<RemoteCall> callers = new ArrayList<>();
    List<Integer> descriptors = new ArrayList<>();
    boolean sends = false;
    for (RemoteCall one : open) {
      for (int descriptor : one.descriptors()) {
        callers.add(one);
        descriptors.add(descriptor);
      }
      sends |= one.isSending();
    }
    int[] fds = descriptors.stream().mapToInt(one -> one).toArray();
    int[] events = new int[fds.length];
    var _ = here.calls().awaitInputs(fds, events, (sends ? ROOM : most).toNanos());
    for (int i = 0; i < fds.length; i++) {
      if (events[i] != 0) {
        callers.get(i).read(fds[i]);
      }
    }
    open.forEach(RemoteCall::send);
    open.forEach(RemoteCall::hurry);
  }

  /** Gives up what has not gone on for too long. */
  private void hurry() {
    Duration most = state == State.CONNECTING ? CONNECT : PATIENCE;
    boolean waits = state == State.OVER || (state == State.ANSWERING && patient);
    long nanos = calls.clockNanos(CLOCK_MONOTONIC) - since;
    if (!waits && nanos > most.toNanos()) {
      String what =
          state == State.SENDING ? "the transfer has not gone on for " : "no answer within ";
      fail(what + most.toMillis() / 1000 + " s");
    }
  }

  /** It has gone on. */
  private void enters(State next) {
    state = next;
    since = calls.clockNanos(CLOCK_MONOTONIC);
  }

  public RemoteHost host() {
    return host;
  }

  public State state() {
    return state;
  }

  /** What it waits for, besides room to send; none where its two streams are over. */
  private List<Integer> descriptors() {
    return outputOver
        ? errorsOver ? List.of() : List.of(ssh.errors())
        : errorsOver ? List.of(ssh.output()) : List.of(ssh.output(), ssh.errors());
  }

  /** Reads from one of its descriptors. */
  private void read(int descriptor) {
    byte[] chunk = new byte[64 * 1024];
    int count = calls.read(descriptor, chunk);
    boolean end = count <= 0;
    boolean isOutput = descriptor == ssh.output();
    StringBuilder into = isOutput ? output : errors;
    if (!end && into.length() < MAX_ANSWER) {
      into.append(Bytes.text(chunk, 0, count));
    }
    if (end) {
      outputOver |= isOutput;
      errorsOver |= !isOutput;
    } else if (isOutput) {
      follow();
    }
    if (outputOver && errorsOver) {
      state = State.OVER;
      ssh.endInput();
    }
  }

  /** Does what the lines of the script ask for. */
  private void follow() {
    while (state == State.CONNECTING || state == State.SENDING) {
      int end = output.indexOf("\n");
      if (end < 0) {
        return;
      }
      String line = output.substring(0, end);
      output.delete(0, end + 1);
      if (line.startsWith(RemoteScript.MARK)) {
        said(line);
      }
      // Anything else is what a login there prints.
    }
  }

  private void said(String line) {
    switch (line) {
      case RemoteScript.TAKE -> enters(State.SENDING);
      case RemoteScript.READY -> {
        enters(State.ANSWERING);
        ready = true;
        sending = Optional.empty();
      }
      case RemoteScript.NO_PLACE ->
          fail("no directory there takes a program that may be run: not even its home");
      case RemoteScript.TORN -> fail("the executable did not arrive whole");
      default -> found(line.substring(RemoteScript.MARK.length()));
    }
  }

  private void found(String words) {
    int blank = words.indexOf(' ');
    String machine = blank < 0 ? words : words.substring(0, blank);
    if (blank >= 0 && words.substring(blank + 1).equals(version)) {
      say(RemoteScript.USE);
      return;
    }
    sending = carried.stream().filter(one -> one.machine().equals(machine)).findFirst();
    if (sending.isEmpty()) {
      fail("it is " + machine + ", for which there is no executable here (--carry FILE)");
      return;
    }
    say(sending.get().size() + "\n");
  }

  /** Sends some of what is to be sent, as far as there is room. */
  private void send() {
    byte[] piece = new byte[PIECE];
    for (int i = 0; i < PIECES && sending.isPresent() && state == State.SENDING; i++) {
      if (calls.awaitOutput(ssh.input(), 0) <= 0) {
        return;
      }
      int count = sending.get().read(piece, sent);
      int written = count <= 0 ? count : calls.write(ssh.input(), piece, 0, count);
      if (written <= 0) {
        sending = Optional.empty();
        return;
      }
      sent += written;
      since = calls.clockNanos(CLOCK_MONOTONIC);
    }
  }

  private boolean isSending() {
    return state == State.SENDING && sending.isPresent();
  }

  /** Says a line to what runs there. */
  public void say(String line) {
    byte[] bytes = Bytes.of(line);
    calls.write(ssh.input(), bytes, 0, bytes.length);
  }

  /** Gives it up. */
  private void fail(String why) {
    problem = problem.or(() -> Optional.of(why));
    ssh.endInput();
    ssh.send(SIGTERM);
    state = State.OVER;
  }

  /** Takes what came so far of the answer. */
  public String take() {
    String some = output.toString();
    output.setLength(0);
    return some;
  }

  /** The exit status of what ran there, when all is over; why there is none, else. */
  public RemoteAnswer answer() {
    calls.awaitInput(ssh.pidfd(), 1_000_000_000L);
    int status = ssh.status().orElse(NO_CONNECTION);
    boolean answered = problem.isEmpty() && status != NO_CONNECTION && ready;
    return new RemoteAnswer(
        host,
        answered ? Optional.of(status) : Optional.empty(),
        output.toString(),
        errors.toString(),
        answered ? Optional.empty() : problem.or(() -> Optional.of(reason())));
  }

  /** The last line that ssh said. */
  private String reason() {
    String last = "";
    for (String line : Fields.split(errors.toString(), '\n')) {
      last = line.trim().isEmpty() ? last : line.trim();
    }
    return last.isEmpty() ? "no answer" : last;
  }

  @Override
  public void close() {
    ssh.close();
  }
}
