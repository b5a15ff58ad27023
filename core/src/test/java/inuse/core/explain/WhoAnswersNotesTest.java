package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.Device;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.HostNames;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.text.Note;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who answers by which name, in a sentence each. */
final class WhoAnswersNotesTest {
  private static final List<String> BOTH = List.of("::1", "127.0.0.1");

  private static IpAddress address(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  /** A host whose eth0 has 10.0.0.5. */
  private static HostNames names(List<String> localhost, HostNames.Forward... forwards) {
    return new HostNames(
        Reading.known(
            List.of(at("127.0.0.1", 1), at("::1", 1), at("10.0.0.5", 2), at("fe80::1", 2))),
        localhost.stream().map(WhoAnswersNotesTest::address).toList(),
        List.of(forwards));
  }

  private static LocalAddress at(String text, int device) {
    return new LocalAddress(
        address(text), new Device(device, new Untrusted("if" + device)), LocalAddress.State.READY);
  }

  private static List<String> notes(SnapshotBuilder snapshot) {
    return Explainer.explain(snapshot.blocked().build()).notes().stream()
        .filter(note -> note.id() == Note.Id.WHO_ANSWERS)
        .map(note -> text(note.summary()))
        .toList();
  }

  private static String text(Phrase phrase) {
    StringBuilder text = new StringBuilder();
    for (Phrase.Part part : phrase.parts()) {
      text.append(
          switch (part) {
            case Phrase.Part.Ours(String ours) -> ours;
            case Phrase.Part.Theirs(Untrusted theirs) -> theirs.bytes();
            case Phrase.Part.Option option -> option.toString();
            case Phrase.Part.Line line -> line.toString();
          });
    }
    return text.toString();
  }

  /** Servers named by a letter from a on, with pids from 10 on, at one place each. */
  private static SnapshotBuilder servers(String... places) {
    SnapshotBuilder snapshot = snapshot().names(names(BOTH));
    for (int i = 0; i < places.length; i++) {
      boolean only = places[i].endsWith("/6");
      snapshot.sockets(
          listener().at(places[i].replace("/6", "")).ipv6Only(only).reusePort(true).inode(100 + i));
      snapshot.holders(holder(10 + i, Character.toString('a' + i)).holds(3, 100 + i));
    }
    return snapshot;
  }

  @Test
  void twoServersOnTheLoopbackAddressesShareLocalhostByTheOrderOfGetaddrinfo() {
    assertThat(notes(servers("::1", "127.0.0.1")))
        .containsExactly(
            "localhost (::1 first) and ::1 reach a (pid 10, alice), not b (pid 11, alice)",
            "127.0.0.1 reaches b (pid 11, alice)",
            "10.0.0.5 reaches no process");
  }

  @Test
  void ofALoopbackAddressItIsSaidWhomItAndLocalhostReach() {
    assertThat(notes(servers("::1", "127.0.0.1").address("127.0.0.1")))
        .containsExactly(
            "localhost (::1 first) and ::1 reach a (pid 10, alice), not b (pid 11, alice)",
            "127.0.0.1 reaches b (pid 11, alice)");
    assertThat(notes(servers("::1", "127.0.0.1").address("::1")))
        .containsExactly(
            "localhost (::1 first) and ::1 reach a (pid 10, alice), not b (pid 11, alice)");
  }

  @Test
  void aNameWithOneAddressIsSaidToHaveIt() {
    assertThat(notes(servers("::1", "0.0.0.0").names(names(List.of("127.0.0.1")))))
        .containsExactly(
            "localhost (127.0.0.1 in /etc/hosts), 127.0.0.1 and 10.0.0.5 reach b (pid 11, alice)",
            "::1 reaches a (pid 10, alice)");
  }

  @Test
  void theWildcardBesideAnAddressIsSaidToMissIt() {
    assertThat(notes(servers("0.0.0.0", "127.0.0.1")))
        .containsExactly(
            "localhost and 127.0.0.1 reach b (pid 11, alice), not a (pid 10, alice)",
            "::1 reaches no process",
            "10.0.0.5 reaches a (pid 10, alice)");
  }

  @Test
  void aServerThatNoNameReachesIsNamed() {
    assertThat(notes(servers("0.0.0.0", "::/6", "::")))
        .endsWith("none of these names reaches c (pid 12, alice)");
  }

  @Test
  void twoProgramsThatShareByReuseportAreSaidToTakeTurns() {
    assertThat(notes(servers("0.0.0.0", "0.0.0.0")))
        .startsWith(
            "localhost, 127.0.0.1 and 10.0.0.5 reach now one, now another of "
                + "a (pid 10, alice) and b (pid 11, alice)");
  }

  @Test
  void oneServerIsNotWorthANoteHoweverManyAddressesItHas() {
    SnapshotBuilder one =
        snapshot()
            .names(names(BOTH))
            .sockets(listener().inode(100), listener().at("::1").ipv6Only(true).inode(101))
            .holders(holder(10, "nginx").holds(3, 100).holds(4, 101));

    assertThat(notes(one)).isEmpty();
  }

  @Test
  void workersThatWereForkedAreOneServerThoughEachHasItsOwnSocketOfTheAddress() {
    assertThat(notes(workers(worker(10), worker(11)))).isEmpty();
  }

  @Test
  void whatOnlyRunsTheSameProgramIsAnotherServer() {
    assertThat(notes(workers(worker(10), worker(11).executed())))
        .contains(
            "localhost, 127.0.0.1 and 10.0.0.5 reach now one, now another of "
                + "python3 (pids 10 and 11, alice)");
    assertThat(notes(workers(worker(10), worker(11).unseenLineage()))).isNotEmpty();
  }

  @Test
  void whatOneProgramForkedForAnotherAddressIsAnotherServer() {
    SnapshotBuilder forked =
        snapshot()
            .names(names(BOTH))
            .sockets(listener().at("127.0.0.1").inode(100), listener().at("::1").inode(101))
            .holders(worker(10).holds(3, 100), worker(11).holds(3, 101));

    assertThat(notes(forked)).hasSize(3);
  }

  private static SnapshotBuilder workers(HolderBuilder one, HolderBuilder other) {
    return snapshot()
        .names(names(BOTH))
        .sockets(listener().reusePort(true).inode(100), listener().reusePort(true).inode(101))
        .holders(one.holds(3, 100), other.holds(3, 101));
  }

  private static HolderBuilder worker(int pid) {
    return holder(pid, "python3");
  }

  @Test
  void theForwardersOfOneContainerAreOneServerAndThoseOfTwoAreNot() {
    assertThat(notes(published("one", "one"))).isEmpty();
    assertThat(notes(published("one", "two"))).hasSize(2);
  }

  private static SnapshotBuilder published(String one, String other) {
    return snapshot()
        .names(names(BOTH))
        .sockets(listener().inode(100), listener().at("::").ipv6Only(true).inode(101))
        .holders(forwarder(10, one).holds(3, 100), forwarder(11, other).holds(3, 101));
  }

  private static HolderBuilder forwarder(int pid, String container) {
    Container its = new Container(Container.Engine.DOCKER, container);
    PortProxy proxy =
        new PortProxy(its.engine(), Optional.of(its), Optional.of(new Port(80)), true);
    return holder(pid, "docker-proxy").forwarder(Statement.ofRoot(proxy));
  }

  @Test
  void whatARuleSendsElsewhereIsSaidOfOtherHosts() {
    HostNames.Forward rule =
        new HostNames.Forward(address("10.0.0.5"), new Untrusted("-j DNAT --to 172.17.0.2:80"));

    assertThat(notes(servers("::1", "0.0.0.0").names(names(BOTH, rule))))
        .contains(
            "from other hosts 10.0.0.5 reaches what a rule of the packet filter names: "
                + "-j DNAT --to 172.17.0.2:80");
  }

  @Test
  void whatCouldNotBeReadIsSaidToBeUnknown() {
    SnapshotBuilder unread =
        snapshot()
            .names(names(BOTH))
            .sockets(
                listener().at("127.0.0.1").inode(100),
                listener().at("::").unknownIpv6Only().inode(101))
            .holders(holder(10, "a").holds(3, 100), holder(11, "b").holds(3, 101));

    assertThat(notes(unread)).contains("it could not be read who answers 10.0.0.5");
  }

  @Test
  void hiddenServersOfOneUserAreToldApartByTheirControlGroups() {
    SnapshotBuilder hidden =
        snapshot()
            .names(names(BOTH))
            .sockets(
                listener().owner(0, "root").cgroup("/a").inode(100),
                listener().owner(0, "root").at("::1").cgroup("/b").inode(101));

    assertThat(notes(hidden))
        .contains("127.0.0.1 and 10.0.0.5 reach an unseen process of root on 0.0.0.0:8080");
    assertThat(
            notes(
                snapshot()
                    .names(names(BOTH))
                    .sockets(
                        listener().owner(0, "root").cgroup("/a").inode(100),
                        listener().owner(0, "root").at("::1").cgroup("/a").inode(101))))
        .isEmpty();
  }

  @Test
  void aClientOfUdpTriesTheFirstAddressAlone() {
    SnapshotBuilder bound =
        snapshot()
            .udp()
            .names(names(BOTH))
            .sockets(
                socket(SocketState.BOUND).udp().at("127.0.0.1").inode(100),
                socket(SocketState.BOUND).udp().at("10.0.0.5").inode(101))
            .holders(holder(10, "a").holds(3, 100), holder(11, "b").holds(3, 101));

    assertThat(notes(bound))
        .containsExactly(
            "localhost (::1 first) and ::1 reach no process",
            "127.0.0.1 reaches a (pid 10, alice)",
            "10.0.0.5 reaches b (pid 11, alice)");
  }
}
