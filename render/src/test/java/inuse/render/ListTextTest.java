package inuse.render;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.InventoryBuilder.inventory;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.InventoryBuilder;
import inuse.core.list.Listing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list on screens of several widths, and on a pipe. */
final class ListTextTest {
  private static final Optional<String> HOME = Optional.of("/home/alice");

  private static String table(int columns) {
    return ListText.table(ListExamples.everything(), columns, HOME, false);
  }

  @Test
  void on120ColumnsThereIsRoomForAll() {
    assertThat(table(120))
        .isEqualTo(
            """
             PORT      OPEN TO   BLOCKS  WHO                   PID  USER      SINCE  CLIENTS  KEPT BY             WHERE
             here, in ~/shop (git main)
             3000      everyone  all     node server.js      22445  ann         2 d        0  left over           api (main)
             5173      local     all     node vite           31021  ann        14 m        2  tmux dev:2          web (main)
             elsewhere
             22        everyone  all     systemd                 1  root        9 d        0  ssh.socket          starts ssh.service
             80 443    everyone  all     nginx + 2            1699  root        9 d        0  nginx.service
             4789 udp  everyone  all     (kernel)                -  root          -        -  vxlan               vxlan0
             5432      local     all     postgres:17          3391  root        3 d        4  compose shop-db     its port 5432
             7001      local     plain   lab                  1710  ann         2 h        -  by bash             bound only, ~/la..
             8081      local     all     java OrdersAppli..   4711  ann        40 s        0  left over           ~/orders is gone
             9000      local     all?    TIME_WAIT x3            -  -          42 s        -  the kernel          counts down
             9100      lan eth0  all     (hidden)                ?  997           ?        0  node_exporter.se..
             ..private/app.sock  all     gunicorn              905  www-data      -        -  a daemon
             in network namespace blue
             80        inside    all     (hidden)                ?  alice         ?        0  hidden

             12 held   5 open to the network   2 left over   2 hidden   ~ lets SO_REUSEADDR in   12 clients' ports
             3 more namespaces: --all-netns   why: inuse 22   give back: inuse free 3000
             unseen: /proc/PID/fd of 2 processes (denied): run as root
            """);
  }

  @Test
  void on80ColumnsTheLeastUsefulIsLeftOut() {
    assertThat(table(80))
        .isEqualTo(
            """
             PORT      OPEN TO   WHO                        SINCE  FROM
             here, in ~/shop (git main)
             3000      everyone  node server.js 22445         2 d  left over, api (main)
             5173      local     node vite 31021             14 m  tmux dev:2, web (main)
             elsewhere
             22        everyone  systemd 1                    9 d  ssh.socket, starts ssh..
             80 443    everyone  nginx 1699 + 2               9 d  nginx.service
             4789 udp  everyone  (kernel)                       -  vxlan, vxlan0
             5432      local     postgres:17 3391             3 d  compose shop-db, its po..
             7001 ~    local     lab 1710                     2 h  bound only, ~/lab (fix-..
             8081      local     java OrdersApplica.. 4711   40 s  left over, ~/orders is ..
             9000      local     TIME_WAIT x3                42 s  the kernel, counts down
             9100      lan       (hidden)                       ?  node_exporter.service
             ..private/app.sock  gunicorn 905                   -  a daemon
             in network namespace blue
             80        inside    (hidden)                       ?  hidden

             12 held   5 open to the network   2 left over   2 hidden
             ~ lets SO_REUSEADDR in   12 clients' ports   3 more namespaces: --all-netns
             why: inuse 22   give back: inuse free 3000
             unseen: /proc/PID/fd of 2 processes (denied): run as root
            """);
  }

  @Test
  void on45ColumnsOneSeesWhatHasWhichPort() {
    assertThat(table(45))
        .isEqualTo(
            """
             PORT      OPEN TO   WHO
             here, in ~/shop (git main)
             3000      everyone  node server.js 22445
             5173      local     node vite 31021
             elsewhere
             22        everyone  systemd 1
             80 443    everyone  nginx 1699 + 2
             4789 udp  everyone  (kernel)
             5432      local     postgres:17 3391
             7001 ~    local     lab 1710
             8081      local     java OrdersApplic.. 4711
             9000      local     TIME_WAIT x3
             9100      lan       (hidden)
             ..private/app.sock  gunicorn 905
             in network namespace blue
             80        inside    (hidden)

             12 held   5 open to the network
             2 left over   2 hidden
             ~ lets SO_REUSEADDR in   12 clients' ports
             3 more namespaces: --all-netns
             why: inuse 22   give back: inuse free 3000
             unseen: /proc/PID/fd of 2 processes (denied): run as root
            """);
  }

  @Test
  void theReadmeShowsWhatIsShown() throws IOException {
    // Four columns are its indentation: no line of code on that page is wider than 80.
    String shown = ListText.table(ListExamples.ofReadme(), 76, HOME, false);
    String quoted =
        ("$ ./inuse\n" + shown)
            .lines()
            .map(line -> line.isEmpty() ? line : "    " + line)
            .collect(Collectors.joining("\n"));

    assertThat(Files.readString(Path.of("..", "README.md"))).contains("\n" + quoted + "\n\n");
  }

  static IntStream widths() {
    return IntStream.rangeClosed(40, 160);
  }

  @ParameterizedTest
  @MethodSource("widths")
  void noRowIsWiderThanTheScreenAndNoPidOrPortIsCut(int columns) {
    List<String> lines = table(columns).lines().toList();

    assertThat(lines)
        .filteredOn(line -> !line.startsWith(" unseen: "))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
    for (String number : List.of("22445", "31021", "1699", "3000", "5173", "4711")) {
      assertThat(lines)
          .anySatisfy(line -> assertThat(line).containsPattern("\\b" + number + "\\b"));
    }
    assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContainPattern("\\d\\.\\.( |$)"));
  }

  @Test
  void onAPipeARowIsALineOfFieldsWithoutATitle() {
    List<String> lines = ListText.plain(ListExamples.everything()).lines().toList();

    assertThat(lines)
        .contains(
            "80,443\ttcp\teveryone\tall\t1699\troot\t2026-11-09T11:06:40Z\t0\tnginx + 2\t"
                + "nginx.service\t-",
            "9000\ttcp\tlocal\tall?\t-\t-\t-\t-\tTIME_WAIT x3\tthe kernel\tcounts down")
        .allSatisfy(line -> assertThat(line.split("\t", -1)).hasSize(11));
  }

  @Test
  void whatIsLeftOverAndWhatTheNetworkReachesStandsOut() {
    String coloured = ListText.table(ListExamples.everything(), 120, HOME, true);

    assertThat(coloured).contains("\u001b[33mleft over").contains("\u001b[1meveryone");
    assertThat(Pattern.compile("\u001b\\[[0-9]*m").matcher(coloured).replaceAll(""))
        .isEqualTo(table(120));
  }

  @Test
  void hostileNamesAreSpelledOutAndKeepTheirColumns() {
    InventoryBuilder hostile =
        inventory()
            .has(listener().port(80).inode(1))
            .heldBy(holder(10, "a\u001b[2Jb\n80\ttcp").holds(3, 1).below(1));
    Listing listing = Listing.of(hostile.build());

    assertThat(ListText.plain(listing).lines()).hasSize(1);
    assertThat(ListText.plain(listing)).contains("a\\x1b[2Jb\\x0a80\\x09tcp");
    assertThat(ListText.table(listing, 80, HOME, false))
        .contains("a\\x1b[2Jb\\x0a80\\x09tcp   10  alice");
  }

  @Test
  void theDirectoryThatTheRowsAreNamedAfterIsNotNamedAgain() {
    InventoryBuilder project =
        inventory()
            .askedBy(0)
            .here("/home/alice/shop", "main")
            .has(listener().port(80).inode(1))
            .heldBy(holder(10, "node").holds(3, 1).below(1))
            .working("/home/alice/shop", "/home/alice/shop", "main");

    assertThat(ListText.table(Listing.of(project.build()), 80, HOME, false))
        .contains("here, in ~/shop (git main)")
        .containsPattern("node +10 +alice +- +0 +a daemon +\\(main\\)\n");
  }

  @Test
  void whereNothingIsBoundThatIsSaid() {
    assertThat(ListText.table(Listing.of(inventory().build()), 80, HOME, false))
        .isEqualTo(" nothing of that is bound here\n");
    assertThat(ListText.plain(Listing.of(inventory().build()))).isEmpty();
  }
}
