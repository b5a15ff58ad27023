package inuse.run;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.run.handover.RefusedBind;
import inuse.run.handover.RefusedTarget;
import inuse.run.handover.RefusedUnixBind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HelperCommandTest {
  private static final List<String> PROGRAM = List.of("server", "--port", "8080", "--", "\377x");

  /** Each combination of what a bind can be refused for. */
  static Stream<RefusedBind> binds() {
    List<RefusedBind> binds = new ArrayList<>();
    for (String address : List.of("0.0.0.0", "127.0.0.1", "::", "::1", "::ffff:10.0.0.1")) {
      for (Protocol protocol : Protocol.values()) {
        for (int flags = 0; flags < 8; flags++) {
          for (String device : List.of("", "lo", "--quiet", "a b\377")) {
            binds.add(
                new RefusedBind(
                    protocol,
                    new Endpoint(
                        IpAddress.parse(address).orElseThrow(), new Port(1 + flags * 9_362)),
                    (flags & 1) != 0,
                    (flags & 2) != 0,
                    (flags & 4) != 0,
                    device.isEmpty() ? Optional.empty() : Optional.of(new Untrusted(device)),
                    new Uid(flags == 7 ? 0xffffffffL : flags * 1_000L)));
          }
        }
      }
    }
    return binds.stream();
  }

  private static HelperCommand about(RefusedTarget refused) {
    return new HelperCommand(
        HelperCommand.Task.RESOLVE,
        "replace",
        refused,
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        false,
        PROGRAM);
  }

  @Test
  void alsoAUnixSocketAnAddressOfALinkAndOneThatIsNotHere() {
    PortTarget linkLocal =
        new PortTarget(
            Protocol.TCP, IpAddress.parse("fe80::1"), new Port(8080), Optional.of("eth0"));
    PortTarget any = new PortTarget(Protocol.UDP, IpAddress.parse("127.0.0.1"), new Port(0));
    for (RefusedTarget refused :
        List.of(
            new RefusedUnixBind(new UnixTarget.Path(new Untrusted("/run/a b\377"))),
            new RefusedUnixBind(new UnixTarget.Abstract(new Untrusted("app"))),
            new RefusedBind(linkLocal, false, false, false, true, Optional.empty(), new Uid(1000)),
            new RefusedBind(any, false, false, false, false, Optional.empty(), new Uid(0)))) {
      assertThat(read(about(refused))).contains(about(refused));
    }
  }

  private static Optional<HelperCommand> read(HelperCommand command) {
    return HelperCommand.read(command.words().subList(1, command.words().size()));
  }

  @ParameterizedTest
  @MethodSource("binds")
  void eachRefusedBindIsReadAsItWasWritten(RefusedBind refused) {
    HelperCommand command = about(refused);
    assertThat(read(command)).contains(command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail", "wait", "replace", "take", "next"})
  void soIsEachPolicyWithItsOptionsForEachTask(String policy) {
    RefusedBind refused = binds().findFirst().orElseThrow();
    for (HelperCommand.Task task : HelperCommand.Task.values()) {
      for (int flags = 0; flags < 32; flags++) {
        HelperCommand command =
            new HelperCommand(
                task,
                policy,
                refused,
                (flags & 1) != 0 ? Optional.of("3s") : Optional.empty(),
                (flags & 2) != 0 ? Optional.of("--handover") : Optional.empty(),
                (flags & 4) != 0,
                (flags & 8) != 0,
                (flags & 16) != 0,
                PROGRAM);
        assertThat(read(command)).contains(command);
      }
    }
  }

  @Test
  void itIsALineOfInuseRun() {
    RefusedBind refused =
        new RefusedBind(
            Protocol.UDP,
            new Endpoint(IpAddress.parse("::1").orElseThrow(), new Port(53)),
            true,
            true,
            true,
            Optional.of(new Untrusted("lo")),
            new Uid(1001));
    assertThat(
            new HelperCommand(
                    HelperCommand.Task.LEND,
                    "take",
                    refused,
                    Optional.of("3s"),
                    Optional.of("INT"),
                    true,
                    true,
                    true,
                    List.of("named"))
                .words())
        .isEqualTo(
            List.of(
                ("inuse run --no-start --on-conflict take --grace 3s --handover --signal INT"
                        + " --reuseaddr --reuseport --v6only --quiet --verbose --json --device lo"
                        + " --as 1001 --port udp/[::1]:53 -- named")
                    .split(" ")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run",
        "run --no-start",
        "run --no-start --on-conflict",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1:80",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1:80 --",
        "run --no-start --on-conflict take --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 -- x",
        "run --no-start --as 0 --port 127.0.0.1:80 -- x",
        "free --no-start --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1:80 -- x",
        "run --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as root --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as -1 --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 00 --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 4294967296 --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port 80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port :80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1: -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1:-1 -- x",
        "run --no-start --on-conflict take --port unix:/run/x -- x",
        "run --no-start --on-conflict take --port run/x -- x",
        "run --no-start --on-conflict take --port @ -- x",
        "run --no-start --on-conflict take --as 0 --port /run/x -- x",
        "run --no-start --on-conflict take --freebind --port /run/x -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1:65536 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1:080 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port tcp/127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port localhost:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port ::1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port [127.0.0.1]:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port [::1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port unix:/run/x -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --port 127.0.0.1:80 --port"
            + " 127.0.0.1:81 -- x",
        "run --no-start --on-conflict take --listen 81 --as 0 --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --signal INT --as 0 --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --reuseport --reuseaddr --as 0 --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict take --no-reuseaddr --as 0 --destroy --port 127.0.0.1:80 --"
            + " x",
        "run --no-start --on-conflict take --as 0 --port 127.0.0.1:80 -- x",
        "run --no-start --on-conflict=take --no-reuseaddr --as 0 --port 127.0.0.1:80 -- x"
      })
  void anythingElseIsRefused(String line) {
    assertThat(HelperCommand.read(List.of(line.split(" ")))).isEmpty();
  }

  @Test
  void aDeviceThatIsNoBytesIsRefused() {
    assertThat(
            HelperCommand.read(
                List.of(
                    ("run --no-start --on-conflict take --no-reuseaddr --device \u20ac --as 0"
                            + " --port 127.0.0.1:80 -- x")
                        .split(" "))))
        .isEmpty();
  }
}
