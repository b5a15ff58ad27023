package inuse.cli.commands;

import inuse.cli.line.ErrorReporter;
import inuse.core.evidence.Holder;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.text.Phrases;
import inuse.render.Escape;
import inuse.render.PortsReport;
import inuse.run.HelperProcess;
import inuse.run.ReportFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The report of a guarded command: a row for each bind that was refused. */
final class RefusalReport {
  private final Session session;
  private final ReportFile file;
  private boolean begun;

  private RefusalReport(Session session, ReportFile file) {
    this.session = session;
    this.file = file;
  }

  /** Makes the file, or empties it; nothing where that cannot be done. */
  static Optional<RefusalReport> open(Session session, String path) {
    return ReportFile.open(session.host(), path)
        .map(file -> {
          file.append(PortsReport.TITLE);
          return new RefusalReport(session, file);
        });
  }

  /** The one that a supervisor has opened for this process. */
  static Optional<RefusalReport> given(Session session) {
    return ReportFile.given(session.host(), session.terminal().environment(HelperProcess.REPORT))
        .map(file -> new RefusalReport(session, file));
  }

  /** The file, for a helper that adds a row. */
  ReportFile forRow() {
    if (!begun) {
      begun = true;
      file.append(PortsReport.HEADING);
    }
    return file;
  }

  /** Adds the row of a bind. */
  void add(Target place, Diagnosis why) {
    List<Holder> holders = new ArrayList<>();
    List<String> causes = new ArrayList<>();
    for (Cause cause : why.causes()) {
      causes.add(cause.id());
      cause.holders().stream().filter(one -> !holders.contains(one)).forEach(holders::add);
    }
    String held = holders.isEmpty() ? "no process" : Escape.text(Phrases.holders(holders));
    file.append(
        PortsReport.refused(
            1,
            Escape.text(place),
            binder(),
            held + (causes.isEmpty() ? "" : " (" + String.join(", ", causes) + ")")));
  }

  /** The thread that binds, as the supervisor says, by its own name. */
  private String binder() {
    Optional<String> thread =
        session
            .terminal()
            .environment(OwnRun.BINDER_VARIABLE)
            .filter(text -> text.chars().allMatch(c -> c >= '0' && c <= '9'));
    return thread
        .map(number -> {
          String name =
              session.host().lines("/proc/" + number + "/comm").stream().findFirst().orElse("?");
          return Escape.text(ErrorReporter.latin1(name)) + " (pid " + number + ")";
        })
        .orElse("an unknown process");
  }

  /** Ends it. */
  void end() {
    if (!begun) {
      file.append("no bind was refused\n");
    }
    file.close();
  }
}
