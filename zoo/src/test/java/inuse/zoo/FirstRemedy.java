package inuse.zoo;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Carries out an answer's first remedy for every cause that is in the way, and then tries the bind
 * that was refused. A command is run as printed, by root, inside the lab.
 */
final class FirstRemedy {
  /** Longer than any program takes to obey, and than TIME_WAIT. */
  private static final long COMMAND_SECONDS = 90;

  private static final long BIND_SECONDS = 60;

  /** A wait longer than this is waited for once, through the executable. */
  private static final int SHORT_WAIT_SECONDS = 13;

  /** Remedies that {@code inuse free} carries out, each its way. */
  private static final Set<String> DONE_BY_FREE =
      Set.of(
          "terminate",
          "resume-then-terminate",
          "stop-unit",
          "stop-container",
          "remove-socket-file",
          "destroy-socket");

  /** Ways of the newcomer to do without the address; they do not give it back. */
  private static final Set<String> OTHER_WAYS = Set.of("use-other-address", "bind-no-port");

  private static final Pattern SECONDS_LEFT = Pattern.compile("in about (\\d+) s");
  private static final Pattern PORT_LIMIT = Pattern.compile("use port (\\d+) or higher");

  private final DiagnosisAssert diagnosis;
  private final QuestionAssert question;
  private boolean reuseAddress;
  private boolean proved;

  private FirstRemedy(DiagnosisAssert diagnosis) {
    this.diagnosis = diagnosis;
    question = diagnosis.question();
  }

  /** Carries it out and tries. */
  static void of(DiagnosisAssert diagnosis) {
    FirstRemedy remedy = new FirstRemedy(diagnosis);
    List<CauseAssert> blocking = remedy.blocking();
    if (blocking.stream().anyMatch(cause -> DONE_BY_FREE.contains(remedy.id(cause)))) {
      remedy.free(blocking);
    } else {
      blocking.forEach(remedy::carryOut);
    }
    if (!remedy.proved) {
      remedy.assertBound();
    }
  }

  private String id(CauseAssert cause) {
    JsonObject first = first(cause);
    return command(first).isEmpty() ? "" : word(first);
  }

  /** All of it at once, by inuse itself; what else runs there goes on running. */
  private void free(List<CauseAssert> blocking) {
    Bystanders bystanders = new Bystanders(question.lab());
    List<String> options = new ArrayList<>(List.of("--yes", "--settle", "200ms"));
    boolean destroys =
        blocking.stream()
            .flatMap(cause -> cause.remedies().stream())
            .anyMatch(one -> word(one).equals("wait") || word(one).equals("destroy-socket"));
    if (destroys) {
      options.add("--destroy");
    }
    FreedAssert freed =
        question.plainly().free(options.toArray(String[]::new)).outcome("freed", "forced");
    bystanders.assertUnharmed();
    if (freed.result().get("free_for").getAsString().equals("reuseaddr")) {
      assertServersSetReuseAddress(blocking);
      reuseAddress = true;
    }
  }

  /** Only after a server that had set the option may it be free for those alone that set it. */
  private void assertServersSetReuseAddress(List<CauseAssert> blocking) {
    List<JsonObject> servers =
        blocking.stream()
            .flatMap(cause -> CauseAssert.elements(cause.json(), "sockets").stream())
            .filter(one -> one.get("state").getAsString().equals("LISTEN"))
            .toList();
    assertThat(servers)
        .as("servers of %s", diagnosis.output())
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.get("reuseaddr").getAsBoolean()).isTrue());
  }

  /** The scenario carries the advice out, which must be this one. */
  static void of(DiagnosisAssert diagnosis, String id, Runnable advice) {
    FirstRemedy remedy = new FirstRemedy(diagnosis);
    assertThat(remedy.blocking())
        .as("causes of %s", diagnosis.output())
        .anySatisfy(cause -> assertThat(word(remedy.first(cause))).isEqualTo(id));
    advice.run();
    remedy.assertBound();
  }

  private List<CauseAssert> blocking() {
    List<CauseAssert> blocking =
        diagnosis.causes().stream().filter(CauseAssert::blocksPlain).toList();
    assertThat(blocking).as("causes that block in %s", diagnosis.output()).isNotEmpty();
    return blocking;
  }

  private JsonObject first(CauseAssert cause) {
    List<JsonObject> remedies =
        cause.remedies().stream().filter(one -> !OTHER_WAYS.contains(word(one))).toList();
    assertThat(remedies).as("remedies of %s in %s", cause.id(), diagnosis.output()).isNotEmpty();
    return remedies.getFirst();
  }

  private static String word(JsonObject remedy) {
    return remedy.get("id").getAsString();
  }

  /** Empty for advice. */
  private static List<String> command(JsonObject remedy) {
    JsonElement command = remedy.get("command");
    return command.isJsonNull()
        ? List.of()
        : command.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
  }

  private void carryOut(CauseAssert cause) {
    JsonObject remedy = first(cause);
    List<String> command = command(remedy);
    String id = word(remedy);
    if (id.equals("use-reuseaddr")) {
      reuseAddress = true;
    } else if (id.equals("run-as-root") && !command.isEmpty()) {
      askAgainAsRoot();
    } else if (id.equals("use-other-port") && command.isEmpty()) {
      bindAboveTheLimit(remedy.get("effect").getAsString());
    } else if (id.equals("wait")) {
      await(remedy.get("effect").getAsString());
    } else {
      assertThat(command).as("command of %s in %s", id, diagnosis.output()).isNotEmpty();
      run(command);
    }
  }

  /** What an ordinary user cannot see, root can; and root's first remedy gives the port back. */
  private void askAgainAsRoot() {
    of(question.byRoot().ask());
  }

  private void bindAboveTheLimit(String effect) {
    Matcher limit = PORT_LIMIT.matcher(effect);
    assertThat(limit.find()).as("a port in: %s", effect).isTrue();
    JsonObject other = diagnosis.target().deepCopy();
    other.addProperty("port", Integer.parseInt(limit.group(1)));
    assertThat(question.oracle().verdictOn(other)).as("%s", other).isEqualTo(VerdictAssert.FREE);
    proved = true;
  }

  private void await(String effect) {
    Matcher left = SECONDS_LEFT.matcher(effect);
    assertThat(left.find()).as("seconds in: %s", effect).isTrue();
    if (Integer.parseInt(left.group(1)) > SHORT_WAIT_SECONDS && !question.isOfExecutable()) {
      proved = true;
    } else {
      Output output = question.plainly().run("wait", "--timeout", COMMAND_SECONDS + "s");
      assertThat(output.exitCode()).as("exit of %s", output).isZero();
    }
  }

  private void run(List<String> command) {
    List<String> whole = new ArrayList<>(question.lab().enter());
    whole.add("--");
    if (command.getFirst().equals("inuse")) {
      // Nobody is there to be asked.
      whole.addAll(question.program());
      whole.add(command.get(1));
      whole.add("--yes");
      whole.addAll(command.subList(2, command.size()));
    } else {
      whole.addAll(command);
    }
    try {
      Process process =
          new ProcessBuilder(whole)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(COMMAND_SECONDS, SECONDS)) {
        process.destroyForcibly().waitFor();
        fail("%s did not end within %d s", command, COMMAND_SECONDS);
      }
      assertThat(process.exitValue())
          .as("exit of %s advised by %s", command, diagnosis.output())
          .isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertBound() {
    VerdictAssert wanted = reuseAddress ? VerdictAssert.FREE_WITH_REUSEADDR : VerdictAssert.FREE;
    long deadline = System.nanoTime() + SECONDS.toNanos(BIND_SECONDS);
    VerdictAssert verdict = question.oracle().verdictOn(diagnosis.target());
    while (verdict.compareTo(wanted) > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(MILLISECONDS.toNanos(5));
      verdict = question.oracle().verdictOn(diagnosis.target());
    }
    assertThat(verdict)
        .as("a real bind after the first remedy of %s", diagnosis.output())
        .isLessThanOrEqualTo(wanted);
  }
}
