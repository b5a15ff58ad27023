package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * What the experiments of docs/advice.md have in common: port 8080, and binds to it by a program
 * that has nothing to do with inuse. {@link AdviceTest} holds the table against their names.
 */
abstract class AdviceScenarios extends Scenarios {
  static final String IN_USE = "EADDRINUSE";
  static final String OK = "ok";

  /** What a process ends with that got SIGKILL. */
  static final int KILLED = 128 + 9;

  AdviceScenarios() {
    super(Way.EXECUTABLE);
  }

  AdviceScenarios(LabPlace place) {
    super(Way.EXECUTABLE, place);
  }

  /** What bind(2) of a TCP socket with these options to every IPv4 address says. */
  final String bind(String... options) {
    List<String> arguments = new ArrayList<>(List.of("tcp", "0.0.0.0", "8080"));
    arguments.addAll(List.of(options));
    return lab.tryBind(List.of(), arguments);
  }

  /** What bind(2) says of exactly these arguments of trybind. */
  final String bindOf(String... arguments) {
    return lab.tryBind(List.of(), List.of(arguments));
  }

  /** A listener on every IPv4 address, before which and after which these steps are done. */
  final Running listener(String before, String... after) {
    List<String> steps =
        new ArrayList<>(List.of("socket s tcp4", before, "bind s 0.0.0.0 8080", "listen s"));
    steps.addAll(List.of(after));
    return lab.hold(steps.toArray(String[]::new));
  }

  final Running plainListener() {
    return lab.listener(8080);
  }

  /** A server closed its connection first and is gone; the client still holds its end. */
  final void leaveFinWait() {
    listener(
        "# no option",
        "socket c tcp4",
        "connect c 127.0.0.1 8080",
        "accept a s",
        "close s",
        "close a",
        "until 8080 FIN_WAIT2");
  }

  /** What that command says where the port is, whatever it ends with. */
  final Output output(String... command) {
    return lab.question().outputOf(List.of(command));
  }

  final void sysctlNow(String name, String value) {
    Lab.requireRoot("a sysctl is set while sockets exist");
    lab.run("sh", "-c", "echo " + value + " > /proc/sys/net/ipv4/" + name);
    assertThat(output("cat", "/proc/sys/net/ipv4/" + name).firstLine()).isEqualTo(value);
  }
}
