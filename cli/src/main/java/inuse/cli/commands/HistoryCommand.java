package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.terminal.Terminal;
import inuse.core.ask.input.TargetParser;
import inuse.core.ask.input.TimeWord;
import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.HistoryQuery;
import inuse.core.events.SegmentTail;
import inuse.core.events.Segments;
import inuse.core.events.Segments.Segment;
import inuse.core.evidence.Moment;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Zone;
import inuse.core.io.LocalZone;
import inuse.render.Escape;
import inuse.render.HistoryJson;
import inuse.render.HistoryText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** {@code inuse history}: who had a port, and which binds were refused. */
public final class HistoryCommand {
  private static final String TRY = "try: inuse history --help";
  private static final String RECORD = "record: sudo inuse record";

  /** Between two looks at a segment that is being written. */
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Session session;
  private final Zone zone;

  public HistoryCommand(Session session) {
    this.session = session;
    zone = LocalZone.of(session.host(), session.terminal().environment("TZ"));
  }

  /** A wrong word of the command line. */
  private record Wrong(String problem) {}

  public ExitCode run(Arguments.Given given) {
    Untrusted directory =
        ErrorReporter.latin1(given.value(Option.DIRECTORY).orElse(Segments.DIRECTORY));
    Segments segments = session.inuse().segments(directory);
    List<Wrong> wrong = new ArrayList<>();
    HistoryQuery query = query(given, wrong);
    if (!wrong.isEmpty()) {
      return session.errors().usage(wrong.getFirst().problem(), TRY);
    }
    return switch (segments.all()) {
      case Reading.Unknown<List<Segment>>(Reading.Why why) -> unreadable(directory, why);
      case Reading.Known<List<Segment>>(List<Segment> all) when given.has(Option.FORGET) ->
          forget(given, all);
      case Reading.Known<List<Segment>> all when given.has(Option.FOLLOW) ->
          follow(given, query, segments);
      case Reading.Known<List<Segment>> all -> tell(given, query, segments);
    };
  }

  private ExitCode unreadable(Untrusted directory, Reading.Why why) {
    String where = Escape.text(directory);
    boolean absent = why == Reading.Why.VANISHED;
    return session
        .errors()
        .failed(
            ExitCode.UNKNOWN,
            absent ? "nothing was recorded in " + where : where + " may not be read: " + why.word(),
            absent ? RECORD : "run: " + session.errors().withSudo());
  }

  private ExitCode forget(Arguments.Given given, List<Segment> all) {
    Optional<String> problem = session.inuse().erase(all);
    if (problem.isPresent()) {
      return session
          .errors()
          .failed(ExitCode.NOT_PERMITTED, problem.get(), "run: " + session.errors().withSudo());
    }
    if (!given.has(Option.QUIET)) {
      session.terminal().print("erased: " + all.size() + " segments\n");
    }
    return ExitCode.DONE;
  }

  private ExitCode tell(Arguments.Given given, HistoryQuery query, Segments segments) {
    History.Answer answer = segments.answer(query);
    Terminal terminal = session.terminal();
    if (given.has(Option.JSON) && !given.has(Option.QUIET)) {
      terminal.printData(HistoryJson.of(Version.TEXT, answer, session.errors().layout()));
    } else if (!answer.recorded()) {
      return session.errors().failed(ExitCode.UNKNOWN, "nothing was recorded then", RECORD);
    } else if (!given.has(Option.QUIET)) {
      terminal.print(new HistoryText(zone, answer.running()).of(answer));
    }
    boolean found =
        answer.entries().stream().anyMatch(one -> !(one instanceof HistoryEntry.Missing));
    return found ? ExitCode.DONE : answer.recorded() ? ExitCode.NOT_DONE : ExitCode.UNKNOWN;
  }

  /** Prints what is told at once, as long as it is read. */
  private final class Printer implements Consumer<HistoryEntry> {
    private final boolean json;
    private final HistoryText text = new HistoryText(zone, true);
    private boolean isRead;

    Printer(boolean json) {
      this.json = json;
      isRead = json || session.terminal().reaches(text.heading(session.host().now()));
    }

    @Override
    public void accept(HistoryEntry entry) {
      isRead &=
          json
              ? session.terminal().written(HistoryJson.line(entry))
              : session.terminal().reaches(text.line(entry));
    }
  }

  /** Goes on until its output is not read any more, or a signal ends it. */
  private ExitCode follow(Arguments.Given given, HistoryQuery query, Segments segments) {
    Printer printer = new Printer(given.has(Option.JSON));
    History history = new History(query, printer);
    try (SegmentTail lines = segments.lines()) {
      while (printer.isRead) {
        lines.pass(history);
        var _ = session.terminal().awaits(LOOK, OptionalInt.empty());
      }
    }
    return ExitCode.DONE;
  }

  private HistoryQuery query(Arguments.Given given, List<Wrong> wrong) {
    Optional<TimeWord> at = time(given, Option.AT, wrong);
    Optional<TimeWord> since = time(given, Option.SINCE, wrong);
    Optional<TimeWord> until = time(given, Option.UNTIL, wrong);
    if (at.isPresent() && (since.isPresent() || until.isPresent())) {
      wrong.add(new Wrong("--at is one time, and --since and --until are two"));
    }
    if (given.has(Option.FORGET)
        && given.options().size() > (given.has(Option.DIRECTORY) ? 2 : 1)) {
      wrong.add(new Wrong("--forget erases everything, and takes no other option"));
    }
    return new HistoryQuery(
        targets(given.words(), wrong),
        at.or(() -> since).map(TimeWord::from).orElse(HistoryQuery.ALL.from()),
        at.or(() -> until).map(TimeWord::end).orElse(HistoryQuery.ALL.to()),
        given.has(Option.REFUSED),
        given.value(Option.PROGRAM).map(ErrorReporter::latin1),
        given.value(Option.UNIT).map(ErrorReporter::latin1));
  }

  private Optional<TimeWord> time(Arguments.Given given, Option option, List<Wrong> wrong) {
    Moment now = session.host().now();
    Optional<String> word = given.value(option);
    Optional<TimeWord> time = word.flatMap(one -> TimeWord.parse(one, now, zone));
    if (word.isPresent() && time.isEmpty()) {
      wrong.add(new Wrong("'" + word.get() + "' of " + option.word() + " " + TimeWord.FORM));
    }
    return time;
  }

  private List<PortTarget> targets(List<String> words, List<Wrong> wrong) {
    List<PortTarget> targets = new ArrayList<>();
    for (String word : words) {
      switch (session.inuse().targets().parse(word)) {
        case TargetParser.Parsed.Understood(List<PortTarget> more) -> targets.addAll(more);
        case TargetParser.Parsed.Unix unix ->
            wrong.add(new Wrong("'" + word + "' is a unix socket, and only ports are recorded"));
        case TargetParser.Parsed.Wrong(String problem, String instead) ->
            wrong.add(new Wrong(problem));
      }
    }
    return targets;
  }
}
