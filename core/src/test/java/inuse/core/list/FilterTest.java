package inuse.core.list;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.InventoryBuilder.inventory;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.InventoryBuilder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rows are wanted, and their order. */
final class FilterTest {
  private static final String ID = "ab".repeat(32);

  private static final InventoryBuilder SOME =
      inventory()
          .has(
              listener().port(80).inode(1).owner(0, "root"),
              listener().port(443).inode(2).owner(0, "root"),
              listener().at("127.0.0.1").port(3000).inode(3),
              socket(SocketState.BOUND).udp().at("127.0.0.53").port(53).inode(4),
              listener().at("127.0.0.1").port(5432).inode(5))
          .heldBy(
              holder(10, "nginx").holds(3, 1).holds(4, 2).owner(0, "root").unit("nginx.service"))
          .heldBy(
              holder(30, "MainThread")
                  .executable("/usr/bin/node")
                  .arguments("node", "/home/alice/shop/server.js")
                  .holds(3, 3)
                  .startedAt(5_000)
                  .below(1)
                  .reparented(true, false))
          .working("/home/alice/shop/api", "/home/alice/shop", "main")
          .heldBy(holder(20, "systemd-resolve").holds(3, 4).startedAt(1_000).below(1))
          .heldBy(
              holder(40, "postgres")
                  .holds(3, 5)
                  .startedAt(9_000)
                  .container(
                      new Container(Container.Engine.DOCKER, ID)
                          .with(
                              new Container.Details(
                                  Optional.of("shop-db"),
                                  Optional.empty(),
                                  Optional.empty(),
                                  Optional.empty(),
                                  Optional.of("store")))))
          .unix("/run/app.sock", 9);

  private static List<String> shown(List<Row> rows) {
    return rows.stream().map(row -> row.port().map(Object::toString).orElse("unix")).toList();
  }

  private static List<String> wanted(Filter filter) {
    return shown(filter.of(Listing.of(SOME.build()).rows()));
  }

  private static List<String> wanted(Predicate<Row> property) {
    return wanted(Filter.NONE.and(property));
  }

  private static Predicate<Row> words(String ports, String... names) {
    return Filter.named(PortSet.parse(ports).orElse(PortSet.NONE), List.of(names));
  }

  @Test
  void withoutAFilterEveryRowIsWanted() {
    assertThat(wanted(Filter.NONE)).containsExactly("53", "80", "3000", "5432", "unix");
  }

  @ParameterizedTest
  @CsvSource({
    "443, 80",
    "1-100, 53 80",
    "9000, ''",
  })
  void aPortIsWantedWithItsWholeRow(String ports, String rows) {
    assertThat(String.join(" ", wanted(words(ports)))).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource({
    "nginx, 80",
    "NGINX, 80",
    "node, 3000",
    "server.js, 3000",
    "shop, 3000 5432",
    "store, 5432",
    "resolve, 53",
    "app.sock, unix",
    "nothing, ''",
  })
  void aNameIsSoughtInProgramScriptUnitContainerProjectAndSocket(String name, String rows) {
    assertThat(String.join(" ", wanted(words("", name)))).isEqualTo(rows);
  }

  @Test
  void ofSeveralWordsAnyWillDo() {
    assertThat(wanted(words("53", "node", "app"))).containsExactly("53", "3000", "unix");
  }

  @Test
  void aRowHasEveryPropertyThatWasAskedFor() {
    assertThat(wanted(Filter.of(Uid.ROOT))).containsExactly("80");
    assertThat(wanted(Row::isLeftOver)).containsExactly("3000");
    assertThat(wanted(Row::isExposed)).containsExactly("80");
    assertThat(wanted(Filter::isUdp)).containsExactly("53");
    assertThat(wanted(Filter.NONE.and(Filter.of(Uid.ROOT)).and(Row::isLeftOver))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"shop-db, true", "abab, true", "store, true", "shop, false"})
  void aContainerIsMeantByItsNameItsProjectOrTheStartOfItsId(String name, boolean found) {
    assertThat(wanted(Filter.inside(name)).contains("5432")).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({"nginx, true", "nginx.service, true", "ngin, false"})
  void aUnitIsMeantByItsNameWithOrWithoutItsKind(String name, boolean found) {
    assertThat(wanted(Filter.ofUnit(name)).contains("80")).isEqualTo(found);
  }

  @Test
  void whatOtherProcessesHaveIsNotWanted() {
    Holder node = SOME.build().holders().get(1);

    assertThat(node.pid()).isEqualTo(new Pid(30));
    assertThat(wanted(Filter.of(Set.of(node.identity())))).containsExactly("3000");
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, 53 80 3000 5432 unix",
    "PID, 80 53 3000 5432 unix",
    "NAME, unix 80 3000 5432 53",
    "SINCE, 5432 3000 53 80 unix",
  })
  void rowsAreSortedByWhatIsAskedFor(Order order, String rows) {
    List<Row> sorted = order.sorted(Listing.of(SOME.build()).rows());

    assertThat(String.join(" ", shown(sorted))).isEqualTo(rows);
    assertThat(Order.of(order.word())).contains(order);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/usr/bin/node, 'node /a/server.js --x', node, server.js",
        "/usr/bin/node, 'node --require ./r.js --watch app.mjs', node, app.mjs",
        "/usr/bin/node, 'node -e 1', node, -",
        "/usr/bin/python3.11, 'python3 -m http.server 80', python3.11, http.server",
        "/usr/bin/python3.11, 'python3 -u /srv/app.py', python3.11, app.py",
        "/usr/bin/python3.11, 'python3 -c x y', python3.11, -",
        "/usr/lib/jvm/bin/java, 'java -Xmx1g -jar /srv/app.jar', java, app.jar",
        "/usr/lib/jvm/bin/java, 'java -cp a:b org.example.Main x', java, Main",
        "/usr/bin/ruby3.1, 'ruby bin/rails s', ruby3.1, rails",
        "/usr/local/bin/deno, 'deno run main.ts', deno, main.ts",
        "/usr/sbin/nginx, 'nginx -g daemon', nginx, -",
        "/usr/bin/node (deleted), 'node a.js', node, a.js",
      })
  void aProgramIsItsExecutableAndWhatThatInterprets(
      String executable, String line, String name, String script) {
    Program program =
        Program.of(
            holder(1, "MainThread").executable(executable).arguments(line.split(" ", -1)).build());

    assertThat(program.name().bytes()).isEqualTo(name);
    assertThat(program.script().map(one -> one.bytes())).isEqualTo(Optional.ofNullable(script));
  }
}
