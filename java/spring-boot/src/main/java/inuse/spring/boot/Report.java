package inuse.spring.boot;

import inuse.java.Diagnosis;
import inuse.java.Holder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A diagnosis in the form of Spring Boot's report. */
final class Report {
  private static final String OTHER_PORT = "onfigure this application to listen on another port.";

  private Report() {}

  /**
   * Who holds it as the description, the way out as the action.
   *
   * @param usual what Spring Boot says of the failure, which stays the first line
   */
  static FailureAnalysis of(
      Diagnosis diagnosis,
      Optional<FailureAnalysis> usual,
      boolean commandLines,
      Throwable failure) {
    List<String> description = new ArrayList<>();
    description.add(
        usual.map(FailureAnalysis::getDescription).orElse("A socket could not be bound."));
    description.add(diagnosis.summary());
    if (commandLines) {
      for (Holder holder : diagnosis.holders()) {
        description.add("  " + holder.pid() + ": " + String.join(" ", holder.arguments()));
      }
    }
    return new FailureAnalysis(
        String.join("\n", description),
        action(diagnosis, usual),
        usual.map(FailureAnalysis::getCause).orElse(failure));
  }

  private static String action(Diagnosis diagnosis, Optional<FailureAnalysis> usual) {
    if (isOwn(diagnosis)) {
      return "It is this application itself that has it: give each of its servers a port of its"
          + " own.";
    }
    String wayOut = diagnosis.wayOut();
    return wayOut.isEmpty()
        ? usual.map(FailureAnalysis::getAction).orElse("C" + OTHER_PORT)
        : wayOut + "\nOr c" + OTHER_PORT;
  }

  /** Whether this very process is what holds it. */
  static boolean isOwn(Diagnosis diagnosis) {
    List<Holder> holders = diagnosis.holders();
    return !holders.isEmpty()
        && holders.stream().allMatch(holder -> holder.pid() == ProcessHandle.current().pid());
  }
}
