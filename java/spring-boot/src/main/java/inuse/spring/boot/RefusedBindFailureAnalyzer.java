package inuse.spring.boot;

import static java.util.concurrent.TimeUnit.SECONDS;

import inuse.java.Diagnosis;
import inuse.java.Explanation;
import inuse.java.Inuse;
import inuse.java.InuseException;
import inuse.java.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says who holds the port that an application could not have, and how to get it back, where Spring
 * Boot says that it is taken. It only looks; it never ends or changes anything.
 *
 * <p>Where nothing is found, there is what Spring Boot says without it, and why nothing was found.
 *
 * <p>{@code inuse.enabled=false} switches it off. {@code inuse.command-lines=true} adds the command
 * lines of the holders, which may have passwords in them.
 */
@Order(0) // before Spring Boot's own, which have no order
public final class RefusedBindFailureAnalyzer implements FailureAnalyzer {
  /** The property that switches it off. */
  static final String ENABLED = "inuse.enabled";

  /** The property that adds command lines. */
  static final String COMMAND_LINES = "inuse.command-lines";

  /** How long a failed start may take longer because of this. */
  private static final int MAX_SECONDS = 3;

  private final @Nullable BeanFactory beans;
  private final @Nullable Environment environment;

  /**
   * For Spring Boot.
   *
   * @param beans null where the start failed before there were any
   * @param environment null where the start failed before there was one
   */
  public RefusedBindFailureAnalyzer(
      @Nullable BeanFactory beans, @Nullable Environment environment) {
    this.beans = beans;
    this.environment = environment;
  }

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    if (!isSet(ENABLED, true) || !RefusedBind.isIn(failure)) {
      return null;
    }
    Optional<FailureAnalysis> usual = OtherAnalyzers.analyze(failure, beans, environment);
    Finding finding = inTime(failure);
    return finding
        .diagnosis()
        .map(diagnosis -> Report.of(diagnosis, usual, isSet(COMMAND_LINES, false), failure))
        .orElseGet(() -> unknown(finding.reason(), usual.orElse(null)));
  }

  /** What Spring Boot says, and a line more; without the line where that is its stack trace. */
  private static @Nullable FailureAnalysis unknown(String reason, @Nullable FailureAnalysis usual) {
    if (usual == null) {
      LogFactory.getLog(RefusedBindFailureAnalyzer.class).warn(reason);
      return null;
    }
    return new FailureAnalysis(
        usual.getDescription() + "\n" + reason, usual.getAction(), usual.getCause());
  }

  /**
   * What was found out.
   *
   * @param reason why there is no diagnosis
   */
  private record Finding(Optional<Diagnosis> diagnosis, String reason) {
    static Finding of(Diagnosis diagnosis) {
      if (diagnosis.verdict() == Verdict.FREE) {
        return new Finding(
            Optional.empty(),
            "By now "
                + diagnosis.summary()
                + ": what had it is gone, or was a server of this application.");
      }
      return diagnosis.causes().isEmpty()
          ? none(diagnosis.summary())
          : new Finding(Optional.of(diagnosis), "");
    }

    static Finding none(String reason) {
      return new Finding(Optional.empty(), "What holds it is not known: " + reason);
    }
  }

  private Finding inTime(Throwable failure) {
    FutureTask<Finding> looking = new FutureTask<>(() -> look(failure));
    Thread thread = new Thread(looking, "inuse");
    thread.setDaemon(true);
    thread.start();
    try {
      return looking.get(MAX_SECONDS, SECONDS);
    } catch (TimeoutException e) {
      return Finding.none("no answer within " + MAX_SECONDS + " s");
    } catch (ExecutionException e) {
      return Finding.none(Objects.toString(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.none("interrupted");
    } finally {
      looking.cancel(true);
    }
  }

  private Finding look(Throwable failure) {
    try {
      return ask(failure);
    } catch (InuseException e) {
      return Finding.none(Objects.toString(e.getMessage()));
    }
  }

  private Finding ask(Throwable failure) throws InuseException {
    OptionalInt port = RefusedBind.port(failure);
    if (port.isPresent()) {
      return Finding.of(Inuse.ask(target(port.getAsInt())));
    }
    Explanation named = Inuse.explain(failure);
    Optional<Finding> found = named.diagnosis().map(Finding::of);
    if (found.isPresent()) {
      return found.get();
    }
    if (named.kind() == Explanation.Kind.NO_PORT) {
      for (String configured : configured()) {
        Diagnosis diagnosis = Inuse.ask(configured);
        if (diagnosis.verdict() != Verdict.FREE && !Report.isOwn(diagnosis)) {
          return Finding.of(diagnosis);
        }
      }
    }
    return Finding.none(named.text());
  }

  /** That port, at the address that the application has for it. */
  private String target(int port) {
    for (String server : List.of("server", "management.server")) {
      String address = property(server + ".address");
      if (address != null && Integer.toString(port).equals(property(server + ".port", "8080"))) {
        return at(address, Integer.toString(port));
      }
    }
    return Integer.toString(port);
  }

  /** Where the application is told to listen. */
  private List<String> configured() {
    List<String> targets = new ArrayList<>();
    for (String server : List.of("server", "management.server")) {
      String port = property(server + ".port");
      if (port != null && port.matches("[1-9][0-9]{0,4}")) {
        String address = property(server + ".address");
        targets.add(address == null ? port : at(address, port));
      }
    }
    return targets;
  }

  private static String at(String address, String port) {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  private boolean isSet(String name, boolean usual) {
    return Boolean.parseBoolean(property(name, Boolean.toString(usual)));
  }

  private String property(String name, String usual) {
    String value = property(name);
    return value == null ? usual : value;
  }

  private @Nullable String property(String name) {
    return environment == null ? null : environment.getProperty(name);
  }
}
