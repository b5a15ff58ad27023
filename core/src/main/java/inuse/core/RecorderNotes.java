package inuse.core;

import inuse.core.events.HistoryQuery;
import inuse.core.events.RecentEvents;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Segments;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.Note;
import inuse.core.io.Host;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a recorder that runs adds to an answer: who had a port that is free now, and who bound a
 * socket of which no process can be seen, also in a list. Without one the answer is the same, but
 * for that.
 */
final class RecorderNotes {
  /** What is longer ago explains nothing that is wondered at now. */
  private static final Duration RECENT = Duration.ofMinutes(5);

  private final Host host;

  RecorderNotes(Host host) {
    this.host = host;
  }

  /** The answer with what was recorded. */
  Diagnosis added(Diagnosis answer) {
    if (!(answer.snapshot() instanceof PortSnapshot snapshot) || snapshot.target().port().isAny()) {
      return answer;
    }
    boolean free = answer.verdict() == Verdict.FREE;
    List<BoundSocket> unseen = free ? List.of() : unseen(answer);
    if (!free && unseen.isEmpty()) {
      return answer;
    }
    Optional<RecentEvents> recent =
        new Segments(host, Segments.DIRECTORY).recent(HistoryQuery.about(snapshot.target()));
    if (recent.isEmpty()) {
      return answer;
    }
    return answer.noted(
        free ? former(recent.get(), snapshot.takenAt()) : binders(recent.get(), unseen));
  }

  /** The rows, those without a visible process with the one that bound their sockets. */
  Listing added(Listing listing) {
    if (listing.rows().stream().allMatch(row -> unseen(row).isEmpty())) {
      return listing;
    }
    Optional<RecentEvents> recent = new Segments(host, Segments.DIRECTORY).recent(HistoryQuery.ALL);
    if (recent.isEmpty()) {
      return listing;
    }
    return new Listing(
        listing.inventory(),
        listing.rows().stream().map(row -> row.recorded(binder(recent.get(), row))).toList());
  }

  private static List<BoundSocket> unseen(Row row) {
    return row.where().own()
            && row.holders().isEmpty()
            && row.held() instanceof Row.Held.Ports ports
        ? ports.sockets().stream().filter(one -> one.cookie() != 0).toList()
        : List.of();
  }

  private static Optional<Row.Binder> binder(RecentEvents recent, Row row) {
    return unseen(row).stream()
        .flatMap(socket -> recent.binder(socket.cookie()).stream())
        .findFirst()
        .map(process -> new Row.Binder(process.identity(), process.program()));
  }

  private static List<BoundSocket> unseen(Diagnosis answer) {
    List<BoundSocket> unseen = new ArrayList<>();
    for (Cause cause : answer.causes()) {
      if (cause.holders().isEmpty()) {
        cause.sockets().stream().filter(one -> one.cookie() != 0).forEach(unseen::add);
      }
    }
    return unseen;
  }

  private static List<Note> former(RecentEvents recent, Moment now) {
    List<Note> notes = new ArrayList<>();
    recent
        .ended()
        .filter(ended -> isRecent(ended.at().time(), now))
        .ifPresent(ended ->
            notes.add(
                note(named(ended.process()).then(" had it until " + ago(ended.at().time(), now)))));
    recent
        .refused()
        .filter(refused -> isRecent(refused.stamp().time(), now))
        .ifPresent(refused ->
            notes.add(
                note(
                    Phrase.of("it was refused " + ago(refused.stamp().time(), now) + ", to ")
                        .then(
                            recent
                                .refusedProcess()
                                .map(RecorderNotes::named)
                                .orElse(Phrase.of("an unknown process"))))));
    return notes;
  }

  private static List<Note> binders(RecentEvents recent, List<BoundSocket> unseen) {
    List<Note> notes = new ArrayList<>();
    for (BoundSocket socket : unseen) {
      recent
          .binder(socket.cookie())
          .ifPresent(process ->
              notes.add(note(Phrase.of(socket.local() + " was bound by ").then(named(process)))));
    }
    return notes;
  }

  private static Note note(Phrase sentence) {
    return new Note(Note.Id.RECORDED, sentence.then(" (recorded)"));
  }

  private static Phrase named(RecordedProcess process) {
    return Phrase.of(process.program()).then(" (pid " + process.identity().pid() + ")");
  }

  private static boolean isRecent(Moment then, Moment now) {
    return then.until(now).compareTo(RECENT) < 0;
  }

  private static String ago(Moment then, Moment now) {
    long seconds = then.until(now).toMillis() / 1000;
    return seconds < 100 ? seconds + " s ago" : seconds / 60 + " min ago";
  }
}
