package inuse.record;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.MSG_DONTWAIT;
import static inuse.kernel.abi.Constants.MSG_NOSIGNAL;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.render.Escape;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Events as entries of the journal, by its native protocol (systemd's JOURNAL_NATIVE_PROTOCOL): a
 * datagram of lines {@code NAME=value}, so that {@code journalctl INUSE_PORT=8080} finds them. What
 * is bound already when the recorder begins is left out.
 */
public final class JournalSink implements EventSink {
  /** Where the journal listens. */
  static final String PATH = "/run/systemd/journal/socket";

  private static final int WARNING = 4;
  private static final int INFORMATION = 6;

  private final SystemCalls calls;
  private final String path;
  private final Consumer<String> complaints;
  private int fd = -1;
  private boolean refused;

  public JournalSink(Host host, Consumer<String> complaints) {
    this(host, PATH, complaints);
  }

  JournalSink(Host host, String path, Consumer<String> complaints) {
    calls = host.calls();
    this.path = path;
    this.complaints = complaints;
  }

  @Override
  public void take(Event event, Names names) {
    Entry entry = new Entry(names);
    switch (event) {
      case Event.Socket socket when socket.already() -> {
        return;
      }
      case Event.Socket socket -> {
        entry.place(socket.place());
        entry.process("", socket.process());
        entry.say(
            socket.change().word(),
            INFORMATION,
            name(socket.process(), names) + " " + socket.change().word() + " " + socket.place());
      }
      case Event.Refused bind -> {
        entry.place(bind.place());
        entry.process("", bind.process());
        bind.holders().stream()
            .findFirst()
            .ifPresent(holder -> entry.process("HOLDER_", Optional.of(holder)));
        bind.causes().forEach(cause -> entry.field("INUSE_CAUSE", cause));
        entry.say(
            "refused",
            WARNING,
            name(bind.process(), names)
                + " was refused "
                + bind.place()
                + (bind.holders().isEmpty()
                    ? ""
                    : ", held by " + name(Optional.of(bind.holders().getFirst()), names)));
      }
      case Event.Gap gap -> entry.say("gap", WARNING, "events are missing: " + gap.loss().word());
      case Event.Start start -> entry.say("start", INFORMATION, "recording begins");
      case Event.End end -> entry.say("end", INFORMATION, "recording ends");
      case Event.Named named -> {
        return;
      }
    }
    send(entry.text.toString());
  }

  private static String name(Optional<Integer> number, Names names) {
    Optional<RecordedProcess> process = number.flatMap(names::process);
    return process
        .map(one -> Escape.text(one.program()) + " (pid " + one.identity().pid() + ")")
        .orElse("an unknown process");
  }

  /** The lines of one entry. */
  private static final class Entry {
    private final Names names;
    private final StringBuilder text = new StringBuilder();

    Entry(Names names) {
      this.names = names;
      field("SYSLOG_IDENTIFIER", "inuse");
    }

    void field(String name, String value) {
      text.append(name).append('=').append(value).append('\n');
    }

    /** What others chose has no line of its own in it. */
    void field(String name, Untrusted value) {
      field(name, Escape.text(value));
    }

    void say(String event, int priority, String message) {
      field("INUSE_EVENT", event);
      field("PRIORITY", Integer.toString(priority));
      field("MESSAGE", message);
    }

    void place(Place place) {
      field("INUSE_PORT", Integer.toString(place.port().number()));
      field("INUSE_PROTOCOL", place.protocol().word());
      field("INUSE_ADDRESS", place.address().toString());
    }

    void process(String role, Optional<Integer> number) {
      number
          .flatMap(names::process)
          .ifPresent(process -> {
            field("INUSE_" + role + "PROGRAM", process.program());
            field("INUSE_" + role + "PID", process.identity().pid().toString());
            process.unit().ifPresent(unit -> field("INUSE_" + role + "UNIT", unit));
            process.container().ifPresent(one -> field("INUSE_" + role + "CONTAINER", one));
          });
    }
  }

  private void send(String entry) {
    if (fd < 0) {
      fd = connected();
    }
    int sent = fd;
    if (fd >= 0) {
      // A journal that does not read must not keep the recorder.
      sent = calls.send(fd, Bytes.utf8(entry), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    if (sent < 0 && !refused) {
      complaints.accept("the journal takes nothing: " + Errno.of(sent));
    }
    if (sent < 0 && fd >= 0) {
      calls.close(fd);
      fd = -1;
    }
    refused = sent < 0;
  }

  private int connected() {
    int socket = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
      return socket;
    }
    byte[] name = Bytes.of(path);
    byte[] address = new byte[2 + name.length + 1];
    Bytes.putShort(address, 0, AF_UNIX);
    System.arraycopy(name, 0, address, 2, name.length);
    int connected = calls.connect(socket, address);
    if (connected < 0) {
      calls.close(socket);
      return connected;
    }
    return socket;
  }
}
