package inuse.maven;

import inuse.java.Inuse;
import inuse.java.InuseException;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** Says what holds an address, and how to get it back. It changes nothing. */
@Mojo(name = "explain", requiresProject = false, threadSafe = true)
public final class ExplainMojo extends AbstractMojo {
  /** The address, such as {@code 8080}, {@code udp/53} or {@code 127.0.0.1:8080}. */
  @Parameter(property = "inuse.target", required = true)
  private @Nullable String target;

  /** For Maven. */
  public ExplainMojo() {}

  @Override
  public void execute() throws MojoExecutionException {
    if (target == null) {
      throw new MojoExecutionException("say which address: -Dinuse.target=8080");
    }
    try {
      Answer.text(Inuse.ask(target)).lines().forEach(getLog()::info);
    } catch (InuseException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    }
  }
}
