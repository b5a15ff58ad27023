package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two servers on one port: what the notes say of each name is what a real client gets that connects
 * to it.
 */
@Execution(ExecutionMode.SAME_THREAD)
@ParameterizedClass(name = "{0}")
@EnumSource
final class WhoAnswersTest extends Scenarios {
  private static final String BOTH = "127.0.0.1 localhost\n::1 localhost\n";

  @RegisterExtension static final DockerLab DOCKER = new DockerLab();

  @TempDir Path files;

  WhoAnswersTest(Way way) {
    super(way);
  }

  /** In the lab, with another address and these lines as /etc/hosts. */
  private Lab withHosts(String lines) throws IOException {
    Lab.requireRoot("cannot exchange /etc/hosts");
    String ip = Lab.requireProgram("ip");
    lab.run(ip, "link", "add", "d0", "type", "veth", "peer", "name", "d1");
    lab.run(ip, "link", "set", "d0", "up");
    lab.run(ip, "link", "set", "d1", "up");
    lab.run(ip, "address", "add", "10.1.0.5/24", "dev", "d0");
    lab.run(ip, "address", "add", "fd00::5/64", "dev", "d0", "nodad");
    Path hosts = Files.writeString(files.resolve("hosts"), lines, UTF_8);
    List<String> enter =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount --bind \"$1\" /etc/hosts && shift && exec \"$@\"",
            "-",
            hosts.toString(),
            Programs.ENTER.toString(),
            Long.toString(lab.pid()));
    return lab.at(() -> enter);
  }

  private static Clients clients(Lab place, String... more) {
    return Clients.of(place, 3000, "10.1.0.5", "fd00::5").with(more);
  }

  @Test
  void twoProgramsOnTheLoopbackAddressesOfBothFamilies() throws IOException {
    Lab here = withHosts(BOTH);
    Running six = Clients.server(here, "::1", 3000);
    Running four = Clients.server(here, "127.0.0.1", 3000);

    Claims claims = Claims.of(here.ask("3000"));

    assertThat(claims.of("localhost")).containsExactly(six.pid());
    assertThat(claims.of("127.0.0.1")).containsExactly(four.pid());
    assertThat(claims.missing("localhost")).containsExactly(four.pid());
    clients(here).get(claims);
  }

  @Test
  void localhostIsWhatEtcHostsSays() throws IOException {
    Lab here = withHosts("127.0.0.1 localhost\n");
    Running six = Clients.server(here, "::1", 3000);
    Running four = Clients.server(here, "0.0.0.0", 3000);

    Claims claims = Claims.of(here.ask("3000"));

    assertThat(claims.of("localhost")).containsExactly(four.pid());
    assertThat(claims.of("[::1]")).containsExactly(six.pid());
    clients(here).get(claims);
  }

  @Test
  void aWildcardBesideAnAddress() throws IOException {
    Lab here = withHosts(BOTH);
    Running wide = Clients.server(here, "0.0.0.0", 3000, "reuseport");
    Running narrow = Clients.server(here, "127.0.0.1", 3000, "reuseport");

    Claims claims = Claims.of(here.ask("3000"));

    assertThat(claims.of("localhost")).containsExactly(narrow.pid());
    assertThat(claims.missing("127.0.0.1")).containsExactly(wide.pid());
    assertThat(claims.of("10.1.0.5")).containsExactly(wide.pid());
    assertThat(claims.of("[::1]")).isEmpty();
    clients(here).get(claims);
  }

  @Test
  void anIpv6WildcardOfItsOwnBesideOneOfIpv4() throws IOException {
    Lab here = withHosts(BOTH);
    Running six = Clients.server(here, "::", 3000, "v6only");
    Running four = Clients.server(here, "0.0.0.0", 3000);

    Claims claims = Claims.of(here.ask("3000"));

    assertThat(claims.of("localhost")).containsExactly(six.pid());
    assertThat(claims.of("10.1.0.5")).containsExactly(four.pid());
    assertThat(claims.of("[fd00::5]")).containsExactly(six.pid());
    clients(here).get(claims);
  }

  @Test
  void anIpv6WildcardForBothBesideOneOfIpv4GetsNoIpv4() throws IOException {
    Lab here = withHosts(BOTH);
    Running six = Clients.server(here, "::", 3000, "reuseport");
    Running four = Clients.server(here, "0.0.0.0", 3000, "reuseport");

    Claims claims = Claims.of(here.ask("3000"));

    assertThat(claims.of("127.0.0.1")).containsExactly(four.pid());
    assertThat(claims.missing("127.0.0.1")).containsExactly(six.pid());
    clients(here).get(claims);
  }

  @Test
  void twoThatShareByReuseportTakeTurns() throws IOException {
    Lab here = withHosts(BOTH);
    Running one = Clients.server(here, "0.0.0.0", 3000, "reuseport");
    Running other = Clients.server(here, "0.0.0.0", 3000, "reuseport");

    Claims claims = Claims.of(here.ask("3000"));

    assertThat(claims.of("localhost")).containsExactlyInAnyOrder(one.pid(), other.pid());
    clients(here).get(claims);
  }

  @Test
  void addressesThatOnlyTheyHave() throws IOException {
    Lab here = withHosts(BOTH);
    Running near = Clients.server(here, "127.0.0.7", 3000);
    Running far = Clients.server(here, "10.1.0.5", 3000);

    Claims claims = Claims.of(here.ask("3000"));

    assertThat(claims.of("127.0.0.7")).containsExactly(near.pid());
    assertThat(claims.of("10.1.0.5")).containsExactly(far.pid());
    assertThat(claims.of("localhost")).isEmpty();
    clients(here, "127.0.0.7").get(claims);
  }

  @Test
  void theListSaysTheSameOfEachRow() throws IOException {
    Lab here = withHosts(BOTH);
    Running six = Clients.server(here, "::1", 3000);
    Running four = Clients.server(here, "0.0.0.0", 3000, "reuseport");
    Running local = Clients.server(here, "127.0.0.1", 3000, "reuseport");
    List<String> command = new ArrayList<>(lab.way().command());
    command.addAll(List.of("list", "--json", "3000"));
    Output output = here.output(command.toArray(String[]::new));

    Claims claims =
        Claims.ofRows(JsonParser.parseString(output.standardOutput()).getAsJsonObject());

    assertThat(claims.of("localhost")).containsExactly(six.pid());
    assertThat(claims.missing("127.0.0.1")).containsExactly(four.pid());
    assertThat(claims.missing("localhost")).containsExactlyInAnyOrder(four.pid(), local.pid());
    Clients.of(here, 3000, "10.1.0.5").get(claims);
  }

  @Test
  void oneServerOnAllAddressesIsNotSpokenOf() throws IOException {
    Lab here = withHosts(BOTH);
    Clients.server(here, "::", 3000);

    here.ask("3000").notes();
  }

  @Test
  void whatARuleOfThePacketFilterSendsElsewhereOtherHostsGetFromThere() throws IOException {
    String iptables = Lab.requireProgram("iptables");
    Lab here = withHosts(BOTH);
    Clients.server(here, "::1", 3000);
    Clients.server(here, "0.0.0.0", 3000);
    Running elsewhere = Clients.server(here, "10.1.0.5", 4000);
    here.run(
        iptables,
        "-t",
        "nat",
        "-A",
        "PREROUTING",
        "-p",
        "tcp",
        "--dport",
        "3000",
        "-j",
        "DNAT",
        "--to-destination",
        "10.1.0.5:4000");

    String notes = here.ask("3000").json().get("notes").toString();

    assertThat(notes).contains("from other hosts 10.1.0.5 reaches what a rule").contains("4000");
    Lab far = new Lab(lab.way());
    try {
      lab.run("ip", "link", "set", "d1", "netns", Long.toString(far.pid()));
      far.run("ip", "link", "set", "d1", "up");
      far.run("ip", "address", "add", "10.1.0.6/24", "dev", "d1");
      assertThat(Clients.who(far, 3000, "10.1.0.5")).containsExactly("10.1.0.5 " + elsewhere.pid());
    } finally {
      far.close();
    }
  }

  @Test
  void ofARuleThatLeadsToThisHostItIsSaidWhereNoServerIs() {
    String nft = Lab.requireProgram("nft");
    lab.run(nft, "add table ip t");
    lab.run(nft, "add chain ip t pre { type nat hook prerouting priority -100; }");
    lab.run(nft, "add rule ip t pre tcp dport 8080 redirect to :9090");

    assertThat(notesOf("8080")).contains("; no server is at port 9090, where it leads");
    lab.listener(9090);
    assertThat(notesOf("8080")).contains("redirect to :9090").doesNotContain("no server");
  }

  /** Both kinds of iptables may have rules at once, each where the other does not look. */
  @Test
  void rulesOfBothKindsOfIptablesAreRead() {
    redirects("iptables-legacy", 701);
    redirects("iptables-nft", 702);

    assertThat(notesOf("701")).contains("redirect to :99");
    assertThat(notesOf("702")).contains("redirect to :99");
    assertThat(notesOf("703")).isEqualTo("[]");
  }

  private void redirects(String iptables, int port) {
    Lab.requireRoot("only root may make rules, and see them");
    lab.run(
        Lab.requireProgram(iptables),
        "-t",
        "nat",
        "-A",
        "PREROUTING",
        "-p",
        "tcp",
        "--dport",
        Integer.toString(port),
        "-j",
        "REDIRECT",
        "--to-ports",
        "99");
  }

  private String notesOf(String target) {
    return lab.ask(target).says(VerdictAssert.FREE).json().get("notes").toString();
  }

  @Test
  void aServerOfTheHostBesideAForwarderOfDocker() {
    Lab machine = lab.at(DOCKER);
    DOCKER.start("web", "--publish=127.0.0.1:3000:80", "--", "/bin/httpd", "-f", "-p", "80");
    machine.awaitState(3000, "LISTEN");
    // The machine is there for the next test too, which its TIME_WAITs would refuse otherwise.
    Running host = Clients.server(machine, "::", 3000, "v6only", "reuseaddr");
    String bridge =
        DOCKER.run("sh", "-c", "ip -o -4 address show docker0 | sed 's|.*inet \\(.*\\)/.*|\\1|'");

    Claims claims = Claims.of(machine.ask("3000"));

    assertThat(claims.of("[::1]")).containsExactly(host.awaitOwnPid());
    assertThat(claims.of("127.0.0.1")).containsExactly(DOCKER.pidsOf("docker-proxy")[0]);
    Clients.of(machine, 3000, bridge).answeredBy(DOCKER.pidsOf("docker-proxy")).get(claims);
    // What brought it into the machine does not take it along when it ends.
    DOCKER.run("kill", "-KILL", Long.toString(host.awaitOwnPid()));
  }

  @Test
  void theForwardersOfOneContainerAreOneServer() {
    Lab machine = lab.at(DOCKER);
    DOCKER.start("web", "--publish=4000:80", "--", "/bin/httpd", "-f", "-p", "80");
    machine.awaitState(4000, "LISTEN");

    machine.ask("4000").because("container-port").notes();
  }
}
