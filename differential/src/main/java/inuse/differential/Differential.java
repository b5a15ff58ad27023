package inuse.differential;

import inuse.core.evidence.PortSnapshot;
import inuse.core.explain.Explainer;
import inuse.kernel.SystemCalls;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Sends a range of inputs through their subjects and prints every output whole, in a frame that
 * names the input: {@code == NUMBER SUBJECT BYTES}.
 *
 * <p>Snapshots are kept for a while and explained again much later, so that what the garbage
 * collector moved meanwhile is compared too. How often it ran goes to standard error, which is not
 * compared.
 */
public final class Differential {
  /** The one seed; another finds other things. */
  private static final long SEED = 0x1d1f_2026L;

  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int CHUNK = 64 * 1024;

  /** Snapshots that are kept. */
  private static final int KEPT = 200;

  private final SystemCalls calls;
  private final byte[] chunk = new byte[CHUNK];
  private int filled;

  private final Deque<PortSnapshot> kept = new ArrayDeque<>();
  private WeakReference<Object> canary = new WeakReference<>(new Object());
  private long collections;

  private Differential(SystemCalls calls) {
    this.calls = calls;
  }

  /**
   * Runs the inputs {@code arguments[0]} to {@code arguments[1]}, the latter excluded. The output
   * of input {@code arguments[2]}, where there is one, is made wrong on purpose.
   */
  public static void run(SystemCalls calls, String[] arguments) {
    long from = Long.parseLong(arguments[0]);
    long to = Long.parseLong(arguments[1]);
    long planted = arguments.length > 2 ? Long.parseLong(arguments[2]) : -1;
    Differential differential = new Differential(calls);
    for (long number = from; number < to; number++) {
      String output = differential.output(number);
      differential.print(number, number == planted ? output + "?" : output);
    }
    differential.flush();
    byte[] report = Describe.utf8("collections " + differential.collections + "\n");
    calls.write(STDERR, report, 0, report.length);
  }

  private String output(long number) {
    RandomInputs random = new RandomInputs(SEED, number);
    if (canary.get() == null) {
      collections++;
      canary = new WeakReference<>(new Object());
    }
    try {
      return Subject.of(number).output(random) + remembered(number);
    } catch (RuntimeException fault) {
      // Not a declared refusal: those are part of the output.
      return Subject.FAULT + fault;
    }
  }

  /** Every so often a snapshot is kept, and the oldest one explained again. */
  private String remembered(long number) {
    if (number % 50 != 0) {
      return "";
    }
    kept.addLast(new RandomSnapshots(new RandomInputs(~SEED, number)).snapshot());
    if (kept.size() <= KEPT) {
      return "";
    }
    return "\nkept\n" + Subject.answers(List.of(Explainer.explain(kept.removeFirst())), 80);
  }

  private void print(long number, String output) {
    byte[] body = Describe.utf8(output);
    append(Describe.utf8("== " + number + " " + Subject.of(number) + " " + body.length + "\n"));
    append(body);
    append(Describe.utf8("\n"));
  }

  private void append(byte[] bytes) {
    int taken = 0;
    while (taken < bytes.length) {
      if (filled == CHUNK) {
        flush();
      }
      int count = Math.min(bytes.length - taken, CHUNK - filled);
      System.arraycopy(bytes, taken, chunk, filled, count);
      filled += count;
      taken += count;
    }
  }

  private void flush() {
    int written = 0;
    while (written < filled) {
      int count = calls.write(STDOUT, chunk, written, filled - written);
      if (count <= 0) {
        throw new IllegalStateException("write: " + count);
      }
      written += count;
    }
    filled = 0;
  }
}
