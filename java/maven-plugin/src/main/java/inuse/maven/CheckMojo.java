package inuse.maven;

import inuse.java.Diagnosis;
import inuse.java.Inuse;
import inuse.java.InuseException;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Fails the build, with what holds them and the way out, unless these addresses are free for a
 * server that sets SO_REUSEADDR, as those in Java do. Where that cannot be found out, such as on
 * another system than Linux, the build goes on with a warning.
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
    List<String> inUse = new ArrayList<>();
    for (String target : targets) {
      try {
        Diagnosis diagnosis = Inuse.ask(target);
        switch (diagnosis.verdict()) {
          case FREE -> getLog().debug(diagnosis.summary());
          case FREE_WITH_REUSEADDR -> getLog().info(diagnosis.summary());
          case UNKNOWN -> getLog().warn(diagnosis.summary());
          case BLOCKED, DENIED, NOT_LOCAL -> inUse.add(Answer.text(diagnosis));
        }
      } catch (InuseException e) {
        getLog().warn("Whether " + target + " is free is not known: " + e.getMessage());
      }
    }
    if (!inUse.isEmpty()) {
      throw new MojoFailureException(String.join("\n", inUse));
    }
  }
}
