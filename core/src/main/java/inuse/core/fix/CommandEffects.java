package inuse.core.fix;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.core.evidence.Untrusted;
import inuse.core.io.Environment;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.ChildProcess;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Runs the commands of managers that are in charge of a holder. */
final class CommandEffects implements AutoCloseable {
  /** Bytes of a command's last output that are searched for its last line. */
  private static final int MAX_SAID = 400;

  /** Maximum bytes of the environment, with its pointers, that are passed on. */
  private static final int MAX_ENVIRONMENT = 1 << 19;

  private static final String SYSTEM_DIRECTORIES =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final int CHUNK = 4096;

  /** The capacity of a pipe (pipe(7)). */
  private static final int PIPE = 16 * CHUNK;

  private final SystemCalls calls;
  private final Host host;
  private final OptionalInt signals;
  private final List<ChildProcess> running = new ArrayList<>();

  /**
   * A runner on that host.
   *
   * @param signals a descriptor that is readable when the user wants it to stop
   */
  CommandEffects(Host host, OptionalInt signals) {
    calls = host.calls();
    this.host = host;
    this.signals = signals;
  }

  /** See {@link Effects#run}. */
  Effects.Ran run(List<String> words, Duration most) {
    long end = calls.clockNanos(CLOCK_MONOTONIC) + most.toNanos();
    int settings = settings(words);
    List<String> command = words.subList(settings, words.size());
    List<String> environment = new ArrayList<>(Environment.own(host).variables());
    for (String one : words.subList(Math.min(1, settings), settings)) {
      String variable = one.substring(0, one.indexOf('=') + 1);
      environment.removeIf(other -> other.startsWith(variable));
      environment.add(one);
    }
    int size = environment.stream().mapToInt(one -> one.length() + 9).sum();
    if (command.isEmpty() || size > MAX_ENVIRONMENT) {
      return new Effects.Ran(Effects.Result.FAILED, new Untrusted(""));
    }
    List<String> places = places(command.getFirst(), environment);
    return switch (ChildProcess.start(
        calls, places, command, environment, ChildProcess.Errors.PRINTED)) {
      case CallResult.Failed<ChildProcess>(SyscallFailed why) ->
          new Effects.Ran(
              result(why), new Untrusted(isMissing(why) ? missing(command.getFirst()) : ""));
      case CallResult.Ok<ChildProcess>(ChildProcess program) -> attend(program, end);
    };
  }

  /**
   * How many words are env(1) and the variables that it sets. We set them: env would look for the
   * program along PATH.
   */
  private static int settings(List<String> words) {
    if (words.isEmpty() || !words.getFirst().equals("env")) {
      return 0;
    }
    int count = 1;
    while (count < words.size() && words.get(count).indexOf('=') > 0) {
      count++;
    }
    return count;
  }

  private static Effects.Result result(SyscallFailed why) {
    if (isMissing(why)) {
      return Effects.Result.UNAVAILABLE;
    }
    return why.call().equals("posix_spawn") && why.errno().isDenied()
        ? Effects.Result.DENIED
        : Effects.Result.FAILED;
  }

  private static boolean isMissing(SyscallFailed why) {
    return why.call().equals("posix_spawn") && why.errno().equals(Errno.ENOENT);
  }

  /** Root does not look where a user's version manager has put it. */
  private String missing(String program) {
    if (program.indexOf('/') >= 0) {
      return "there is no " + program;
    }
    return program
        + (calls.getEffectiveUid() == 0
            ? " is in none of " + SYSTEM_DIRECTORIES
            : " is in no directory of PATH");
  }

  /**
   * Waits for its end; the end of its output means nothing, since a daemon that it starts inherits
   * the pipe.
   */
  private Effects.Ran attend(ChildProcess program, long end) {
    StringBuilder said = new StringBuilder();
    int[] fds = {program.pidfd(), signals.orElse(program.pidfd()), program.output()};
    int[] silent = {fds[0], fds[1]};
    boolean prints = true;
    while (true) {
      int[] events = new int[fds.length];
      long left = Math.max(0, end - calls.clockNanos(CLOCK_MONOTONIC));
      int count = calls.awaitInputs(prints ? fds : silent, events, left);
      if (events[0] != 0) {
        return ended(program, said);
      }
      if (events[1] != 0 || count == 0 || left == 0) {
        running.add(program);
        return ran(Effects.Result.SURVIVED, said);
      }
      if (events[2] != 0) {
        prints = read(program, said);
      }
      if (count < 0 && count != -Errno.EINTR.code()) {
        throw new IllegalStateException("ppoll: " + Errno.of(count));
      }
    }
  }

  /** Reads no more than a pipe can hold: another process may still be writing into it. */
  private Effects.Ran ended(ChildProcess program, StringBuilder said) {
    boolean more = true;
    for (int i = 0; more && i < PIPE / CHUNK; i++) {
      more = calls.awaitInput(program.output(), 0) > 0 && read(program, said);
    }
    boolean well = program.status().equals(OptionalInt.of(0));
    program.close();
    // What it prints when all went well, such as pm2's table, tells nothing more.
    return well
        ? new Effects.Ran(Effects.Result.DONE, new Untrusted(""))
        : ran(Effects.Result.FAILED, said);
  }

  /** Whether more may come. */
  private boolean read(ChildProcess program, StringBuilder said) {
    byte[] chunk = new byte[CHUNK];
    int count = calls.read(program.output(), chunk);
    if (count > 0) {
      said.append(Bytes.text(chunk, 0, count));
      said.delete(0, Math.max(0, said.length() - MAX_SAID));
    }
    return count > 0;
  }

  private static Effects.Ran ran(Effects.Result result, StringBuilder said) {
    String text = said.toString().trim();
    return new Effects.Ran(result, new Untrusted(text.substring(text.lastIndexOf('\n') + 1)));
  }

  /**
   * The candidate paths of a program. For root not from PATH, which the user who called sudo(8) may
   * have set; for others without directories relative to the working directory.
   */
  private List<String> places(String program, List<String> environment) {
    if (program.indexOf('/') >= 0) {
      return List.of(program);
    }
    String path =
        environment.stream()
            .filter(one -> calls.getEffectiveUid() != 0 && one.startsWith("PATH="))
            .map(one -> one.substring("PATH=".length()))
            .findFirst()
            .orElse(SYSTEM_DIRECTORIES);
    return List.of(path.split(":", -1)).stream()
        .filter(one -> one.startsWith("/"))
        .map(one -> one + "/" + program)
        .toList();
  }

  /** Commands that still run are left alone. */
  @Override
  public void close() {
    running.forEach(ChildProcess::close);
    running.clear();
  }
}
