package inuse.render;

import inuse.core.events.Event;
import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who had a port, and who was refused it, for people: a line an entry, in the user's own time. */
public final class HistoryText {
  private static final int END_WIDTH = 11;

  private final Zone zone;
  private final boolean running;

  /**
   * Texts of a history.
   *
   * @param running whether the recorder runs, so that what was not released is held now
   */
  public HistoryText(Zone zone, boolean running) {
    this.zone = zone;
    this.running = running;
  }

  /** All lines, with the zone of their times above. */
  public String of(History.Answer answer) {
    StringBuilder text = new StringBuilder();
    answer.until().ifPresent(last -> text.append(heading(last)));
    if (answer.dropped() > 0) {
      text.append("the most recent ").append(answer.entries().size());
      text.append("; ").append(answer.dropped()).append(" before them are left out (--since)\n");
    }
    answer.entries().forEach(entry -> text.append(line(entry)));
    return text.toString();
  }

  /** What stands above the lines. */
  public String heading(Moment some) {
    return "local time, " + zone.offsetWords(some) + "\n";
  }

  /** One entry, with a line end. */
  public String line(HistoryEntry entry) {
    return switch (entry) {
      case HistoryEntry.Held held ->
          when(held.from().time())
              + "  "
              + padded(end(held))
              + "  "
              + held.place()
              + "  "
              + held.by().map(HistoryText::process).orElse("an unknown process")
              + (held.earlier() ? ", there already" : "")
              + (held.listening() || held.place().protocol() == Protocol.UDP
                  ? ""
                  : ", never listened")
              + netns(held.place().netns())
              + "\n";
      case HistoryEntry.Refused refused ->
          when(refused.at().time())
              + "  "
              + padded("refused")
              + "  "
              + refused.place()
              + "  "
              + refused.asked().map(HistoryText::process).orElse("an unknown process")
              + (refused.count() > 1 ? ", " + refused.count() + " times" : "")
              + netns(refused.place().netns())
              + "; "
              + holders(refused)
              + refused.fix().map(fix -> "; fix: " + Escape.text(new Untrusted(fix))).orElse("")
              + "\n";
      case HistoryEntry.Missing missing ->
          when(missing.from())
              + "  "
              + padded("to " + clock(missing.from(), missing.to()))
              + "  "
              + missing.loss().map(loss -> words(loss, missing.count())).orElse("no recorder ran")
              + "\n";
    };
  }

  private String end(HistoryEntry.Held held) {
    String clock = clock(held.from().time(), held.to().time());
    return switch (held.end()) {
      case RELEASED -> "to " + clock;
      case UNSEEN -> "by " + clock;
      case STILL -> running ? "still" : "still " + clock;
    };
  }

  private static String holders(HistoryEntry.Refused refused) {
    List<String> holders = new ArrayList<>();
    refused.holders().forEach(holder -> holders.add(process(holder)));
    String causes = String.join(", ", refused.causes());
    return (holders.isEmpty() ? "no holder was seen" : "held by " + String.join(" and ", holders))
        + (causes.isEmpty() ? "" : ": " + causes);
  }

  private static String words(Event.Loss loss, Optional<Long> count) {
    String events = count.map(number -> number + " events ").orElse("");
    return switch (loss) {
      case LOST -> events + "lost: they came faster than they were read";
      case SUSPENDED -> "the machine slept";
      case CLOCK -> "the clock was set";
      case STOPPED_UNEXPECTEDLY -> "the recorder was killed";
      case CAPPED ->
          count.map(number -> number + " ").orElse("")
              + "refused binds not written: too many in a second";
      case NOT_WRITTEN -> events + "could not be written";
    };
  }

  /** A process by its program, with what is in charge of it, else where it works. */
  static String process(RecordedProcess process) {
    StringBuilder words = new StringBuilder(Escape.text(process.program()));
    words.append(" (pid ").append(process.identity().pid().number()).append(')');
    Optional<String> charge =
        process
            .container()
            .map(name -> ", container " + Escape.text(name))
            .or(() -> process.unit().map(unit -> ", " + Escape.text(unit)))
            .or(() -> process.directory().map(path -> ", " + Escape.text(path)));
    return words.append(charge.orElse("")).toString();
  }

  private static String netns(Optional<Long> netns) {
    return netns.map(inode -> ", in net:[" + inode + "]").orElse("");
  }

  private String when(Moment moment) {
    return Timestamp.local(zone.local(moment));
  }

  /** The clock alone on the same day. */
  private String clock(Moment from, Moment to) {
    CivilTime begin = zone.local(from);
    CivilTime end = zone.local(to);
    return begin.days() == end.days() ? Timestamp.clock(end) : when(to);
  }

  private static String padded(String text) {
    return text + " ".repeat(Math.max(0, END_WIDTH - text.length()));
  }
}
