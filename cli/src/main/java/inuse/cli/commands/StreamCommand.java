package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.core.ask.input.BindComplaint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * {@code COMMAND 2>&1 | inuse -}: what a program prints is passed on as it comes, and where it
 * complains that it cannot bind, the answer is printed behind it.
 */
public final class StreamCommand {
  /** The word that stands for standard input. */
  public static final String WORD = "-";

  /** A complaint has often more lines behind it, which the answer is not to tear apart. */
  private static final Duration QUIET = Duration.ofMillis(300);

  /** What a program that prints without a pause gets its answer after. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /** Lines that are looked through: some name the port a few lines before or behind. */
  private static final int LINES = 20;

  /** Characters of a line that are looked through. */
  private static final int MAX_LINE = 4096;

  /** Maximum targets that are answered, each once. */
  private static final int MAX_TARGETS = 32;

  private final Session session;
  private final Deque<String> recent = new ArrayDeque<>();
  private final List<String> answered = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private boolean isMidLine;

  /** When the first line complained since the last answer, by the terminal's clock. */
  private Optional<Duration> pending = Optional.empty();

  private ExitCode code = ExitCode.FREE;

  public StreamCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Arguments.Given given) {
    if (given.has(Option.JSON)) {
      return session
          .errors()
          .usage(
              "the text that passes through is not JSON", "leave " + Option.JSON.word() + " out");
    }
    boolean more = true;
    while (more) {
      if (pending.isPresent() && (isLate() || !session.terminal().awaitsInput(QUIET))) {
        answer(given);
      }
      String text = session.terminal().read();
      more = !text.isEmpty() && session.terminal().passes(text);
      see(text);
    }
    endLine();
    answer(given);
    if (answered.isEmpty() && recent.stream().anyMatch(BindComplaint::isIn)) {
      return session
          .errors()
          .failed(
              ExitCode.UNKNOWN,
              "the error above names no port",
              "ask with it: inuse 8080; or start the program by inuse -- COMMAND");
    }
    return code;
  }

  private boolean isLate() {
    return !isMidLine && session.terminal().clock().minus(LONGEST).compareTo(pending.get()) > 0;
  }

  private void see(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        endLine();
      } else if (line.length() < MAX_LINE) {
        line.append(c);
      }
      isMidLine = c != '\n';
    }
  }

  private void endLine() {
    String whole = line.toString();
    line.setLength(0);
    if (recent.size() == LINES) {
      recent.removeFirst();
    }
    recent.addLast(whole);
    if (pending.isEmpty() && BindComplaint.isIn(whole)) {
      pending = Optional.of(session.terminal().clock());
    }
  }

  private void answer(Arguments.Given given) {
    pending = Optional.empty();
    List<String> targets =
        recent.stream().anyMatch(BindComplaint::isIn)
            ? BindComplaint.targets(String.join("\n", recent)).stream()
                .filter(target -> !answered.contains(target))
                .limit(MAX_TARGETS - answered.size())
                .toList()
            : List.of();
    if (targets.isEmpty()) {
      return;
    }
    answered.addAll(targets);
    if (isMidLine) {
      var _ = session.terminal().passes("\n");
      isMidLine = false;
    }
    code =
        code.first(
            switch (Request.read(given.about(targets), session.inuse())) {
              case Request.Refused refused -> session.refuse(refused);
              case Request.Of request -> new AskCommand(session).run(request);
            });
  }
}
