package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.CAP_NET_ADMIN;
import static inuse.kernel.abi.Constants.CAP_SYS_PTRACE;
import static inuse.kernel.abi.Constants.NLMSG_DONE;
import static inuse.kernel.abi.Constants.NLMSG_ERROR;
import static inuse.kernel.abi.Constants.NLM_F_DUMP_INTR;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Gap;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.core.io.LookingRights;
import inuse.kernel.Bytes;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.netfilter.NfTables;
import inuse.kernel.netfilter.XTables;
import inuse.kernel.netlink.Malformed;
import inuse.kernel.netlink.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rules as Linux 6.18 tells of them: what nft, both kinds of iptables and both of ip6tables had
 * made there. PacketFilterTest of the zoo makes the same for real.
 */
final class NatRulesTest {
  private static final int SUBSYSTEM = 10 << 8;
  private static final int EPERM = 1;
  private static final long ALL = 1L << CAP_NET_ADMIN | 1L << CAP_SYS_PTRACE;

  private final FakeKernel kernel =
      new FakeKernel()
          .user(0)
          .capabilities(ALL)
          .file("/proc/sys/net/netfilter/nf_conntrack_count", "0\n")
          .file("/proc/net/ip_tables_names", "mangle\nnat\n")
          .file("/proc/net/ip6_tables_names", "nat\n");

  /** The payloads that answer each request, by its type and payload. */
  private final Map<String, List<byte[]>> dumps = new HashMap<>();

  /** Of each table whether it is of IPv6, its size and its entries. */
  private final List<List<byte[]>> tables = new ArrayList<>();

  private int flags;

  @BeforeEach
  void read() throws IOException {
    try (InputStream file = requireNonNull(NatRulesTest.class.getResourceAsStream("filters.txt"))) {
      List<byte[]> current = new ArrayList<>();
      for (String line :
          new String(file.readAllBytes(), StandardCharsets.US_ASCII).lines().toList()) {
        if (line.startsWith("dump ")) {
          current = new ArrayList<>();
          dumps.put(line.substring("dump ".length()), current);
        } else if (line.startsWith("table ")) {
          current = new ArrayList<>(List.of(new byte[] {(byte) line.charAt("table ".length())}));
          tables.add(current);
        } else {
          current.add(HexFormat.of().parseHex(line));
        }
      }
    }
    kernel.dumps(this::answer);
    hand();
  }

  private void hand() {
    tables.forEach(one -> kernel.filterTable(one.get(0)[0] == '1', one.get(1), one.get(2)));
  }

  private List<Datagram> answer(byte[] request) {
    int sequence = Bytes.getInt(request, 8);
    if ((kernel.capabilities() & 1L << CAP_NET_ADMIN) == 0) {
      byte[] refusal = new byte[20];
      Bytes.putInt(refusal, 0, -EPERM);
      return List.of(Datagram.of(Message.request(NLMSG_ERROR, 0, sequence, refusal)));
    }
    List<Datagram> answer = new ArrayList<>();
    int type = Bytes.getShort(request, 4);
    String key = (type - SUBSYSTEM) + " " + HexFormat.of().formatHex(request, 16, request.length);
    for (byte[] payload : dumps.getOrDefault(key, List.of())) {
      answer.add(Datagram.of(Message.request(type - 1, flags, sequence, payload)));
    }
    answer.add(Datagram.of(Message.request(NLMSG_DONE, 2, sequence, new byte[4])));
    return answer;
  }

  private static PortTarget target(String words) {
    Protocol protocol = words.startsWith("udp/") ? Protocol.UDP : Protocol.TCP;
    String rest = words.substring(words.indexOf('/') + 1);
    int colon = rest.lastIndexOf(':');
    Optional<IpAddress> address =
        colon < 0
            ? Optional.empty()
            : IpAddress.parse(rest.substring(0, colon).replace("[", "").replace("]", ""));
    return new PortTarget(protocol, address, new Port(Integer.parseInt(rest.substring(colon + 1))));
  }

  private NatRules rules() {
    return new NatRules(Host.of(kernel));
  }

  private String rule(String target) {
    return rules().rule(target(target)).map(Untrusted::bytes).orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // nft: chains of a NodePort, by maps and sets
        "30555 | tcp dport 30555 dnat to 10.1.1.2:8080 and 1 more (chain services of table ip k)",
        "10.55.0.2:30555 | tcp dport 30555 dnat to 10.1.1.2:8080 and 1 more (chain services of"
            + " table ip k)",
        "10.55.0.99:30555 | ''",
        "udp/30556 | ''",
        "30557 | ''",
        // nft: maps and sets of addresses, ports and both
        "31001 | tcp dport 31001 dnat to 10.3.3.4:31001 (chain pre of table ip k)",
        "31002 | tcp dport 31002 dnat to 10.3.3.3:80 (chain pre of table ip k)",
        "18100 | tcp dport 18100 dnat to 10.88.0.5:80 (chain pre of table ip k)",
        "0.0.0.0:18100 | tcp dport 18100 dnat to 10.88.0.5:80 (chain pre of table ip k)",
        "[::ffff:10.55.0.99]:18100 | tcp dport 18100 dnat to 10.88.0.5:80 (chain pre of table ip"
            + " k)",
        "10.55.0.2:18100 | ''",
        "[::1]:18100 | ''",
        "10.55.15.255:18101 | tcp dport 18101 dnat to 10.88.0.5:80 (chain pre of table ip k)",
        "10.55.16.0:18101 | ''",
        "10.55.0.2:18155 | tcp dport 18155 redirect to :70 (chain pre of table ip k)",
        "10.55.1.2:18155 | ''",
        "10.55.0.2:18161 | ''",
        "80 | tcp dport 80 redirect to :90 (chain pre of table ip k)",
        "18210 | tcp dport 18210 redirect to :90 (chain pre of table ip k)",
        "18199 | ''",
        "18211 | ''",
        "18300 | ''",
        "18400 | tcp dport 18400 dnat (chain pre of table ip k)",
        "18500 | ''",
        "18600 | tcp dport 18600 redirect to :2 (chain pre of table ip k)",
        "18700 | ''",
        "udp/18800 | udp dport 18800 tproxy to 127.0.0.1:50 (chain pre of table inet i)",
        "18900 | tcp dport 18900 dnat to [fd00::9]:91 (chain nat of table inet i)",
        "[fd00::5]:18900 | tcp dport 18900 dnat to [fd00::9]:91 (chain nat of table inet i)",
        "[fd01::5]:18900 | ''",
        // iptables-nft, ip6tables-nft
        "724 | tcp dport 724 dnat to 172.17.0.9:80 (chain PREROUTING of table ip nat)",
        "727 | tcp dport 727 redirect to :90 (chain PREROUTING of table ip nat)",
        "726 | ''",
        "728 | tcp dport 728 dnat to [fd00::1]:80 (chain PREROUTING of table ip6 nat)",
        // iptables-legacy, ip6tables-legacy
        "30443 | tcp dport 30443 dnat to 10.244.1.7:8080 (chain KUBE-NODEPORTS of table ip nat)",
        "udp/30443 | ''",
        "700 | tcp dport 700 redirect to :99 (chain PREROUTING of table ip nat)",
        "720 | tcp dport 720 redirect to :99 (chain PREROUTING of table ip nat)",
        "709 | ''",
        "udp/10.55.0.99:720 | udp dport 720 dnat to 10.9.9.9:720 (chain PREROUTING of table ip"
            + " nat)",
        "udp/10.55.0.2:720 | ''",
        "721 | tcp dport 721 dnat to [fd00::1]:80 (chain PREROUTING of table ip6 nat)",
        "722 | tcp dport 722 redirect to :81 (chain PREROUTING of table ip6 nat)",
        "127.0.0.1:722 | ''",
        "723 | tcp dport 723 tproxy to 127.0.0.1:82 (chain PREROUTING of table ip mangle)",
        "730 | ''",
      })
  void aRuleIsFoundByPortProtocolAndAddress(String target, String rule) {
    assertThat(rule(target)).isEqualTo(rule);
  }

  @Test
  void theRightToSeeThemIsEffectiveOnlyMeanwhile() {
    LookingRights.keepOnly(Host.of(kernel));
    assertThat(kernel.capabilities()).isEqualTo(1L << CAP_SYS_PTRACE);

    assertThat(rule("80")).contains("redirect to :90");

    assertThat(kernel.capabilities()).isEqualTo(1L << CAP_SYS_PTRACE);
  }

  @Test
  void whoMayNotSeeThemIsToldNothing() {
    kernel.capabilities(1L << CAP_SYS_PTRACE);
    assertThat(rule("80")).isEmpty();

    kernel.user(1000).capabilities(ALL);
    int asked = kernel.requests().size();
    assertThat(rule("80")).isEmpty();
    assertThat(kernel.requests()).hasSize(asked);
  }

  @Test
  void whereNothingIsTrackedNothingIsAsked() {
    FakeKernel bare = new FakeKernel().user(0).capabilities(ALL);

    assertThat(new NatRules(Host.of(bare)).rule(target("80"))).isEmpty();
    assertThat(bare.requests()).isEmpty();
  }

  @Test
  void aModuleThatIsNotLoadedIsNotAskedFor() {
    kernel.file("/proc/modules", "iptable_nat 1 0 - Live 0x0\nnf_conntrack 9 1 iptable_nat,\n");
    assertThat(rule("80")).isEmpty();
    assertThat(rule("722")).isNotEmpty();
    assertThat(kernel.requests()).isEmpty();

    kernel.file("/proc/modules", "nft_chain_nat 1 0 - Live 0x0\nnf_conntrack 9 1 -\n");
    assertThat(rule("80")).isNotEmpty();
  }

  @Test
  void whereNoChainBeginsOneDumpIsAll() {
    dumps.clear();

    assertThat(rule("80")).isEmpty();
    assertThat(kernel.requests()).hasSize(1);
  }

  @Test
  void theyAreReadOnceForManyPorts() {
    NatRules rules = rules();
    assertThat(rules.rule(target("30555"))).isPresent();
    int asked = kernel.requests().size();

    assertThat(rules.rule(target("30556"))).isEmpty();
    assertThat(rules.rule(target("10.55.0.2:30555"))).isPresent();
    assertThat(kernel.requests()).hasSize(asked);
  }

  @Test
  void whatIsNotReadWholeIsAGap() {
    flags = NLM_F_DUMP_INTR;
    NatRules rules = rules();
    rules.rule(target("9"));

    assertThat(rules.gaps())
        .isNotEmpty()
        .allMatch(one -> one.subject() == Gap.Subject.PACKET_FILTER)
        .allMatch(one -> one.why() == Reading.Why.UNREADABLE);
  }

  @Test
  void aTableThatIsTooLargeIsAGap() {
    byte[] info = tables.getLast().get(1);
    Bytes.putInt(info, 80, LegacyTables.MAX_BYTES + 1);
    hand();
    NatRules rules = rules();

    assertThat(rules.rule(target("721"))).isEmpty();
    assertThat(rules.gaps()).hasSize(1);
  }

  /** The kernel does not; but nothing is believed that was not checked. */
  @RepeatedTest(100)
  void damagedBytesAreReadWithoutHarm(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    dumps.replaceAll((key, payloads) ->
        new ArrayList<>(payloads.stream().map(one -> damaged(random, one)).toList()));
    tables.replaceAll(one ->
        List.of(
            one.get(0),
            sized(one.get(1), damaged(random, one.get(1))),
            sized(one.get(2), damaged(random, one.get(2)))));
    hand();
    NatRules rules = rules();

    for (int port : List.of(80, 700, 721, 723, 18_155, 18_400, 30_443, 30_555, 31_002)) {
      Optional<Untrusted> rule = rules.rule(target(Integer.toString(port)));
      assertThat(rule.map(Untrusted::bytes).orElse("dport " + port)).contains("dport " + port);
    }
  }

  /** Each byte of a table in turn is another one: there is always an answer. */
  @Test
  void noByteOfATableIsTrusted() {
    for (List<byte[]> table : tables) {
      byte[] entries = table.get(2);
      for (int i = 0; i < entries.length; i++) {
        for (int value : new int[] {0, 0x21, 0xff}) {
          byte[] other = entries.clone();
          other[i] = (byte) value;
          assertThat(XTables.table(table.get(0)[0] == '1', "nat", table.get(1), other).chains())
              .hasSize(1);
        }
      }
    }
  }

  /** The same of messages, of which those are told apart that are none. */
  @Test
  void noByteOfAMessageIsTrusted() {
    int malformed = 0;
    for (byte[] rule : requireNonNull(dumps.get("7 00000000"))) {
      for (int i = 0; i < rule.length; i++) {
        for (int value : new int[] {0, 0x21, 0xff}) {
          byte[] other = rule.clone();
          other[i] = (byte) value;
          malformed += isMalformed(other, other.length) ? 1 : 0;
        }
        malformed += isMalformed(rule, i) ? 1 : 0;
      }
    }
    assertThat(malformed).isPositive();
  }

  private static boolean isMalformed(byte[] bytes, int end) {
    try {
      NfTables.rule(bytes, 0, end);
      return false;
    } catch (Malformed expected) {
      return true;
    }
  }

  /** Some bytes changed, or the end cut off. */
  private static byte[] damaged(Random random, byte[] bytes) {
    byte[] other = bytes.clone();
    for (int i = random.nextInt(4 + bytes.length / 128); i > 0; i--) {
      other[random.nextInt(other.length)] =
          (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextBoolean() ? 0 : 0xff);
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(other, random.nextInt(other.length)) : other;
  }

  /** A table's size is what getsockopt(2) says: the kernel fills all of it. */
  private static byte[] sized(byte[] whole, byte[] bytes) {
    byte[] other = Arrays.copyOf(bytes, whole.length);
    System.arraycopy(whole, 0, other, 0, Math.min(4, whole.length));
    return other;
  }
}
