package inuse.cli.commands;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.S_IFREG;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.cli.line.Arguments;
import inuse.cli.line.Option;
import inuse.cli.line.Policy;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.run.HelperCommand;
import inuse.run.handover.RefusedBind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a supervisor writes for a second inuse is what the table of options reads. */
final class HelperLineTest {
  private static final RefusedBind REFUSED =
      new RefusedBind(
          Protocol.UDP,
          new Endpoint(IpAddress.parse("::1").orElseThrow(), new Port(53)),
          true,
          true,
          true,
          Optional.of(new Untrusted("lo")),
          new Uid(1001));

  private static Arguments.Given read(HelperCommand.Task task, Policy policy) {
    HelperCommand command =
        new HelperCommand(
            task,
            policy.word(),
            REFUSED,
            Optional.of("3s"),
            Optional.of("9"),
            true,
            true,
            true,
            List.of("server", "--quiet"));
    List<String> words = command.words();
    assertThat(Arguments.parse(words.subList(1, words.size()))).isInstanceOf(Arguments.Given.class);
    return (Arguments.Given) Arguments.parse(words.subList(1, words.size()));
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void theOptionsOfOneThatAppliesThePolicyAreThoseOfTheRefusedBind(Policy policy) {
    Arguments.Given given = read(HelperCommand.Task.RESOLVE, policy);
    assertThat(given.options().keySet())
        .containsExactlyInAnyOrder(
            Option.NO_START,
            Option.ON_CONFLICT,
            Option.GRACE,
            Option.TIMEOUT,
            Option.REUSEADDR,
            Option.REUSEPORT,
            Option.V6ONLY,
            Option.QUIET,
            Option.VERBOSE,
            Option.JSON,
            Option.DEVICE,
            Option.AS,
            Option.PORT);
    assertThat(given.value(Option.ON_CONFLICT).flatMap(Policy::named)).contains(policy);
    assertThat(given.value(Option.GRACE)).contains("3s");
    assertThat(given.value(Option.TIMEOUT)).contains("9");
    assertThat(given.value(Option.DEVICE)).contains("lo");
    assertThat(given.value(Option.AS)).contains("1001");
    assertThat(given.targets()).containsExactly("udp/[::1]:53");
    assertThat(given.words()).containsExactly("server", "--quiet");
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void oneThatLendsHasTheSignalInsteadOfTheTimeout(Policy policy) {
    Arguments.Given given = read(HelperCommand.Task.LEND, policy);
    assertThat(given.has(Option.HANDOVER)).isTrue();
    assertThat(given.value(Option.SIGNAL)).contains("9");
    assertThat(given.has(Option.TIMEOUT)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --no-start -p 8080 -- true",
        "run --no-start --on-conflict take --no-reuseaddr --as 1000 --port 127.0.0.1:8080"
            + " --keep-daemons -- true",
        "run --no-start --on-conflict take --no-reuseaddr --as 1000 --port 127.0.0.1:8080 --port 81"
            + " -- true"
      })
  void aLineThatNoSupervisorWritesIsRefusedWhereItSaysThatOneDid(String line) {
    FakeHost host = new FakeHost().held();
    host.kernel.file("/proc/self/environ", "INUSE_SUPERVISOR=700\0");
    assertThat(host.run(line.split(" "))).isEqualTo(125);
    assertThat(host.kernel.signals()).isEmpty();
    assertThat(host.kernel.stderr()).startsWith("inuse: INUSE_SUPERVISOR is for what");
  }

  /** Without its rights, with others than it can assume, and with its own. */
  @ParameterizedTest
  @CsvSource({
    "'', 125",
    "INUSE_RIGHTS=1000 1000, 125",
    "'INUSE_RIGHTS=1001 1001 0 ', 125",
    "'INUSE_RIGHTS=1000 1000 0 ', 0"
  })
  void whatCannotConfineItselfToTheRightsOfTheTaskDoesNothing(String variable, int status) {
    FakeHost host = confined(new FakeHost().held().obeys(15, 10), variable);

    int exit =
        host.run(
            "run --no-start --on-conflict take --no-reuseaddr --as 1000 --port 127.0.0.1:8080 -- /bin/true"
                .split(" "));

    assertThat(exit).as(host.kernel.stderr()).isEqualTo(status);
    assertThat(host.kernel.signals().isEmpty()).isEqualTo(status != 0);
  }

  @Test
  void aBindThatIsDeniedIsExplainedThoughNobodyIsInTheWay() {
    FakeHost host = confined(new FakeHost(), "INUSE_RIGHTS=1000 1000 0 ");
    host.kernel.binds(
        (socket, address) -> socket.domain() == AF_NETLINK ? 0 : -Errno.EACCES.code());

    int exit =
        host.run(
            "run --no-start --on-conflict fail --no-reuseaddr --as 1000 --port 127.0.0.1:99 -- /bin/true"
                .split(" "));

    assertThat(exit).as(host.kernel.stderr()).isZero();
    assertThat(host.kernel.stderr()).startsWith("127.0.0.1:99 is denied to you: ");
  }

  private static FakeHost confined(FakeHost host, String variable) {
    host.kernel
        .file("/proc/self/environ", "INUSE_SUPERVISOR=4241\0" + variable + "\0")
        .file("/bin/true", "\177ELF")
        .status("/bin/true", new FileStatus(S_IFREG | 0755, 0, 7, 0, 1))
        .file(
            "/proc/4242/status",
            "Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t \n"
                + "CapEff:\t0000000000000000\n")
        .refuse("setresuid", "1001", Errno.EPERM)
        .refuse("setresgid", "1001", Errno.EPERM);
    for (String namespace : List.of("user", "pid")) {
      host.kernel
          .link("/proc/self/ns/" + namespace, namespace + ":[1]")
          .link("/proc/4242/ns/" + namespace, namespace + ":[1]");
    }
    return host;
  }
}
