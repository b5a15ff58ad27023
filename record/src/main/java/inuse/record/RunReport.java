package inuse.record;

import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.render.Escape;
import inuse.render.PortsReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a command did with ports: asked for, got, refused, and by whom they were held then. */
public final class RunReport implements EventSink {
  /** Lines that are kept of each kind. */
  private static final int MAX_LINES = 200;

  private static final int MAX_NAME = 60;

  private final List<Refusal> refused = new ArrayList<>();
  private final Map<Got, Integer> got = new LinkedHashMap<>();
  private final List<String> gaps = new ArrayList<>();
  private long binds;
  private long refusals;

  private record Refusal(Event.Refused event, String process, List<String> holders) {}

  /** Ports that the same program got at the same place. */
  private record Got(Place place, String program) {}

  @Override
  public void take(Event event, Names names) {
    switch (event) {
      case Event.Socket socket when !socket.already() && socket.change() == Event.Change.BOUND -> {
        binds++;
        Got one = new Got(socket.place(), name(socket.process(), names));
        if (got.containsKey(one) || got.size() < MAX_LINES) {
          got.put(one, got.getOrDefault(one, 0) + 1);
        }
      }
      case Event.Refused bind -> {
        refusals += bind.count();
        if (refused.size() < MAX_LINES) {
          List<String> holders =
              bind.holders().stream().map(one -> whole(Optional.of(one), names)).toList();
          refused.add(new Refusal(bind, whole(bind.process(), names), holders));
        }
      }
      case Event.Gap gap ->
          gaps.add(
              "events are missing: "
                  + gap.loss().word()
                  + gap.count().map(count -> " (" + count + ")").orElse(""));
      case Event.Start other -> {}
      case Event.Socket other -> {}
      case Event.Named other -> {}
      case Event.End other -> {}
    }
  }

  private static String name(Optional<Integer> number, Names names) {
    return number.flatMap(names::process).map(RunReport::program).orElse("an unknown process");
  }

  private static String program(RecordedProcess process) {
    String name = Escape.text(process.program(), MAX_NAME);
    return (name.isEmpty() ? "a process that has ended" : name)
        + " (pid "
        + process.identity().pid()
        + ")";
  }

  /** With what keeps it and where it works. */
  private static String whole(Optional<Integer> number, Names names) {
    Optional<RecordedProcess> process = number.flatMap(names::process);
    StringBuilder text = new StringBuilder(name(number, names));
    process
        .flatMap(RecordedProcess::unit)
        .ifPresent(unit -> text.append(", ").append(Escape.text(unit)));
    process
        .flatMap(RecordedProcess::container)
        .ifPresent(one -> text.append(", container ").append(Escape.text(one)));
    process
        .flatMap(RecordedProcess::directory)
        .ifPresent(one -> text.append(", in ").append(Escape.text(one)));
    return text.toString();
  }

  /** Whether a bind was refused. */
  public boolean hasRefusals() {
    return refusals > 0;
  }

  /** For a terminal. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(summary()).append('\n');
    for (Refusal one : refused) {
      text.append("  refused  ").append(one.event.place()).append("  ").append(one.process);
      text.append(PortsReport.times(one.event.count())).append('\n');
      text.append("           held by ").append(holders(one)).append('\n');
    }
    got.forEach((one, count) ->
        text.append("  got      ")
            .append(one.place)
            .append("  ")
            .append(one.program)
            .append(PortsReport.times(count))
            .append('\n'));
    rest(text, "  ");
    return text.toString();
  }

  /** Markdown, with nothing in it that others chose and a reader would take for markup. */
  public String markdown() {
    StringBuilder text = new StringBuilder(PortsReport.TITLE).append(summary()).append("\n\n");
    if (!refused.isEmpty() || !got.isEmpty()) {
      text.append(PortsReport.HEADING);
    }
    for (Refusal one : refused) {
      text.append(
          PortsReport.refused(
              one.event.count(), one.event.place().toString(), one.process, holders(one)));
    }
    got.forEach(
        (one, count) -> text.append(PortsReport.got(count, one.place.toString(), one.program)));
    rest(text, "\n");
    return text.toString();
  }

  private static String holders(Refusal one) {
    if (!one.holders.isEmpty()) {
      return String.join("; ", one.holders);
    }
    return one.event.causes().isEmpty()
        ? "not known"
        : "no process (" + String.join(", ", one.event.causes()) + ")";
  }

  private String summary() {
    return "ports: " + binds + " bound, " + refusals + " refused";
  }

  private void rest(StringBuilder text, String before) {
    if (refused.size() >= MAX_LINES || got.size() >= MAX_LINES) {
      text.append(before).append("further ones are left out\n");
    }
    gaps.forEach(gap -> text.append(before).append(gap).append('\n'));
  }
}
