package inuse.java;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Why a port is in use, and how to get it back: asks the {@code inuse} executable.
 *
 * <p>It is looked for in this order: the system property {@code inuse.executable}, the environment
 * variable {@code INUSE} (both name a file), the directories of {@code PATH}, and inside the jar,
 * for Linux on x86-64 and AArch64. The one inside is unpacked once for each user and version, into
 * a directory that no other user can change, and checked before each use.
 *
 * <p>A target is what {@code inuse} takes on its command line: {@code 8080}, {@code udp/53}, {@code
 * 127.0.0.1:8080}, {@code [::1]:8080}, {@code /run/app.sock}.
 *
 * <p>Each call starts one process and waits for it; when the time is over, or the calling thread is
 * interrupted, the process is ended. No thread and no process is left behind. All methods may be
 * called from any thread.
 */
public final class Inuse {
  /** How long {@link #ask(String)} and {@link #explain(Throwable)} wait for an answer. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private Inuse() {}

  /**
   * What holds an address, and whether it can be bound; waits at most {@link #PATIENCE}.
   *
   * @param target one address; where it stands for several, as a range does, the answer is about
   *     the first that is not free, or about the first
   * @throws InuseException if there is no answer
   */
  public static Diagnosis ask(String target) throws InuseException {
    return ask(target, PATIENCE);
  }

  /**
   * The same within that time.
   *
   * @throws InuseException if there is no answer
   */
  public static Diagnosis ask(String target, Duration patience) throws InuseException {
    return ExecutableQuestions.open().ask(target, patience);
  }

  /**
   * Which bind a failure is about, and what holds that address. Looks through the causes and the
   * suppressed exceptions for a refused bind, and in their messages for the address: those of the
   * JDK, Spring Boot, Tomcat, Jetty, Netty, Undertow, Vert.x, gRPC, Kafka and Docker are known.
   * Some of these name no port; then the explanation says so.
   *
   * <p>Throws nothing: what keeps it from an answer is in the explanation. Waits at most {@link
   * #PATIENCE}, and only where a refused bind was found.
   */
  public static Explanation explain(Throwable failure) {
    return explain(failure, Optional.empty());
  }

  /**
   * The same for a caller that knows which address the program was about to bind.
   *
   * @param usual the address to ask about where the failure is a refused bind and names none
   */
  public static Explanation explain(Throwable failure, String usual) {
    return explain(failure, Optional.of(usual));
  }

  private static Explanation explain(Throwable failure, Optional<String> usual) {
    Optional<RefusedBindSearch.Found> found = RefusedBindSearch.in(failure);
    if (found.isEmpty()) {
      return new Explanation(
          Explanation.Kind.NOT_A_REFUSED_BIND,
          Optional.empty(),
          Optional.empty(),
          "nothing in the failure says that a bind was refused");
    }
    Optional<String> target = found.get().target().or(() -> usual);
    if (target.isEmpty()) {
      return new Explanation(
          Explanation.Kind.NO_PORT,
          target,
          Optional.empty(),
          "a bind was refused, and there is no port in the message: " + found.get().words());
    }
    try {
      Diagnosis diagnosis = ask(target.get());
      return new Explanation(
          Explanation.Kind.EXPLAINED, target, Optional.of(diagnosis), text(diagnosis));
    } catch (InuseException e) {
      return new Explanation(
          Explanation.Kind.NOT_ANSWERED,
          target,
          Optional.empty(),
          "what holds " + target.get() + " could not be found out: " + e.getMessage());
    }
  }

  private static String text(Diagnosis diagnosis) {
    String wayOut = diagnosis.wayOut();
    return wayOut.isEmpty() ? diagnosis.summary() : diagnosis.summary() + "\n" + wayOut;
  }

  /**
   * Waits until an address can be bound.
   *
   * @param timeout how long at most
   * @return whether it can be bound; false after the timeout
   * @throws InuseException if that cannot be found out
   */
  public static boolean awaitFree(String target, Duration timeout) throws InuseException {
    return ExecutableQuestions.open().awaitFree(target, timeout);
  }

  /**
   * Gives an address back: plans, asks for consent, does what was agreed to and proves it by a
   * bind. Without consent nothing is done; nor where it is not needed, since the address is free.
   * Takes at most half a minute from the consent on.
   *
   * @throws InuseException if it cannot be done or its outcome is not known
   */
  public static Freed free(String target, Consent consent) throws InuseException {
    return ExecutableQuestions.open().free(target, consent);
  }

  /**
   * The executable that is asked.
   *
   * @throws InuseException if there is none; the message has each place that was looked at, and
   *     what is wrong there
   */
  public static Path executable() throws InuseException {
    return ExecutableQuestions.open().file();
  }
}
