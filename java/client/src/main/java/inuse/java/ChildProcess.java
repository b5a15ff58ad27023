package inuse.java;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * The executable while it runs. Its standard output is read without blocking and without a thread,
 * at most {@link #MAX_OUTPUT} bytes of it; its standard error is discarded, since with {@code
 * --json} what goes wrong is said on standard output too.
 */
final class ChildProcess implements AutoCloseable {
  /** Bytes of output; an answer about a crowded port has some hundred thousand. */
  static final int MAX_OUTPUT = 16 << 20;

  /** How often output is looked for; the end of the process is noticed at once. */
  private static final long POLL_MILLIS = 4;

  /** How long a file may be busy: another thread's child has it open until it becomes a program. */
  private static final Duration BUSY = Duration.ofSeconds(2);

  /**
   * ETXTBSY, as ProcessBuilder tells it: {@code error=26} or, in newer versions, {@code error: 26}.
   */
  private static final Pattern TEXT_BUSY = Pattern.compile("\\berror[=:] ?26\\b");

  private final Process process;
  private final InputStream output;
  private final long start = System.nanoTime();
  private final Duration patience;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private long paused;

  private ChildProcess(Process process, Duration patience) {
    this.process = process;
    this.patience = patience;
    output = process.getInputStream();
  }

  /**
   * Starts a program.
   *
   * @param patience how long it may take, without what {@link #pause} leaves out
   * @throws InuseException if it cannot be started
   */
  static ChildProcess start(List<String> command, Duration patience) throws InuseException {
    long since = System.nanoTime();
    while (true) {
      try {
        Process process =
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return new ChildProcess(process, patience);
      } catch (IOException e) {
        boolean busy = TEXT_BUSY.matcher(String.valueOf(e.getMessage())).find();
        if (!busy || System.nanoTime() - since > BUSY.toNanos()) {
          throw new InuseException("it cannot be started: " + e.getMessage(), e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
      }
    }
  }

  /** All that it prints until it ends; its standard input is closed. */
  String untilEnd() throws InuseException {
    closeInput();
    while (!isEnded()) {
      readAvailable();
    }
    readAvailable();
    return text(read.toByteArray());
  }

  /** The next line that it prints; empty where it ends before. */
  String line() throws InuseException {
    while (true) {
      byte[] bytes = read.toByteArray();
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          read.reset();
          read.write(bytes, i + 1, bytes.length - i - 1);
          return text(Arrays.copyOf(bytes, i));
        }
      }
      boolean ended = isEnded();
      if (readAvailable() == 0 && ended) {
        return "";
      }
    }
  }

  /** Writes a line to it. */
  void write(String line) throws InuseException {
    OutputStream input = process.getOutputStream();
    try {
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new InuseException("it ended before it was told all: " + e.getMessage(), e);
    }
  }

  /** Leaves that time out of what it may take. */
  void pause(Duration time) {
    paused += time.toNanos();
  }

  /** The time that it has left. */
  Duration left() {
    return patience.minusNanos(System.nanoTime() - start - paused);
  }

  /** Lets it end by itself at the end of its input, for at most that time. */
  void end(Duration time) {
    closeInput();
    try {
      process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its exit status, once it has ended. */
  int status() {
    return process.exitValue();
  }

  /** Ends it, if it has not ended. */
  @Override
  public void close() {
    process.destroyForcibly();
    closeInput();
    try {
      output.close();
    } catch (IOException e) {
      // Nothing is read any more.
    }
  }

  private void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended, and does not read what was left.
    }
  }

  private boolean isEnded() throws InuseException {
    try {
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InuseException("interrupted while it was asked", e);
    }
    if (left().isNegative()) {
      throw new InuseException("no answer within " + patience.toMillis() + " ms");
    }
    return false;
  }

  private int readAvailable() throws InuseException {
    int count = 0;
    try {
      for (int n = output.available(); n > 0; n = output.available()) {
        byte[] bytes = output.readNBytes(n);
        read.write(bytes, 0, bytes.length);
        count += bytes.length;
        if (read.size() > MAX_OUTPUT) {
          throw new InuseException("it printed more than " + (MAX_OUTPUT >> 20) + " MB");
        }
      }
    } catch (IOException e) {
      throw new InuseException("its output cannot be read: " + e.getMessage(), e);
    }
    return count;
  }

  private static String text(byte[] bytes) throws InuseException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InuseException("it printed something that is not UTF-8", e);
    }
  }
}
