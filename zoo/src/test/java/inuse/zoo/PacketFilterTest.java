package inuse.zoo;

import static inuse.zoo.VerdictAssert.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules that nft and both kinds of iptables have made send a port's packets elsewhere. What is said
 * is read from the kernel: neither program is looked for.
 */
final class PacketFilterTest extends Scenarios {
  /** As kube-proxy makes them for a NodePort, and what else nft can do with a port. */
  private static final String NFT =
      """
      table ip k {
        map service-nodeports {
          type inet_proto . inet_service : verdict
          elements = { tcp . 30555 : goto svc, udp . 30556 : goto svc, tcp . 30557 : goto none }
        }
        set nodeport-ips {
          type ipv4_addr
          elements = { 10.55.0.2 }
        }
        chain ep1 {
          meta l4proto tcp dnat to 10.1.1.2:8080
        }
        chain ep2 {
          meta l4proto tcp dnat to 10.1.1.3:8080
        }
        chain svc {
          numgen random mod 2 vmap { 0 : goto ep1, 1 : goto ep2 }
        }
        chain none {
          accept
        }
        chain services {
          fib daddr type local ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
        }
        chain pre {
          type nat hook prerouting priority -100; policy accept;
          jump services
          dnat to tcp dport map { 31000 : 10.3.3.3, 31001 : 10.3.3.4 }
          dnat ip to tcp dport map { 31002 : 10.3.3.3 . 80 }
          ip daddr 10.55.0.99 tcp dport 18100 counter dnat to 10.88.0.5:80
          ip daddr 10.55.0.0/20 tcp dport 18101 dnat to 10.88.0.5:80
          ip daddr . tcp dport { 10.55.0.0/24 . 18150-18160 } redirect to :70
          tcp dport { 80, 18200-18210 } redirect to :90
          tcp dport 18300 redirect
          tcp dport 18400 dnat to 10.0.0.1-10.0.0.9
          tcp dport 18500 accept
          tcp dport 18500 redirect to :1
          iifname "x" tcp dport 18600 accept
          iifname "y" tcp dport 18600 redirect to :2
        }
        chain unhooked {
          tcp dport 18700 redirect to :3
        }
      }
      table inet i {
        chain pre {
          type filter hook prerouting priority -150;
          udp dport 18800 tproxy ip to 127.0.0.1:50
        }
        chain nat {
          type nat hook prerouting priority -90;
          ip6 daddr fd00::/64 tcp dport 18900 dnat ip6 to [fd00::9]:91
        }
      }
      """;

  @TempDir private Path directory;

  PacketFilterTest() {
    super(Way.EXECUTABLE);
  }

  @BeforeEach
  void rootAlone() {
    Lab.requireRoot("only root may make rules, and see them");
    lab.run("ip", "address", "add", "10.55.0.2/24", "dev", "lo");
    lab.run("ip", "address", "add", "10.55.0.99/24", "dev", "lo");
  }

  /** What is said of rules; empty where a server there would get all. */
  private String said(String target) {
    String notes = lab.ask(target).says(FREE).becauseNothing().json().get("notes").toString();
    int at = notes.indexOf("from other hosts: ");
    return at < 0
        ? ""
        : notes.substring(at + "from other hosts: ".length(), notes.indexOf('"', at));
  }

  private void says(String target, String rule) {
    assertThat(said(target)).as(target).isEqualTo(rule);
  }

  private void saysNothing(String... targets) {
    Stream.of(targets).forEach(target -> says(target, ""));
  }

  @Test
  void ofNft() throws IOException {
    lab.run(
        Lab.requireProgram("nft"),
        "--file",
        Files.writeString(directory.resolve("rules"), NFT).toString());

    says(
        "30555", "tcp dport 30555 dnat to 10.1.1.2:8080 and 1 more (chain services of table ip k)");
    says("10.55.0.2:30555", said("30555"));
    saysNothing("udp/30556", "30557", "10.55.0.99:30555");
    says("31001", "tcp dport 31001 dnat to 10.3.3.4:31001 (chain pre of table ip k)");
    says("31002", "tcp dport 31002 dnat to 10.3.3.3:80 (chain pre of table ip k)");
    says("10.55.0.99:18100", "tcp dport 18100 dnat to 10.88.0.5:80 (chain pre of table ip k)");
    says("10.55.0.2:18101", "tcp dport 18101 dnat to 10.88.0.5:80 (chain pre of table ip k)");
    says(
        "10.55.0.2:18155",
        "tcp dport 18155 redirect to :70 (chain pre of table ip k); no server is at port 70, where"
            + " it leads");
    saysNothing("10.55.0.2:18100", "127.0.0.1:18101", "10.55.0.2:18161", "127.0.0.1:18155");
    says(
        "18205",
        "tcp dport 18205 redirect to :90 (chain pre of table ip k); no server is at port 90, where"
            + " it leads");
    saysNothing("18211", "udp/18205", "18300");
    says("18400", "tcp dport 18400 dnat (chain pre of table ip k)");
    says(
        "18600",
        "tcp dport 18600 redirect to :2 (chain pre of table ip k); no server is at port 2, where it"
            + " leads");
    saysNothing("18500", "18700");
    says(
        "udp/18800",
        "udp dport 18800 tproxy to 127.0.0.1:50 (chain pre of table inet i); no server is at"
            + " 127.0.0.1:50, where it leads");
    says("18900", "tcp dport 18900 dnat to [fd00::9]:91 (chain nat of table inet i)");
    saysNothing("127.0.0.1:18900");
  }

  private void rule(String program, String table, String... words) {
    lab.run(
        Stream.concat(Stream.of(Lab.requireProgram(program), "-t", table), Stream.of(words))
            .toArray(String[]::new));
  }

  /** The chains that kube-proxy makes for a NodePort, by whichever iptables there is. */
  private void nodePort(String program, String to) {
    for (String chain : List.of("KUBE-NODEPORTS", "KUBE-SVC-A", "KUBE-SEP-A")) {
      rule(program, "nat", "-N", chain);
    }
    rule(program, "nat", words("-A PREROUTING -m comment --comment kube -j KUBE-NODEPORTS"));
    rule(
        program,
        "nat",
        words(
            "-A KUBE-NODEPORTS -p tcp -m comment --comment x -m tcp --dport 30443 -j KUBE-SVC-A"));
    rule(
        program,
        "nat",
        words("-A KUBE-SVC-A -m statistic --mode random --probability 0.5 -j KUBE-SEP-A"));
    rule(program, "nat", words("-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination " + to));
  }

  private static String[] words(String line) {
    return line.split(" ", -1);
  }

  @Test
  void ofIptablesInNfTables() {
    ofIptables("iptables-nft", "ip6tables-nft");
  }

  @Test
  void ofIptablesLegacy() {
    ofIptables("iptables-legacy", "ip6tables-legacy");
  }

  private void ofIptables(String v4, String v6) {
    nodePort(v4, "10.244.1.7:8080");
    rule(
        v4,
        "nat",
        words("-A PREROUTING -p tcp -m multiport --dports 700,710:720 -j REDIRECT --to-ports 99"));
    rule(v4, "nat", words("-A PREROUTING -d 10.55.0.99 -p udp --dport 720 -j DNAT --to 10.9.9.9"));
    rule(v4, "nat", words("-A PREROUTING -p tcp --dport 730 -j ACCEPT"));
    rule(v4, "nat", words("-A PREROUTING -p tcp --dport 730 -j REDIRECT --to-ports 99"));
    rule(
        v6, "nat", words("-A PREROUTING -p tcp --dport 721 -j DNAT --to-destination [fd00::1]:80"));
    rule(v6, "nat", words("-A PREROUTING -p tcp --dport 722 -j REDIRECT --to-ports 81"));
    rule(
        v4,
        "mangle",
        words("-A PREROUTING -p tcp --dport 723 -j TPROXY --on-port 82 --on-ip 127.0.0.1"));

    says("30443", "tcp dport 30443 dnat to 10.244.1.7:8080 (chain KUBE-NODEPORTS of table ip nat)");
    says(
        "715",
        "tcp dport 715 redirect to :99 (chain PREROUTING of table ip nat); no server is at port 99,"
            + " where it leads");
    says("udp/720", "udp dport 720 dnat to 10.9.9.9:720 (chain PREROUTING of table ip nat)");
    saysNothing("709", "udp/10.55.0.2:720", "730", "127.0.0.1:721", "udp/30443");
    says("721", "tcp dport 721 dnat to [fd00::1]:80 (chain PREROUTING of table ip6 nat)");
    says(
        "[::]:722",
        "tcp dport 722 redirect to :81 (chain PREROUTING of table ip6 nat); no server is at port"
            + " 81, where it leads");
    says(
        "723",
        "tcp dport 723 tproxy to 127.0.0.1:82 (chain PREROUTING of table ip mangle); no server is"
            + " at 127.0.0.1:82, where it leads");
  }

  /** A Service of a large cluster; and what a bound of a megabyte of text left out. */
  @Test
  void amongTenThousandRules() throws IOException {
    StringBuilder rules = new StringBuilder("*nat\n:PREROUTING ACCEPT [0:0]\n");
    for (int i = 0; i < 10_000; i++) {
      rules
          .append("-A PREROUTING -p tcp -m comment --comment \"default/service-of-a-name-")
          .append(i)
          .append("\" -m tcp --dport ")
          .append(20_000 + i)
          .append(" -j DNAT --to-destination 10.1.1.1:80\n");
    }
    Path file = Files.writeString(directory.resolve("rules"), rules.append("COMMIT\n"));
    lab.run("sh", "-c", "exec " + Lab.requireProgram("iptables-nft-restore") + " < " + file);

    says("29999", "tcp dport 29999 dnat to 10.1.1.1:80 (chain PREROUTING of table ip nat)");
    saysNothing("30000");
    assertThat(lab.ask("30000").json().get("not_looked_at").toString()).isEqualTo("[]");
  }
}
