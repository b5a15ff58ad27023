package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What docs/languages says of systemd's own socket; see {@link LanguagesTest}. */
@Execution(ExecutionMode.SAME_THREAD)
final class SystemdSnippetTest extends Scenarios {
  @RegisterExtension static final SystemdLab SYSTEMD = new SystemdLab();

  SystemdSnippetTest() {
    super(Way.EXECUTABLE, SYSTEMD);
  }

  @Test
  void systemdBindsBesideTimeWaitAndKeepsTheSocketWhileTheServiceIsRestarted() throws IOException {
    LanguagesTest.leaveTimeWait(lab);
    String service = Files.readString(Snippet.file("systemd/site.service"));
    assertThat(service).containsOnlyOnce("/usr/local/bin/site");
    SYSTEMD.unit("site.service", service.replace("/usr/local/bin/site", "/bin/sleep infinity"));
    SYSTEMD.unit("site.socket", Files.readString(Snippet.file("systemd/site.socket")));

    SYSTEMD.start("site.socket");

    String socket = lab.listeningSocket(8080);
    SYSTEMD.start("site.service");
    long before = SYSTEMD.mainPid("site.service");
    SYSTEMD.run("systemctl", "restart", "site.service");
    assertThat(SYSTEMD.mainPid("site.service")).isNotEqualTo(before);
    assertThat(lab.listeningSocket(8080)).isEqualTo(socket);
  }
}
