package inuse.java;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Each question as a run of the executable. */
final class ExecutableQuestions {
  private static final Logger LOGGER = System.getLogger("inuse.java");

  /** What was logged: each sentence once. */
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  /** What the executable may take of the time in which its process has to end, in percent. */
  private static final int SHARE = 80;

  /** How much longer than a wait its process may take. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  /** The executable's own commands are words; a service of that name is meant here. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");

  private final ExecutableSearch.Found executable;

  ExecutableQuestions(ExecutableSearch.Found executable) {
    this.executable = executable;
  }

  /** Asks the executable that is found now. */
  static ExecutableQuestions open() throws InuseException {
    ExecutableSearch.Found found = new ExecutableSearch(Surroundings.here()).find();
    found.said().stream()
        .filter(LOGGED::add)
        .forEach(said -> LOGGER.log(Level.DEBUG, "the inuse executable: {0}", said));
    found.refused().stream()
        .filter(LOGGED::add)
        .forEach(said -> LOGGER.log(Level.WARNING, "not used as inuse executable: {0}", said));
    return new ExecutableQuestions(found);
  }

  Path file() {
    return executable.file();
  }

  Diagnosis ask(String target, Duration patience) throws InuseException {
    String deadline = Math.max(1, patience.toMillis() * SHARE / 100) + "ms";
    Answer answer = run(patience, "--json", "--deadline", deadline, word(target));
    try {
      List<Diagnosis> all =
          new Answers(executable.file(), executable.byName()).diagnoses(answer.text());
      return all.stream()
          .filter(one -> one.verdict() != Verdict.FREE)
          .findFirst()
          .orElse(all.get(0));
    } catch (InuseException e) {
      throw named(e);
    }
  }

  boolean awaitFree(String target, Duration timeout) throws InuseException {
    String time = Math.max(0, timeout.toMillis()) + "ms";
    Answer answer = run(timeout.plus(MARGIN), "wait", "--json", "--timeout", time, word(target));
    if (answer.status() == 0) {
      return true;
    }
    try {
      Answers.document(answer.text(), "inuse.free/1");
    } catch (InuseException e) {
      throw named(e);
    }
    if (answer.status() != 1) {
      throw named(new InuseException("it ended with status " + answer.status()));
    }
    return false;
  }

  Freed free(String target, Consent consent) throws InuseException {
    String word = word(target);
    try {
      return FreeDialog.free(executable.file().toString(), word, consent);
    } catch (InuseException e) {
      throw named(e);
    }
  }

  /** What it printed, and its exit status. */
  private record Answer(String text, int status) {}

  private Answer run(Duration patience, String... words) throws InuseException {
    List<String> command = new ArrayList<>(List.of(executable.file().toString()));
    command.addAll(List.of(words));
    try (ChildProcess process = ChildProcess.start(command, patience)) {
      String text = process.untilEnd();
      return new Answer(text, process.status());
    } catch (InuseException e) {
      throw named(e);
    }
  }

  private InuseException named(InuseException e) {
    return new InuseException(executable.file() + ": " + e.getMessage(), e);
  }

  /** A target as a word of its command line: neither an option nor a command. */
  private static String word(String target) throws InuseException {
    if (target.isEmpty() || target.startsWith("-")) {
      throw new InuseException("'" + PrintableText.of(target) + "' is not a target");
    }
    return WORD.matcher(target).matches() ? "tcp/" + target : target;
  }
}
