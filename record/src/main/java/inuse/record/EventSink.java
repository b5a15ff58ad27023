package inuse.record;

import inuse.core.events.Event;
import inuse.core.events.RecordedProcess;
import java.util.Optional;

/** Takes events as they happen. */
public interface EventSink {
  /** What an event names by a number. */
  interface Names {
    /** The process of that number, where it is remembered. */
    Optional<RecordedProcess> process(int number);
  }

  /** Takes one event; {@link Event.Named} is not among them. */
  void take(Event event, Names names);

  /** Nothing more comes for now. */
  default void flush() {}
}
