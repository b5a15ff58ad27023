package inuse.zoo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A program that the test started and that says on its standard output how far it is. */
final class Running implements AutoCloseable {
  /** How long a program may take to say a line, and to end. Far more than it needs when busy. */
  static final long DEADLINE_SECONDS = 60;

  /** Between two looks at what is waited for: who waits must not keep others from getting there. */
  private static final Duration PAUSE = Duration.ofMillis(1);

  /** Exit status of a program that cannot run on this machine; see common.h. */
  static final int CANNOT = 77;

  private static final String END = "(end of output)";

  private final String description;
  private final boolean endsWithItsInput;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();
  private final List<ProcessHandle> children = new ArrayList<>();

  private Running(List<String> command, boolean endsWithItsInput) {
    this.endsWithItsInput = endsWithItsInput;
    description = String.join(" ", command);
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::readLines);
  }

  /** One of the zoo's own programs, which ends when its standard input does. */
  static Running own(List<String> command) {
    return new Running(command, true);
  }

  /** Somebody else's program, which has to be told to end. */
  static Running foreign(List<String> command) {
    return new Running(command, false);
  }

  private void readLines() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("reading: " + e);
    }
    lines.add(END);
  }

  /**
   * Waits for a line that begins with this word, unless it was said already, and returns the rest
   * of it.
   */
  String awaitLine(String word) {
    return awaitLine(word, DEADLINE_SECONDS);
  }

  /** The same of a program that takes its time. */
  String awaitLine(String word, long seconds) {
    for (String line : seen) {
      if (isAbout(word, line)) {
        return line.substring(word.length()).strip();
      }
    }
    long deadline = System.nanoTime() + SECONDS.toNanos(seconds);
    try {
      while (true) {
        String line =
            lines.poll(Math.max(0, deadline - System.nanoTime()) / 1_000_000, MILLISECONDS);
        if (line == null) {
          throw new AssertionError(
              "no \"%s\" within %d s from %s, but %s".formatted(word, seconds, this, seen));
        }
        if (line.equals(END)) {
          throw ended(word);
        }
        seen.add(line);
        if (isAbout(word, line)) {
          return line.substring(word.length()).strip();
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + this, e);
    }
  }

  /** What stood after that word in each line that was waited past. */
  List<String> said(String word) {
    return seen.stream()
        .filter(line -> isAbout(word, line))
        .map(line -> line.substring(word.length()).strip())
        .toList();
  }

  /** The same of a line that comes now: what was said already does not count. */
  String awaitNext(String word) {
    seen.clear();
    return awaitLine(word);
  }

  private static boolean isAbout(String word, String line) {
    return line.equals(word) || line.startsWith(word + " ");
  }

  private RuntimeException ended(String word) throws InterruptedException {
    int status = process.waitFor();
    if (status == CANNOT) {
      return new TestAbortedException(String.join(" ", seen));
    }
    return new IllegalStateException(
        "no \"%s\" but exit %d from %s: %s".formatted(word, status, this, seen));
  }

  Running awaitReady() {
    awaitLine("ready");
    return this;
  }

  /** The pid after "fork": a child of this program, which ends with it. */
  long awaitFork() {
    return awaitFork("fork");
  }

  /** The pid after that word. */
  long awaitFork(String word) {
    long pid = Long.parseLong(awaitLine(word));
    ProcessHandle.of(pid).ifPresent(children::add);
    return pid;
  }

  /** The pid after the n-th "fork", from 1. */
  long awaitFork(int n) {
    awaitReady();
    List<String> forks = seen.stream().filter(line -> isAbout("fork", line)).toList();
    long pid = Long.parseLong(forks.get(n - 1).substring("fork ".length()));
    ProcessHandle.of(pid).ifPresent(children::add);
    return pid;
  }

  /** The number after "pid": the program's own, where the scenario's place counts pids itself. */
  long awaitOwnPid() {
    return Long.parseLong(awaitLine("pid"));
  }

  /** The number after "port". */
  int awaitPort() {
    return Integer.parseInt(awaitLine("port"));
  }

  /** The only child process there is, once there is one. */
  long awaitOnlyChild() {
    return awaitChildren(1)[0];
  }

  /** The only child process that process has now. */
  static long onlyChildOf(long pid) {
    List<ProcessHandle> children =
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children).toList();
    if (children.size() != 1) {
      throw new AssertionError("not exactly one child of %d: %s".formatted(pid, children));
    }
    return children.getFirst().pid();
  }

  /** The child processes, once there are that many. */
  long[] awaitChildren(int count) {
    List<ProcessHandle> now = new ArrayList<>();
    await(
        "exactly %d children of %s".formatted(count, this),
        () -> {
          now.clear();
          process.children().forEach(now::add);
          return now.size() == count;
        });
    children.addAll(now);
    return now.stream().mapToLong(ProcessHandle::pid).toArray();
  }

  /**
   * Waits until no child process has that socket open: one that was just forked has all that its
   * parent has, until it closes what is not for it.
   *
   * @param socket as {@link Lab#listeningSocket} says it
   */
  void awaitHoldingAlone(String socket) {
    await(
        "only %s to have %s".formatted(this, socket),
        () -> process.children().noneMatch(child -> hasOpen(child.pid(), socket)));
  }

  private static boolean hasOpen(long pid, String socket) {
    String target = "socket:[" + socket.replaceAll("[^0-9]", "") + "]";
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path file : files) {
        if (Files.readSymbolicLink(file).toString().equals(target)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException _) {
      // It closes a file, or ends, at this very moment: look again.
      return ProcessHandle.of(pid).isPresent();
    }
  }

  /** Waits until that is so, in the time that anything may take. */
  static void await(String what, BooleanSupplier isSo) {
    long deadline = System.nanoTime() + SECONDS.toNanos(DEADLINE_SECONDS);
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within %d s: %s".formatted(DEADLINE_SECONDS, what));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /**
   * Waits until a process has ended that may be no child of ours. Who adopted it may take a second
   * to reap it, and ProcessHandle.onExit looks three times a second.
   */
  static void awaitEnd(ProcessHandle process) {
    await("the end of " + process.pid(), () -> !process.isAlive() || isZombie(process.pid()));
  }

  /** Whether there is such a process, and more of it than its status. */
  static boolean isAlive(long pid) {
    return !isZombie(pid) && ProcessHandle.of(pid).isPresent();
  }

  /** Whether nothing of it is left but its status; one with threads lives. */
  private static boolean isZombie(long pid) {
    Path directory = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> threads = Files.list(directory.resolve("task"))) {
      String stat = Files.readString(directory.resolve("stat"), ISO_8859_1);
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2) && threads.count() == 1;
    } catch (IOException | UncheckedIOException _) {
      return false; // It has just gone.
    }
  }

  /** Writes a line to its standard input. */
  void say(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(ISO_8859_1));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends it SIGQUIT. */
  void quit() {
    signal("QUIT");
  }

  /** Kills it alone: what it started lives on without it, and ends with the scenario. */
  void killAlone() {
    process.descendants().forEach(children::add);
    signal("KILL");
    awaitExit();
  }

  /** Sends it that signal. */
  void signal(String name) {
    Output sent = Output.of(List.of("/bin/sh", "-c", "kill -" + name + " " + pid()));
    if (sent.exitCode() != 0) {
      throw new AssertionError(sent);
    }
  }

  long pid() {
    return process.pid();
  }

  /** What it ended with. */
  int awaitExit() {
    try {
      if (!process.waitFor(DEADLINE_SECONDS, SECONDS)) {
        throw new AssertionError("still running: " + this);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + this, e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Closes its standard input, which ends the zoo's own programs, then terminates it, then kills
   * it.
   */
  @Override
  public void close() {
    process.descendants().forEach(children::add);
    try {
      process.getOutputStream().close();
    } catch (IOException _) {
      // It ended already.
    }
    try {
      if (!endsOnItsOwn()) {
        process.destroy();
        if (!process.waitFor(DEADLINE_SECONDS, SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while ending " + this, e);
    }
    for (ProcessHandle child : children) {
      if (child.isAlive()) {
        child.destroyForcibly();
      }
      awaitEnd(child);
    }
  }

  private boolean endsOnItsOwn() throws InterruptedException {
    return endsWithItsInput && process.waitFor(DEADLINE_SECONDS, SECONDS);
  }

  @Override
  public String toString() {
    return "pid " + process.pid() + " (" + description + ")";
  }
}
