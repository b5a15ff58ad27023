package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.core.Inuse;
import inuse.core.events.Event;
import inuse.core.events.Segments;
import inuse.core.evidence.Untrusted;
import inuse.record.CommandGroup;
import inuse.record.EventSink;
import inuse.record.JournalSink;
import inuse.record.RecordFiles;
import inuse.record.RecordLoop;
import inuse.record.Recorder;
import inuse.record.RecorderOptions;
import inuse.record.RunReport;
import inuse.record.SegmentOptions;
import inuse.render.Escape;
import inuse.run.process.ProgramEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code inuse record}: every bind of this host, or of a command, written down. */
public final class RecordCommand {
  private static final String TRY = "try: inuse record --help";

  /** What a refused bind may take to be diagnosed. */
  private static final Duration OF_A_DIAGNOSIS = Duration.ofMillis(200);

  private static final long DEFAULT_SIZE = 512L << 20;
  private static final long SMALLEST = 1L << 20;
  private static final int DEFAULT_DAYS = 14;
  private static final int MOST_DAYS = 3650;

  private final Session session;
  private final ProgramStart programs;

  public RecordCommand(Session session) {
    this.session = session;
    programs = new ProgramStart(session);
  }

  /** Records until a signal, or the end of the command; the exit status. */
  public int run(Arguments.Given given) {
    OptionValues values = new OptionValues(given);
    long size = values.size(Option.KEEP_SIZE, SMALLEST).orElse(DEFAULT_SIZE);
    int days = values.number(Option.KEEP_DAYS, MOST_DAYS).orElse(DEFAULT_DAYS);
    Optional<List<String>> command = given.command();
    Optional<String> wrong = values.problem();
    if (!given.words().isEmpty()) {
      wrong = Optional.of("'" + given.words().getFirst() + "' is too much");
    } else if (command.filter(List::isEmpty).isPresent()) {
      wrong = Optional.of("no command to start");
    } else if (command.isEmpty() && (given.has(Option.REPORT) || given.has(Option.GITHUB))) {
      wrong = Optional.of("a report is of a COMMAND: inuse record -- COMMAND");
    }
    if (wrong.isPresent()) {
      return session.errors().usage(wrong.get(), TRY).number();
    }
    Optional<Untrusted> directory = given.value(Option.DIRECTORY).map(ErrorReporter::latin1);
    if (command.isEmpty()) {
      directory = directory.or(() -> Optional.of(new Untrusted(Segments.DIRECTORY)));
    }
    Duration time = Duration.ofDays(days);
    Wanted wanted =
        new Wanted(given, directory.map(where -> new SegmentOptions(where.bytes(), size, time)));
    try (Inuse inuse = Inuse.open(session.host().within(OF_A_DIAGNOSIS))) {
      return command
          .map(words -> programs.of(words.getFirst(), path -> recorded(inuse, wanted, path, words)))
          .orElseGet(() -> recorded(inuse, wanted).number());
    }
  }

  private record Wanted(Arguments.Given given, Optional<SegmentOptions> segments) {}

  private void say(String line) {
    session.terminal().printError("inuse: " + line + "\n");
  }

  private RecorderOptions options(
      Wanted wanted, Optional<String> group, Optional<EventSink> report) {
    List<EventSink> sinks = new ArrayList<>();
    report.ifPresent(sinks::add);
    if (wanted.given.has(Option.JOURNAL)) {
      sinks.add(new JournalSink(session.host(), this::say));
    }
    return new RecorderOptions(
        Version.TEXT,
        group,
        wanted.segments,
        wanted.given.value(Option.METRICS).map(path -> ErrorReporter.latin1(path).bytes()),
        sinks,
        wanted.given.has(Option.RECORD_ARGUMENTS));
  }

  private ExitCode recorded(Inuse inuse, Wanted wanted) {
    RecordFiles.belongToGroup(session.host());
    try (Recorder recorder =
        new Recorder(inuse, options(wanted, Optional.empty(), Optional.empty()), this::say)) {
      Optional<String> refused = recorder.begin();
      if (refused.isPresent()) {
        return session
            .errors()
            .failed(
                ExitCode.NOT_PERMITTED,
                Escape.text(ErrorReporter.latin1(refused.get())),
                "run: " + session.errors().withSudo());
      }
      RecordLoop.keepOnly(session.host());
      say(
          "recording to "
              + Escape.text(
                  new Untrusted(wanted.segments.map(SegmentOptions::directory).orElse("")))
              + (recorder.source() == Event.Source.BPF
                  ? ": every bind of TCP and UDP, in all network namespaces"
                  : ""));
      recorder.whyPolling().ifPresent(this::sayPolling);
      if (recorder.source() == Event.Source.BPF) {
        say(
            "not seen: what was refused before now, conflicts that arise only in listen(2),"
                + " unix sockets");
      }
      new RecordLoop(session.host(), recorder).untilSignal();
      recorder.end();
      return ExitCode.DONE;
    }
  }

  private void sayPolling(String why) {
    say("the kernel tells nothing here (" + why + "): this looks once a second instead");
    say(
        "not seen: which binds are refused, ports held for less than a second, other network"
            + " namespaces; a command's refusals: inuse run --report FILE -- COMMAND");
  }

  private int recorded(Inuse inuse, Wanted wanted, String path, List<String> words) {
    return switch (CommandGroup.make(session.host())) {
      case CommandGroup.Made.Refused(String why) -> cannot(why);
      case CommandGroup.Made.Ready(CommandGroup group) -> {
        int status = recorded(inuse, wanted, path, words, group);
        if (!group.remove()) {
          say("what the command left running is no longer recorded");
        }
        yield status;
      }
    };
  }

  private int cannot(String why) {
    return session
        .errors()
        .failed(
            ExitCode.NOT_STARTED,
            "the binds of a command cannot be recorded here: " + why,
            "as root, or without rights: inuse run --report FILE -- COMMAND")
        .number();
  }

  private int recorded(
      Inuse inuse, Wanted wanted, String path, List<String> words, CommandGroup group) {
    RunReport report = new RunReport();
    RecorderOptions options = options(wanted, Optional.of(group.directory()), Optional.of(report));
    try (Recorder recorder = new Recorder(inuse, options, this::say)) {
      Optional<String> refused = recorder.begin();
      if (refused.isPresent() || recorder.source() == Event.Source.POLLING) {
        return cannot(refused.or(recorder::whyPolling).orElse(""));
      }
      RecordLoop.Started started =
          new RecordLoop.Started(path, words, session.terminal().environment());
      int status = new RecordLoop(session.host(), recorder).untilEnd(started, group);
      recorder.end();
      if (status >= 0) {
        tell(wanted.given, report);
      }
      return programs.ended(path, ProgramEnd.of(status));
    }
  }

  private void tell(Arguments.Given given, RunReport report) {
    boolean elsewhere = given.has(Option.REPORT) || given.has(Option.GITHUB);
    if (!elsewhere || report.hasRefusals()) {
      session.terminal().printError("inuse: " + report.text());
    }
    given
        .value(Option.REPORT)
        .ifPresent(file ->
            RecordFiles.write(session.host(), ErrorReporter.latin1(file).bytes(), report.markdown())
                .ifPresent(this::say));
    if (given.has(Option.GITHUB)) {
      Optional<String> summary = session.terminal().environment("GITHUB_STEP_SUMMARY");
      if (summary.isEmpty()) {
        say("--github: GITHUB_STEP_SUMMARY is not set");
      } else {
        RecordFiles.append(session.host(), summary.get(), report.markdown()).ifPresent(this::say);
      }
    }
  }
}
