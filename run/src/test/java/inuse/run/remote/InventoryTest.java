package inuse.run.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts by name, group and pattern. */
final class InventoryTest {
  private static final String INI =
      """
      alone
      ; a comment
      [web]
      web-[08:10]   ansible_user=deploy  # three
      edge ansible_host=10.0.0.7 ansible_port=2222

      [db]
      db-1
      edge
      [all_of_them:children]
      web
      db
      loop
      [loop:children]
      all_of_them
      [web:vars]
      ansible_user=nobody
      """;

  private static final String SSH =
      """
      Host bastion *.internal !x
        HostName 10.0.0.1
      host=build
      Match user root
      """;

  private static Inventory inventory() {
    Inventory inventory = new Inventory();
    inventory.addIni(INI.lines().toList());
    inventory.addConfiguration(SSH.lines().toList());
    return inventory;
  }

  private static String names(String... words) {
    return String.join(" ", inventory().of(List.of(words)).stream().map(RemoteHost::name).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "web, web-08 web-09 web-10 edge",
    "db, db-1 edge",
    "all_of_them, web-08 web-09 web-10 edge db-1",
    "all, alone web-08 web-09 web-10 edge db-1 bastion build",
    "web-*, web-08 web-09 web-10",
    "web-?8, web-08",
    "b*, bastion build",
    "x*, ''",
    "elsewhere, elsewhere",
    "bob@elsewhere, bob@elsewhere"
  })
  void aWordMeansItsHosts(String word, String names) {
    assertThat(names(word)).isEqualTo(names);
  }

  @Test
  void eachHostIsAskedOnceInTheOrderOfTheWords() {
    assertThat(names("edge", "web", "db-1", "edge")).isEqualTo("edge web-08 web-09 web-10 db-1");
  }

  @Test
  void whatAnInventorySaysOfAHostIsForSsh() {
    List<RemoteHost> hosts = inventory().of(List.of("edge", "web-08"));

    assertThat(hosts.get(0).words()).containsExactly("-p", "2222", "--", "10.0.0.7");
    assertThat(hosts.get(1))
        .isEqualTo(
            new RemoteHost("web-08", Optional.empty(), Optional.empty(), Optional.of("deploy")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-oProxyCommand=x", "a b", "a;b", "$(id)", "a\nb", "a/b"})
  void whatSshWouldTakeForAnythingElseIsNotAHost(String name) {
    assertThat(Inventory.isHost(name)).isFalse();
  }
}
