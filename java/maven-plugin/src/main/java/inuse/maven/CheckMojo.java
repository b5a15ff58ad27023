package inuse.maven;

import inuse.java.Diagnosis;
import inuse.java.Inuse;
import inuse.java.InuseException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Fails the build, with what holds them and the way out, unless these addresses are free for a
 * server that sets SO_REUSEADDR, as those in Java do. Where inuse cannot be asked, as on another
 * system than Linux, a bind tells of a port whether it is free; of other addresses the build's log
 * has a warning.
 */
@Mojo(
    name = "check",
    defaultPhase = LifecyclePhase.INITIALIZE,
    requiresProject = false,
    threadSafe = true)
public final class CheckMojo extends AbstractMojo {
  /** The addresses, such as {@code 8080}, {@code udp/53} or {@code 127.0.0.1:8080}. */
  @Parameter(property = "inuse.targets", required = true)
  private List<String> targets = List.of();

  /** For Maven. */
  public CheckMojo() {}

  @Override
  public void execute() throws MojoFailureException {
    List<String> inUse = inUse(targets, getLog());
    if (!inUse.isEmpty()) {
      throw new MojoFailureException(String.join("\n", inUse));
    }
  }

  /** What is to be said of those that are not free. */
  static List<String> inUse(List<String> targets, Log log) {
    List<String> inUse = new ArrayList<>();
    for (String target : targets) {
      try {
        Diagnosis diagnosis = Inuse.ask(target);
        switch (diagnosis.verdict()) {
          case FREE -> log.debug(diagnosis.summary());
          case FREE_WITH_REUSEADDR -> log.info(diagnosis.summary());
          case UNKNOWN -> log.warn(diagnosis.summary());
          case BLOCKED, DENIED, NOT_LOCAL -> inUse.add(Answer.text(diagnosis));
        }
      } catch (InuseException e) {
        if (isRefused(target)) {
          inUse.add(target + " is in use; what has it is not known: " + e.getMessage());
        } else {
          log.warn(target + " could not be asked about: " + e.getMessage());
        }
      }
    }
    return inUse;
  }

  /** Without the executable: whether a server in Java could not have that port. */
  private static boolean isRefused(String target) {
    if (!target.matches("[1-9][0-9]{0,4}")) {
      return false;
    }
    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(Integer.parseInt(target)));
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
