package inuse.serve.fleet;

import inuse.core.events.Event;
import inuse.core.events.EventReader;
import inuse.core.events.RecordedProcess;
import inuse.render.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An event on its way: the lines of a segment that make it whole, the processes first. Their
 * command lines stay in the segments.
 *
 * @param id what no other event of that host has: boot, nanoseconds, kind and cookie
 */
public record EventMessage(String subject, String id, long epochMillis, String lines) {
  /**
   * The message of an event; empty for one that is not sent.
   *
   * @param boot of the segment
   * @param processes of the segment, by number
   */
  public static Optional<EventMessage> of(
      HostName host,
      String boot,
      Event event,
      Function<Integer, Optional<RecordedProcess>> processes) {
    return switch (event) {
      case Event.Socket socket ->
          Optional.of(
              message(
                  Subjects.event(host, socket.place().protocol(), socket.place().port()),
                  id(boot, event, socket.change().word(), Long.toString(socket.cookie())),
                  event,
                  socket.process().stream().toList(),
                  processes));
      case Event.Refused refused -> {
        List<Integer> numbers = new ArrayList<>(refused.process().stream().toList());
        numbers.addAll(refused.holders());
        yield Optional.of(
            message(
                Subjects.event(host, refused.place().protocol(), refused.place().port()),
                id(boot, event, "refused", refused.place().toString().replace(' ', '/')),
                event,
                numbers,
                processes));
      }
      case Event.Gap gap ->
          Optional.of(
              message(
                  Subjects.gap(host),
                  id(boot, event, "gap", gap.loss().word()),
                  event,
                  List.of(),
                  processes));
      case Event.Start start -> Optional.empty();
      case Event.Named named -> Optional.empty();
      case Event.End end -> Optional.empty();
    };
  }

  private static String id(String boot, Event event, String kind, String what) {
    return boot + ":" + event.stamp().nanos() + ":" + kind + ":" + what;
  }

  private static EventMessage message(
      String subject,
      String id,
      Event event,
      List<Integer> numbers,
      Function<Integer, Optional<RecordedProcess>> processes) {
    StringBuilder lines = new StringBuilder();
    Set<Integer> each = new LinkedHashSet<>(numbers);
    for (int number : each) {
      processes
          .apply(number)
          .ifPresent(one -> lines.append(EventJson.line(named(event, number, one))));
    }
    lines.append(EventJson.line(event));
    return new EventMessage(subject, id, event.stamp().time().epochMillis(), lines.toString());
  }

  private static Event named(Event event, int number, RecordedProcess process) {
    return new Event.Named(
        event.stamp(),
        new RecordedProcess(
            number,
            process.identity(),
            process.program(),
            process.user(),
            process.unit(),
            process.container(),
            process.directory(),
            List.of()));
  }

  /** The boot of a message's id. */
  static String boot(String id) {
    int colon = id.indexOf(':');
    return colon < 0 ? "" : id.substring(0, colon);
  }

  /** The events of a message's lines; what is not understood is passed over. */
  static List<Event> events(byte[] lines) {
    List<Event> events = new ArrayList<>();
    for (String line : new String(lines, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      EventReader.read(line).ifPresent(events::add);
    }
    return events;
  }
}
