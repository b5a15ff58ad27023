package inuse.core.ask.supervision;

import static inuse.core.evidence.HolderBuilder.holder;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.Planted;
import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Office;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holders that are more than the server of a port, and servers that only resemble them. */
final class OfficeLookupTest {
  private static final PortTarget PORT =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final FakeKernel kernel = new FakeKernel().user(0);
  private final Planted planted =
      new Planted(kernel).program("/usr/bin/node", 0).program("/home/alice/node", 1001);

  private Optional<Statement<Office>> of(Holder holder) {
    Host host = Host.of(kernel);
    ProcessSpeaker speakers = new ProcessSpeaker(host, new UserNames(host.proc()));
    return new OfficeLookup(speakers).of(holder, List.of(PORT), Uid.ROOT);
  }

  private static HolderBuilder roots(String command, String executable, String arguments) {
    HolderBuilder holder =
        holder(900, command).owner(0, "root").arguments(arguments.split(" \\| "));
    return executable == null ? holder : holder.executable(executable);
  }

  @ParameterizedTest
  @CsvSource({
    "PM2 v7.0.4: God, /usr/bin/node, PM2 v7.0.4: God Daemon (/root/.pm2), PM2",
    "supervisord, /usr/bin/python3, /usr/bin/python3 | /usr/bin/supervisord, SUPERVISORD",
    "python3, /usr/bin/python3, /usr/bin/python3 | /usr/bin/supervisord | -n, SUPERVISORD",
    "code, /usr/share/code/code, /usr/share/code/code | --type=utility, IDE",
    "node, /usr/bin/node, node | /root/.vscode-server/cli/server/out/server-main.js, IDE",
    "node, /usr/bin/node, node | /x/bootstrap-fork | --type=extensionHost, IDE",
    "java, /opt/idea/jbr/bin/java, java | -Didea.paths.selector=IntelliJIdea2026.1, IDE",
    "claude, /usr/bin/node, claude, AGENT",
    "ssh, /usr/bin/ssh, ssh: /root/.ssh/ctl-host [mux], SSH_MASTER",
    "ssh, /usr/bin/ssh, ssh | -fNM | -L | 8080:localhost:80 | host, SSH_MASTER",
    "ssh, /usr/bin/ssh, ssh | -o | ControlMaster=auto | host, SSH_MASTER",
    "ssh, /usr/bin/ssh, ssh | -oControlMaster=yes | host, SSH_MASTER",
    "adb, /usr/bin/adb, adb | -L | tcp:5037 | fork-server | server, ADB",
    "chrome, /opt/google/chrome/chrome, chrome | --remote-debugging-port=8080, BROWSER",
    "java, /usr/bin/java, 'java | -agentlib:jdwp=transport=dt_socket,address=*:8080', JVM",
    "java, /usr/bin/java, 'java | -agentlib:jdwp=server=y,address=8080,suspend=n', JVM",
    "java, /usr/bin/java, java | -Dcom.sun.management.jmxremote.port=8080, JVM",
    "gopls, /root/go/bin/gopls, gopls | -listen=:8080, LANGUAGE_SERVER",
    "node, /usr/bin/node, node | /usr/lib/node_modules/x/lib/tsserver.js, LANGUAGE_SERVER",
    "tmux: server, /usr/bin/tmux, tmux | new, MULTIPLEXER",
    "screen, /usr/bin/screen, SCREEN, MULTIPLEXER"
  })
  void itIsRecognised(String command, String executable, String arguments, Office office) {
    assertThat(of(roots(command, executable, arguments).build()))
        .contains(new Statement<>(office, Speaker.ROOT));
  }

  @ParameterizedTest
  @CsvSource({
    "node, /usr/bin/node, node | server.js",
    "node, /usr/bin/node, node | /srv/code/server.js",
    "fleet, /usr/bin/fleet, fleet | serve",
    "ssh, /usr/bin/ssh, ssh | -N | -L | 8080:localhost:80 | host",
    "chrome, /opt/google/chrome/chrome, chrome | --headless=new | --remote-debugging-port=8080",
    "java, /usr/bin/java, java | -agentlib:jdwp=transport=dt_socket\\,address=*:5005 | -jar |"
        + " a.jar",
    "java, /usr/bin/java, java | -Dcom.sun.management.jmxremote.port=18080",
    "python3, /usr/bin/python3, python3 | -m | http.server | 8080"
  })
  void aServerIsNone(String command, String executable, String arguments) {
    assertThat(of(roots(command, executable, arguments).build())).isEmpty();
  }

  @Test
  void anotherUsersIsItsOwnWordAndThatOfAFileOfItsOwnNobodys() {
    Holder holder = holder(900, "PM2 v7.0.4: God").owner(1001, "bob").build();
    planted.process(900, 1001, "/usr/bin/node");
    assertThat(of(holder)).contains(new Statement<>(Office.PM2, Speaker.of(new Uid(1001))));

    planted.process(900, 1001, "/home/alice/node");
    assertThat(of(holder)).contains(new Statement<>(Office.PM2, Speaker.ANYBODY));
  }
}
