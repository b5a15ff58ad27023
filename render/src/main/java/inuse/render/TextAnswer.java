package inuse.render;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Moment;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Snapshot;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.Unexplained;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Parentage;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.rule.Workers;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The answer as text, which a person reads in five seconds. */
public final class TextAnswer implements Answer {
  /** Maximum holders that are described; the rest is only counted. */
  private static final int MAX_HOLDERS = 5;

  /** Maximum characters of a command line. */
  private static final int MAX_COMMAND = 160;

  private static final long SECONDS_OF_A_DAY = 86_400;

  /** Maximum ancestors. */
  private static final int MAX_ANCESTORS = 3;

  private final LabelledText page;
  private final Consumer<String> out;

  /** Free ports one after the other, of which nothing else is to be told. */
  private Optional<FreeRun> run = Optional.empty();

  /**
   * A text that is written there.
   *
   * @param columns the terminal's width, by which prose is wrapped; none to leave lines whole
   */
  public TextAnswer(Optional<Integer> columns, boolean colour, Consumer<String> out) {
    page = new LabelledText(columns, colour);
    this.out = out;
  }

  /**
   * The text for all answers.
   *
   * @param columns the terminal's width, by which prose is wrapped; none to leave lines whole
   */
  public static String of(List<Diagnosis> diagnoses, Optional<Integer> columns, boolean colour) {
    StringBuilder text = new StringBuilder();
    TextAnswer answer = new TextAnswer(columns, colour, text::append);
    diagnoses.forEach(answer::add);
    answer.end();
    return text.toString();
  }

  @Override
  public void end() {
    endRun();
    out.accept(page.take());
  }

  @Override
  public void add(Diagnosis diagnosis) {
    if (FreeRun.isPart(diagnosis)) {
      if (run.isEmpty() || !run.get().goesOn(diagnosis)) {
        endRun();
        run = Optional.of(new FreeRun(diagnosis));
      }
      return;
    }
    endRun();
    render(diagnosis);
    if (page.length() >= CHUNK) {
      out.accept(page.take());
    }
  }

  private void endRun() {
    run.ifPresent(free -> page.headline(free.headline(), true));
    run = Optional.empty();
  }

  private void render(Diagnosis diagnosis) {
    page.headline(Headline.of(diagnosis), diagnosis.verdict() == Verdict.FREE);
    // The headline of a free port names no cause.
    boolean first = diagnosis.verdict() != Verdict.FREE;
    for (Cause cause : diagnosis.causes()) {
      if (!first) {
        page.row("also", Escape.text(cause.summary()));
      }
      first = false;
      cause(cause, diagnosis);
    }
    diagnosis.notes().forEach(note -> page.row("note", Escape.text(note.summary())));
    if (diagnosis.verdict() != Verdict.FREE) {
      diagnosis.unseen().forEach(this::gap);
    }
  }

  private void cause(Cause cause, Diagnosis diagnosis) {
    // A master's facts are its workers' too.
    List<Holder> holders = Workers.among(cause.holders()).masters();
    int shown = holders.size() > MAX_HOLDERS + 1 ? MAX_HOLDERS : holders.size();
    boolean alike = holders.stream().map(one -> places(one, cause)).distinct().count() < 2;
    for (Holder holder : holders.subList(0, shown)) {
      who(holder, alike ? List.of() : places(holder, cause), diagnosis.snapshot());
    }
    if (shown < holders.size()) {
      page.row("who", "and " + (holders.size() - shown) + " more processes");
    }
    page.row("why", Escape.text(cause.why()));
    for (Remedy remedy : diagnosis.remedies(cause)) {
      fix(remedy);
    }
    if (cause instanceof Unexplained unexplained) {
      everything(unexplained.snapshot());
    }
  }

  /** The addresses of the cause's sockets that the process has. */
  private static List<String> places(Holder holder, Cause cause) {
    return cause.sockets().stream()
        .filter(BoundSocket::isServers)
        .filter(holder::holds)
        .map(socket -> socket.local().toString())
        .toList();
  }

  /**
   * A process.
   *
   * @param places the addresses that it has, where other processes have others
   */
  private void who(Holder holder, List<String> places, Snapshot seen) {
    page.command("who", commandLine(holder, MAX_COMMAND));
    StringBuilder facts = new StringBuilder("pid ").append(holder.pid());
    holder
        .account()
        .toOptional()
        .ifPresent(account -> facts.append(" of ").append(Escape.text(Phrases.account(account))));
    if (!places.isEmpty()) {
      facts.append(", has ").append(String.join(" and ", places));
    }
    holder
        .state()
        .filter(state -> state != ProcessState.SLEEPING && state != ProcessState.RUNNING)
        .ifPresent(state -> facts.append(", ").append(state.word()));
    holder
        .startedAt()
        .toOptional()
        .ifPresent(start -> facts.append(", started ").append(age(start, seen.takenAt())));
    if (!holder.ancestry().isEmpty()) {
      facts.append(", ").append(ancestry(holder));
    }
    holder
        .workingDirectory()
        .toOptional()
        .ifPresent(directory -> facts.append(", in ").append(Escape.text(directory)));
    facts.append(SupervisionText.of(holder, seen.asker()));
    page.row("", facts.toString());
  }

  private static String ancestry(Holder holder) {
    StringBuilder words = new StringBuilder();
    List<Ancestor> ancestry = holder.ancestry();
    for (int i = 0; i < Math.min(ancestry.size(), MAX_ANCESTORS); i++) {
      boolean first = i == 0;
      words.append(
          switch (Parentage.of(holder, i)) {
            case STARTED -> first ? "by " : " < ";
            case ADOPTED -> first ? "adopted by " : ", adopted by ";
            case EITHER -> first ? "a child of " : ", a child of ";
          });
      Ancestor one = ancestry.get(i);
      words.append(Escape.text(one.command())).append(" (").append(one.pid()).append(")");
    }
    return words.append(ancestry.size() > MAX_ANCESTORS ? " < …" : "").toString();
  }

  /** Its command line for a shell, as far as there is room. */
  static String commandLine(Holder holder, int most) {
    String line =
        holder.invocation().shownArguments().stream()
            .map(argument -> Escape.shell(Escape.text(argument)))
            .collect(Collectors.joining(" "));
    if (line.isEmpty()) {
      line = Escape.text(holder.command());
    }
    return Escape.cut(line, most);
  }

  /** How long ago, and of what is a day old when, to the minute. */
  static String age(Moment start, Moment now) {
    return start.until(now).toMillis() / 1000 < SECONDS_OF_A_DAY
        ? ago(start, now)
        : ago(start, now) + " (" + Timestamp.minute(start) + ")";
  }

  /** How long ago. */
  static String ago(Moment start, Moment now) {
    return Age.of(start.until(now).toMillis() / 1000) + " ago";
  }

  private void fix(Remedy remedy) {
    String effect = Escape.text(remedy.effect());
    if (remedy.command().isEmpty()) {
      page.row("fix", effect);
      return;
    }
    List<String> words = InuseLine.words(remedy.command());
    boolean sudo = remedy.needsRoot() && !words.getFirst().equals("sudo");
    page.shell("fix", (sudo ? "sudo " : "") + InuseLine.shell(words));
    page.row("", effect);
  }

  private void gap(Gap gap) {
    page.row("unseen", gap.what() + " (" + gap.why().word() + "): " + Escape.text(gap.remedy()));
  }

  /** The details that a bug report needs: every probe and every socket. */
  private void everything(PortSnapshot snapshot) {
    page.row("asked", snapshot.target() + " as uid " + snapshot.newcomer().uid());
    for (Probe probe : snapshot.probes()) {
      page.row(
          "probe",
          probe.address()
              + (probe.reuseAddress() ? " with SO_REUSEADDR" : "")
              + ": "
              + Headline.refusal(probe).orElse("ok"));
    }
    for (BoundSocket socket : snapshot.sockets()) {
      page.row("socket", socket(socket, snapshot));
    }
    page.row(
        "limits",
        "ip_unprivileged_port_start "
            + word(snapshot.settings().unprivilegedPortStart())
            + ", ip_local_port_range "
            + snapshot
                .settings()
                .ephemeral()
                .toOptional()
                .map(range -> range.first() + "-" + range.last())
                .orElse("?"));
  }

  private static String socket(BoundSocket socket, PortSnapshot snapshot) {
    return socket.protocol().word()
        + " "
        + socket.state()
        + " "
        + socket.local()
        + socket.peer().map(peer -> " to " + peer).orElse("")
        + " uid "
        + socket.owner().uid()
        + " inode "
        + socket.inode().map(inode -> Long.toString(inode.number())).orElse("none")
        + socket.device().map(device -> " device " + Escape.text(device.name())).orElse("")
        + ", SO_REUSEADDR "
        + word(socket.reuseAddress())
        + ", SO_REUSEPORT "
        + word(socket.reusePort())
        + ", IPV6_V6ONLY "
        + word(socket.ipv6Only())
        + ", held by "
        + snapshot.holdersOf(socket).stream()
            .map(holder -> holder.pid().toString())
            .collect(Collectors.joining(" "));
  }

  private static String word(Reading<?> reading) {
    return switch (reading) {
      case Reading.Known<?>(Object value) -> value.toString();
      case Reading.Unknown<?>(Reading.Why why) -> why.word();
    };
  }
}
