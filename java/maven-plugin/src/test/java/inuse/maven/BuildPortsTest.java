package inuse.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.execution.AbstractExecutionListener;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.ExecutionEvent;
import org.apache.maven.execution.ExecutionListener;
import org.apache.maven.execution.MavenExecutionRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BuildPortsTest {
  private final MavenExecutionRequest request = new DefaultMavenExecutionRequest();

  /** A bind without SO_REUSEADDR, which a held port refuses. */
  private static void bindPlainly(int port) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(false);
      server.bind(new InetSocketAddress(port));
    }
  }

  private void end() {
    request.getExecutionListener().sessionEnded(null);
  }

  @Test
  void aPortIsHeldUntilTheBuildEnds() throws IOException {
    int port = BuildPorts.of(request).named("a").port();
    assertThatThrownBy(() -> bindPlainly(port)).isInstanceOf(BindException.class);

    end();

    bindPlainly(port);
  }

  @Test
  void oneNameHasOnePort() {
    int port = BuildPorts.of(request).named("a").port();

    assertThat(BuildPorts.of(request).named("a").port()).isEqualTo(port);
    assertThat(BuildPorts.of(request).named("b").port()).isNotEqualTo(port);
    end();
  }

  @Test
  void anotherBuildOfTheSameMavenHasPortsOfItsOwn() throws IOException {
    MavenExecutionRequest other = new DefaultMavenExecutionRequest();
    int port = BuildPorts.of(request).named("a").port();
    int others = BuildPorts.of(other).named("a").port();
    assertThat(port).isNotEqualTo(others);

    end();

    bindPlainly(port);
    assertThatThrownBy(() -> bindPlainly(others)).isInstanceOf(BindException.class);
    other.getExecutionListener().sessionEnded(null);
  }

  @Test
  void theListenerThatWasThereIsToldEverythingBefore() {
    List<String> told = new ArrayList<>();
    ExecutionListener listener =
        new AbstractExecutionListener() {
          @Override
          public void mojoStarted(@Nullable ExecutionEvent event) {
            told.add("mojo");
          }

          @Override
          public void sessionEnded(@Nullable ExecutionEvent event) {
            told.add("end");
          }
        };

    ExecutionListener ending = BuildPorts.endingWith(listener, () -> told.add("closed"));
    ending.mojoStarted(null);
    ending.sessionEnded(null);

    assertThat(told).containsExactly("mojo", "end", "closed");
  }

  @Test
  void whatThatListenerThrowsIsThrownAndThePortsAreGivenUp() {
    List<String> told = new ArrayList<>();
    ExecutionListener listener =
        new AbstractExecutionListener() {
          @Override
          public void sessionEnded(@Nullable ExecutionEvent event) {
            throw new IllegalStateException("planted");
          }
        };

    ExecutionListener ending = BuildPorts.endingWith(listener, () -> told.add("closed"));

    assertThatThrownBy(() -> ending.sessionEnded(null)).hasMessage("planted");
    assertThat(told).containsExactly("closed");
  }
}
