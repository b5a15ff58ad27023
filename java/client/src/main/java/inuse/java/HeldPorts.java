package inuse.java;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Several {@linkplain HeldPort held ports}, that are taken and given up together. */
public final class HeldPorts implements AutoCloseable {
  private final List<HeldPort> held;

  private HeldPorts(List<HeldPort> held) {
    this.held = held;
  }

  /**
   * Takes that many free ports, or none.
   *
   * @param count at least 1
   * @throws UncheckedIOException if there are not so many
   * @throws IllegalArgumentException if the count is below 1
   */
  public static HeldPorts take(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("at least one port, not " + count);
    }
    List<HeldPort> held = new ArrayList<>();
    try {
      while (held.size() < count) {
        held.add(HeldPort.take());
      }
    } catch (UncheckedIOException e) {
      held.forEach(HeldPort::close);
      throw e;
    }
    return new HeldPorts(List.copyOf(held));
  }

  /** Each of them, in the order in which they were taken. */
  public List<HeldPort> held() {
    return held;
  }

  /** Their numbers in that order. */
  public int[] ports() {
    return held.stream().mapToInt(HeldPort::port).toArray();
  }

  /** The number of one of them, the first is 0. */
  public int port(int index) {
    return held.get(index).port();
  }

  /** Gives all of them up. */
  @Override
  public void close() {
    held.forEach(HeldPort::close);
  }
}
