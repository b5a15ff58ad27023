package inuse.cli.commands;

import static inuse.kernel.abi.Constants.O_APPEND;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_TRUNC;
import static inuse.kernel.abi.Constants.O_WRONLY;

import inuse.cli.line.ErrorReporter;
import inuse.core.evidence.Holder;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.text.Phrases;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.render.Escape;
import inuse.render.PortsReport;
import inuse.run.HelperProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The report of a guarded command: a row for each bind that was refused. The supervisor opens the
 * file; each helper, which knows the holders, adds its row through the descriptor that it is given.
 */
final class RefusalReport {
  private static final int OF_A_FILE = 0644;

  private final Host host;
  private final int fd;
  private boolean begun;

  private RefusalReport(Host host, int fd) {
    this.host = host;
    this.fd = fd;
  }

  /** The result of opening the file. */
  sealed interface Opened {
    /** It can be written. */
    record Ok(RefusalReport report) implements Opened {}

    /** It cannot be. */
    record Failed(Errno why) implements Opened {}
  }

  /** Makes the file, or empties it. */
  static Opened open(Host host, String path) {
    int flags = O_WRONLY | O_TRUNC | O_APPEND | O_CLOEXEC;
    int fd = host.calls().create(Bytes.of(path), flags, OF_A_FILE);
    if (fd < 0) {
      return new Opened.Failed(Errno.of(fd));
    }
    RefusalReport report = new RefusalReport(host, fd);
    report.write(PortsReport.TITLE);
    return new Opened.Ok(report);
  }

  /** The one that a supervisor has opened for this process. */
  static Optional<RefusalReport> given(Session session) {
    return session
        .terminal()
        .environment(HelperProcess.REPORT)
        .filter("3"::equals)
        .map(three -> new RefusalReport(session.host(), 3));
  }

  /** The descriptor, for a helper that adds a row. */
  int descriptor() {
    if (!begun) {
      begun = true;
      write(PortsReport.HEADING);
    }
    return fd;
  }

  /** Adds the row of a bind. */
  void add(Target place, Diagnosis why, Optional<String> binder) {
    List<Holder> holders = new ArrayList<>();
    List<String> causes = new ArrayList<>();
    for (Cause cause : why.causes()) {
      causes.add(cause.id());
      cause.holders().stream().filter(one -> !holders.contains(one)).forEach(holders::add);
    }
    String held = holders.isEmpty() ? "no process" : Escape.text(Phrases.holders(holders));
    write(
        PortsReport.refused(
            1,
            Escape.text(place),
            binder.map(this::process).orElse("an unknown process"),
            held + (causes.isEmpty() ? "" : " (" + String.join(", ", causes) + ")")));
  }

  /** The thread that binds, by the name of its process. */
  private String process(String thread) {
    String name = host.lines("/proc/" + thread + "/comm").stream().findFirst().orElse("?");
    return Escape.text(ErrorReporter.latin1(name)) + " (pid " + thread + ")";
  }

  /** Ends it. */
  void end() {
    if (!begun) {
      write("no bind was refused\n");
    }
    host.calls().close(fd);
  }

  private void write(String text) {
    byte[] bytes = Bytes.utf8(text);
    host.calls().write(fd, bytes, 0, bytes.length);
  }

  /** Who binds, as the supervisor says. */
  static Optional<String> binder(Session session) {
    return session
        .terminal()
        .environment(OwnRun.BINDER_VARIABLE)
        .filter(text -> text.chars().allMatch(c -> c >= '0' && c <= '9'));
  }
}
