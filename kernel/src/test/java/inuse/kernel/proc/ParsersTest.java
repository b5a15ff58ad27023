package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import inuse.kernel.fake.FakePaths;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of /proc and /etc, as real hosts have them and as hostile processes make them. */
final class ParsersTest {
  private static final String STAT =
      "812 (python3) S 700 812 700 34816 812 4194304 1 0 0 0 5 6 7 8 20 -5 3 0 12345 1 2"
          + " 18446744073709551615 94092530601984 94092530621865 140731550397696 0 0\n";

  private static final String TCP_HEADER =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
          + " inode\n";

  @Test
  void theFieldsOfStatAreThoseOfTheManualPage() {
    ProcessStat stat = ProcessStat.parse(STAT);

    assertThat(stat.pid()).isEqualTo(812);
    assertThat(stat.command()).isEqualTo("python3");
    assertThat(stat.state()).isEqualTo('S');
    assertThat(stat.parent()).isEqualTo(700);
    assertThat(stat.session()).isEqualTo(700);
    assertThat(stat.terminal()).isEqualTo(34816);
    assertThat(stat.threads()).isEqualTo(3);
    assertThat(stat.startTicks()).isEqualTo(12345);
    assertThat(stat.group()).isEqualTo(812);
    assertThat(stat.stack()).isEqualTo(140_731_550_397_696L);
    assertThat(stat.isKernelThread()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ")",
        "(",
        ") S 1 (",
        "a) R 1 2",
        "a\nb",
        "1 (x) S",
        "((",
        ") ",
        "\u0001\u001b["
      })
  void aCommandMayHoldWhatItsProcessLikes(String command) {
    ProcessStat stat = ProcessStat.parse(STAT.replace("python3", command));

    assertThat(stat.command()).isEqualTo(command);
    assertThat(stat.parent()).isEqualTo(700);
  }

  @Test
  void whereTheStackMayNotBeSeenItIsZero() {
    assertThat(ProcessStat.parse(STAT.replace("94092530601984", "1")).stack()).isPositive();
    assertThat(ProcessStat.parse(STAT.replace("140731550397696", "0")).stack()).isZero();
    assertThat(ProcessStat.parse(STAT.substring(0, STAT.indexOf(" 1844"))).stack()).isZero();
  }

  @Test
  void numbersBelowZeroInFieldsThatNobodyNeedsAreNoFault() {
    assertThat(ProcessStat.parse(STAT.replace(" 34816 812 ", " 0 -1 ")).session()).isEqualTo(700);
    assertThat(ProcessStat.parse(STAT.replace(" 34816 812 ", " -9 812 ")).terminal()).isZero();
  }

  @Test
  void aThreadOfTheKernelIsToldByItsFlag() {
    assertThat(
            ProcessStat.parse(
                    "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 20 0 0"
                        + " 18446744073709551615\n")
                .isKernelThread())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "812",
        "812 (x",
        "812 (x) ",
        "812 (x) S 1",
        "x (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        "812 (x) SS 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        "812 (x) S -1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        "812 (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 9223372036854775808 20"
      })
  void anythingElseInStatIsQuoted(String text) {
    assertThatExceptionOfType(Unparsable.class)
        .isThrownBy(() -> ProcessStat.parse(text))
        .withMessage("/proc/PID/stat: " + text.substring(0, Math.min(80, text.length())));
  }

  @Test
  void whatIsQuotedDoesNotReachTheTerminalRaw() {
    assertThatExceptionOfType(Unparsable.class)
        .isThrownBy(() -> ProcessStat.parse("\u001b[31m\u009b\n"))
        .withMessage("/proc/PID/stat: ?[31m??");
  }

  @Test
  void theEffectiveUidIsTheSecondOfFour() {
    assertThat(
            ProcessStatus.parse(
                "Name:\tUid:\t9\nTgid:\t77\nUid:\t1000\t0\t4294967295\t3\nGid:\t5\t6\t7\t8\n"))
        .isEqualTo(new ProcessStatus(77, 0, false));
  }

  @ParameterizedTest
  @CsvSource({
    "1000 1000 1000 1000, true",
    "1 0 0 0, false",
    "0 0 1 0, false",
    "0 0 0 1, false",
  })
  void aProcessIsOneUsersOnlyIfAllFourUidsAreTheSame(String uids, boolean one) {
    assertThat(ProcessStatus.parse("Uid:\t" + uids.replace(' ', '\t') + "\n").isOneUsers())
        .isEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Name:\tx\n", "Uid:\t1\t2\n", "Uid:\t1\t-2\t3\t4\n", "Uid:\t1\t\t3\t4"})
  void aStatusWithoutUidsIsQuoted(String text) {
    assertThatExceptionOfType(Unparsable.class)
        .isThrownBy(() -> ProcessStatus.parse(text))
        .withMessageStartingWith("/proc/PID/status: " + text.trim().replaceAll("[\t\n].*", ""));
  }

  @Test
  void credentialsAreTheEffectiveIdsTheGroupsAndTheEffectiveCapabilities() {
    assertThat(
            ProcessCredentials.parse(
                "Name:\tx\nUid:\t0\t33\t0\t0\nGid:\t0\t34\t0\t0\nGroups:\t4 27 \n"
                    + "CapPrm:\t00ff\nCapEff:\t000001ffffffffff\n"))
        .isEqualTo(new ProcessCredentials(33, 34, List.of(4L, 27L), 0x1ff_ffff_ffffL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Uid:", "Gid:", "Groups:", "CapEff:"})
  void credentialsWithoutAllOfThoseAreQuoted(String missing) {
    String whole = "Uid:\t1\t2\t3\t4\nGid:\t1\t2\t3\t4\nGroups:\t5 \nCapEff:\t0400\n";
    assertThat(ProcessCredentials.parse(whole).groups()).containsExactly(5L);
    assertThatExceptionOfType(Unparsable.class)
        .isThrownBy(() -> ProcessCredentials.parse(whole.replace(missing, "X:")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1\t2\t3\t4", "5 \n", "0400"})
  void numbersOfCredentialsThatAreNoneAreQuoted(String number) {
    String whole = "Uid:\t1\t2\t3\t4\nGid:\t1\t2\t3\t4\nGroups:\t5 \nCapEff:\t0400\n";
    assertThatExceptionOfType(Unparsable.class)
        .isThrownBy(() -> ProcessCredentials.parse(whole.replace(number, "x\ty\n")));
  }

  @ParameterizedTest
  @CsvSource({
    "0::/system.slice/nginx.service, /system.slice/nginx.service",
    "0::/, /",
    "12:cpu:/docker/abc|1:name=systemd:/user.slice|0::/, /user.slice",
    "12:cpu:/a|11:memory:/docker/abc|0::/, /docker/abc",
    "12:cpu:/docker/abc|1:name=systemd:/|0::/init.scope, /init.scope",
    "5:cpu:/with:colon, /with:colon",
    "1:name=systemd:/, /"
  })
  void theMostTellingControlGroupIsTaken(String lines, String path) {
    assertThat(Cgroup2.path(lines.replace('|', '\n') + "\n")).isEqualTo(path);
  }

  @Test
  void aControlGroupWithoutItsFieldsIsQuoted() {
    assertThatExceptionOfType(Unparsable.class)
        .isThrownBy(() -> Cgroup2.path("0::/a\nnonsense\n"))
        .withMessageContaining("0::/a?nonsense");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw | /sys/fs/cgroup",
        "43 24 0:30 / /sys/fs/cgroup/unified rw - cgroup2 none rw | /sys/fs/cgroup/unified"
      })
  void theMountPointOfTheControlGroupsIsFound(String line, String path) {
    String mounts =
        "24 1 0:22 / / rw - ext4 /dev/vda rw\n25 24 0:29 / /x rw - cgroup cgroup rw,cpu\n"
            + line
            + "\n";

    assertThat(Cgroup2.mountPoint(mounts)).contains(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        " - cgroup2 ",
        "1 2 3 / - cgroup2 x",
        "1 2 3 / /cgroup2 rw - tmpfs x rw"
      })
  void noMountOfControlGroupsIsNoMount(String text) {
    assertThat(Cgroup2.mountPoint(text)).isEmpty();
  }

  @Test
  void aLineOfProcNetTcpIsRead() {
    String text =
        TCP_HEADER
            + "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000"
            + "        0 7975 1 0000000000000000 100 0 0 10 0                     \n"
            + "   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0"
            + "        0 800 1 0000000000000000 100 0 0 10 0\n";

    assertThat(NetTcp.parse(text, 8080))
        .containsExactly(
            new NetTcp(
                false,
                new RawAddress(0, 0x7f000001L),
                8080,
                new RawAddress(0, 0),
                0,
                10,
                0,
                0,
                1000,
                7975));
  }

  /** Its header is indented by one space more than that of tcp, and its lines are padded. */
  @Test
  void aLineOfProcNetUdpIsRead() {
    String text =
        "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid "
            + " timeout inode ref pointer drops             \n"
            + "  977: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0  "
            + "      0 7974 2 0000000000000000 0         \n";

    assertThat(NetTcp.parse(text, 5353))
        .extracting(NetTcp::sourcePort, NetTcp::inode)
        .containsExactly(tuple(5353, 7974L));
  }

  @Test
  void aLineOfProcNetTcp6IsReadWordByWord() {
    String text =
        TCP_HEADER
            + "   0: B80D0120000000000000000001000000:0050 0000000000000000FFFF00000100007F:C350 06"
            + " 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000\n";

    assertThat(NetTcp.parse(text, 80))
        .containsExactly(
            new NetTcp(
                true,
                new RawAddress(0x20010db800000000L, 1),
                80,
                new RawAddress(0, 0xffff7f000001L),
                50_000,
                6,
                3,
                6000,
                0,
                0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 1000 0",
        "0: 0100007F1F90 00000000:0000 0A 0:0 00:0 0 1000 0 7975",
        "0: 0100007:1F90 00000000:0000 0A 0:0 00:0 0 1000 0 7975",
        "0: 0100007G:1F90 00000000:0000 0A 0:0 00:0 0 1000 0 7975",
        "0: 0100007F:11F90 00000000:0000 0A 0:0 00:0 0 1000 0 7975",
        "0: 0100007F:1F90 00000000:0000 ZZ 0:0 00:0 0 1000 0 7975",
        "0: 0100007F:1F90 00000000:0000 0A 0:0 0 0 1000 0 7975",
        "0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 -1 0 7975",
        "0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 1000 0 99999999999999999999"
      })
  void aLineThatIsNoSocketIsQuoted(String line) {
    assertThatExceptionOfType(Unparsable.class)
        .isThrownBy(() -> NetTcp.parse(TCP_HEADER + line + "\n", 8080))
        .withMessageContaining(line.substring(0, Math.min(80, line.length())));
  }

  @Test
  void aTableWithoutSocketsHasNone() {
    assertThat(NetTcp.parse("", 8080)).isEmpty();
    assertThat(NetTcp.parse(TCP_HEADER, 8080)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, root", "1000, alice", "1001, ", "10, ", "65534, nobody"})
  void usersHaveTheirFirstName(long uid, String name) {
    String passwd =
        "root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\nshort:x\n:x:10:1::/:\n"
            + "alice:x:1000:10:Alice,,,:/home/alice:/bin/sh\nnobody:x:65534:65534::/:";

    assertThat(Passwd.name(passwd, uid).orElse(null)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "http, tcp, 80",
    "www, tcp, 80",
    "domain, udp, 53",
    "http, udp, -1",
    "comment, tcp, -1",
    "80/tcp, tcp, -1",
    "big, tcp, -1",
    "zero, tcp, -1",
    "noport, tcp, -1",
    "last, tcp, 65535"
  })
  void servicesAreFoundByNameAndAlias(String name, String protocol, int port) {
    String services =
        """
        # comment 7/tcp
        http\t\t80/tcp\twww www-http # comment
        domain  53/tcp
        domain  53/udp
        #comment 9/tcp
        big 65536/tcp
        zero 0/tcp
        noport tcp
        alone
        last 65535/tcp\
        """;

    assertThat(Services.port(services, name, protocol).orElse(-1)).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, -1",
    "99999999999999999999999, -1",
    "'', -1",
    "-1, -1",
    "+1, -1",
    "' 1', -1",
    "1a, -1",
    "007, 7",
    "٣, -1"
  })
  void numbersAreDecimalAndFitOrAreNone(String text, long number) {
    assertThat(Numeral.decimal(text).orElse(-1)).isEqualTo(number);
  }

  @Test
  void namesInADirectoryAreThoseWithoutTheDots() {
    byte[] records =
        joined(entry(".", true), entry("812", true), entry("..", true), entry("net", false));

    assertThat(entries(records, records.length))
        .containsExactly(new Proc.Entry("812", 9, true), new Proc.Entry("net", 9, false));
  }

  @Test
  void aDirectoryRecordWithoutRoomForItselfEndsTheReading() {
    for (int size : new int[] {0, 1, 19, 25, 0x7fff, 0xffff}) {
      byte[] records = joined(entry("a", false), entry("b", false));
      Bytes.putShort(records, 24 + 16, size);

      assertThat(entries(records, records.length))
          .as("size %d", size)
          .containsExactly(new Proc.Entry("a", 9, false));
    }
  }

  @Test
  void aNameWithoutItsEndStopsAtTheRecords() {
    byte[] record = entry("abcd", false);
    for (int i = 19; i < record.length; i++) {
      record[i] = 'x';
    }

    assertThat(entries(record, record.length)).containsExactly(new Proc.Entry("xxxxx", 9, false));
  }

  private static byte[] entry(String name, boolean directory) {
    return FakePaths.entry(name, 9, directory);
  }

  private static byte[] joined(byte[]... records) {
    int length = 0;
    for (byte[] record : records) {
      length += record.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] record : records) {
      System.arraycopy(record, 0, all, at, record.length);
      at += record.length;
    }
    return all;
  }

  private static List<Proc.Entry> entries(byte[] bytes, int length) {
    List<Proc.Entry> entries = new ArrayList<>();
    DirectoryRecords.parse(bytes, length, entries);
    return entries;
  }

  @Test
  void randomTextIsReadOrUnparsableAndNothingElse() {
    List<Consumer<String>> parsers =
        List.of(
            ProcessStat::parse,
            ProcessStatus::parse,
            ProcessCredentials::parse,
            Cgroup2::path,
            Cgroup2::mountPoint,
            text -> NetTcp.parse(text, 80),
            text -> Passwd.name(text, 1),
            text -> Services.port(text, "http", "tcp"),
            Numeral::decimal,
            ProcessFiles::socketInode,
            ProcessFiles::namespaceInode,
            text -> entries(text.getBytes(StandardCharsets.ISO_8859_1), text.length()));
    String pieces =
        STAT
            + TCP_HEADER
            + " 0: 0100007F:0050 00000000:0000 0A 0:0 00:0 0 1000 0 7975\nUid:\t1\t2\t3\t4\n0::/a";
    Random random = new Random(20261122);
    for (int i = 0; i < 20_000; i++) {
      String text = mutated(pieces, random);
      for (Consumer<String> parser : parsers) {
        try {
          parser.accept(text);
        } catch (Unparsable expected) {
          assertThat(expected).hasMessageMatching("/proc/[^:]*: [ -~]*");
        }
      }
    }
  }

  /** A slice of real text with some bytes changed, or bytes alone. */
  private static String mutated(String pieces, Random random) {
    int from = random.nextInt(pieces.length());
    StringBuilder text =
        new StringBuilder(
            random.nextInt(4) == 0
                ? ""
                : pieces.substring(from, from + random.nextInt(pieces.length() - from)));
    for (int i = random.nextInt(12); i > 0; i--) {
      char c =
          random.nextBoolean()
              ? (char) random.nextInt(256)
              : pieces.charAt(random.nextInt(pieces.length()));
      text.insert(random.nextInt(text.length() + 1), c);
    }
    return text.toString();
  }
}
