package inuse.mcp;

import java.time.Duration;
import java.util.OptionalInt;

/** The client's end of the pipes, and a clock. */
public interface Channel {
  /**
   * Waits for input, or for that descriptor, or that long; whether there is input, or its end.
   *
   * @param also a descriptor whose input ends the wait, too
   */
  boolean awaitsInput(Duration most, OptionalInt also);

  /** What there is to read, one char a byte; empty at its end. */
  String read();

  /** Writes a whole frame; false where nobody reads any more. */
  boolean write(String frame);

  /** Says something to whoever looks after this server: on standard error. */
  void report(String line);

  /** Time since the machine was started. */
  Duration clock();
}
