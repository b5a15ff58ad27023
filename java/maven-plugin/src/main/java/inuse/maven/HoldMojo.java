package inuse.maven;

import static java.util.Objects.requireNonNull;

import inuse.java.HeldPort;
import java.util.List;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * Takes TCP ports that no other process is given until this build ends, and puts their numbers into
 * properties. A server that sets SO_REUSEADDR, as those in Java do, listens on such a port while it
 * is held; it may stop and start again as often as it likes.
 *
 * <p>Each module has ports of its own, also in a parallel build. A property that the command line
 * sets ({@code -Dhttp.port=8080}) stays as it is, and nothing is held for it. On another system
 * than Linux the ports are free when they are taken, and not held; the log has a warning then.
 */
@Mojo(name = "hold", defaultPhase = LifecyclePhase.INITIALIZE, threadSafe = true)
public final class HoldMojo extends AbstractMojo {
  /** The properties to set, one port each. */
  @Parameter(required = true)
  private List<String> ports = List.of();

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private @Nullable MavenProject project;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private @Nullable MavenSession session;

  /** For Maven. */
  public HoldMojo() {}

  @Override
  public void execute() {
    MavenSession build = requireNonNull(session, "session");
    MavenProject module = requireNonNull(project, "project");
    BuildPorts held = BuildPorts.of(build.getRequest());
    for (String property : ports) {
      String given = build.getUserProperties().getProperty(property);
      if (given != null) {
        getLog().info(property + "=" + given + " is from the command line and is not held");
        continue;
      }
      // A lifecycle that is forked comes here a second time.
      HeldPort port = held.named(module.getId() + " " + property);
      module.getProperties().setProperty(property, Integer.toString(port.port()));
      if (port.isKept()) {
        getLog().info(property + "=" + port.port() + " is held until the build ends");
      } else {
        getLog().warn(property + "=" + port.port() + " was free; only Linux lets it be held");
      }
    }
  }
}
