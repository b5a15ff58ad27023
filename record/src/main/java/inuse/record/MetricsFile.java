package inuse.record;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.O_WRONLY;

import inuse.core.events.Event;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Protocol;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.WholeWrite;
import inuse.render.Escape;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Counts of events as a file for the textfile collector of node_exporter. It is replaced at once,
 * so that no reader sees half of it. No label has a port, an address or a pid, and the number of
 * programs is bounded.
 */
final class MetricsFile implements EventSink {
  private static final int OF_A_FILE = 0644;

  /** Programs that have a series of their own; the others are one. */
  private static final int MAX_PROGRAMS = 50;

  private static final int MAX_NAME = 64;
  private static final String OTHERS = "other";

  private static final long PERIOD = Duration.ofSeconds(10).toNanos();

  private final SystemCalls calls;
  private final String path;
  private final Bound bound;
  private final Consumer<String> complaints;
  private final Map<String, Long> refused = new TreeMap<>();
  private final Map<String, Long> programs = new TreeMap<>();
  private final Map<String, Long> events = new TreeMap<>();
  private final Map<String, Long> gaps = new TreeMap<>();
  private long written = Long.MIN_VALUE;
  private boolean complained;

  /** What is bound now. */
  interface Bound {
    /** How many sockets of that protocol have a port. */
    int count(Protocol protocol, boolean listening);
  }

  MetricsFile(Host host, String path, Bound bound, Consumer<String> complaints) {
    calls = host.calls();
    this.path = path;
    this.bound = bound;
    this.complaints = complaints;
    for (Event.Loss loss : Event.Loss.values()) {
      gaps.put("why=\"" + loss.word() + "\"", 0L);
    }
  }

  @Override
  public void take(Event event, Names names) {
    switch (event) {
      case Event.Socket socket when !socket.already() ->
          add(events, "event=\"" + socket.change().word() + "\"", 1);
      case Event.Refused bind -> {
        String program = bind.process().flatMap(names::process).map(this::program).orElse(OTHERS);
        String cause = bind.causes().isEmpty() ? "" : bind.causes().getFirst();
        String labels =
            "protocol=\""
                + bind.place().protocol().word()
                + "\",cause=\""
                + cause
                + "\",program=\""
                + program
                + "\"";
        add(refused, labels, bind.count());
      }
      case Event.Gap gap -> add(gaps, "why=\"" + gap.loss().word() + "\"", 1);
      case Event.Start other -> {}
      case Event.Socket other -> {}
      case Event.Named other -> {}
      case Event.End other -> write();
    }
  }

  private static void add(Map<String, Long> counts, String labels, long more) {
    counts.put(labels, counts.getOrDefault(labels, 0L) + more);
  }

  /** The name as a value of a label, or that of the others. */
  private String program(RecordedProcess process) {
    String name =
        Escape.text(process.program(), MAX_NAME).replace("\\", "\\\\").replace("\"", "\\\"");
    if (!programs.containsKey(name) && programs.size() >= MAX_PROGRAMS) {
      return OTHERS;
    }
    add(programs, name, 1);
    return name;
  }

  @Override
  public void flush() {
    if (calls.clockNanos(CLOCK_MONOTONIC) - PERIOD >= written) {
      write();
    }
  }

  private void write() {
    written = calls.clockNanos(CLOCK_MONOTONIC);
    byte[] aside = Bytes.of(path + ".new");
    calls.unlink(AT_FDCWD, aside);
    int fd = calls.create(aside, O_WRONLY | O_EXCL | O_CLOEXEC, OF_A_FILE);
    int done = fd;
    if (fd >= 0) {
      done = WholeWrite.of(calls, fd, Bytes.utf8(text()));
      calls.changeMode(fd, OF_A_FILE);
      calls.close(fd);
      done = done < 0 ? done : calls.rename(aside, Bytes.of(path));
    }
    if (done < 0 && !complained) {
      complaints.accept(path + ": " + Errno.of(done));
    }
    complained = done < 0;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    family(text, "inuse_binds_refused_total", "counter", "Binds refused for a port in use.");
    refused.forEach((labels, count) -> line(text, "inuse_binds_refused_total", labels, count));
    family(text, "inuse_socket_events_total", "counter", "Sockets bound, listening, released.");
    events.forEach((labels, count) -> line(text, "inuse_socket_events_total", labels, count));
    family(text, "inuse_record_gaps_total", "counter", "Times that events are missing.");
    gaps.forEach((labels, count) -> line(text, "inuse_record_gaps_total", labels, count));
    family(text, "inuse_bound_sockets", "gauge", "Sockets that have a port now.");
    for (Protocol protocol : Protocol.values()) {
      for (boolean listening : new boolean[] {false, true}) {
        String labels =
            "protocol=\""
                + protocol.word()
                + "\",state=\""
                + (listening ? "listening" : "bound")
                + "\"";
        if (!listening || protocol == Protocol.TCP) {
          line(text, "inuse_bound_sockets", labels, bound.count(protocol, listening));
        }
      }
    }
    return text.toString();
  }

  private static void family(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder text, String name, String labels, long value) {
    text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
  }
}
