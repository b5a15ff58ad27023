package inuse.core.explain.remedy;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.SnapshotBuilder;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.text.Note;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways out that end nothing come before those that do. */
final class OtherWaysTest {
  private static SnapshotBuilder held(String program, String address) {
    return snapshot()
        .blocked()
        .sockets(listener().at(address))
        .holders(holder(10, program).holds(3, 100));
  }

  private static List<Remedy.Id> ids(SnapshotBuilder seen) {
    return remedies(seen).stream().map(Remedy::id).toList();
  }

  private static List<Remedy> remedies(SnapshotBuilder seen) {
    Diagnosis diagnosis = Explainer.explain(seen.build());
    return diagnosis.remedies(diagnosis.causes().getFirst());
  }

  @Test
  void whereOneAddressIsHeldAnotherOneIsTheFirstWay() {
    assertThat(ids(held("app", "192.168.122.1")))
        .containsExactly(Remedy.Id.USE_OTHER_ADDRESS, Remedy.Id.TERMINATE);
    assertThat(remedies(held("app", "192.168.122.1")).getFirst().effect().toString())
        .contains("only 192.168.122.1 is held");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "127.0.0.1", "::1"})
  void whereAllAreHeldOrLocalhostIsThereIsNoOther(String address) {
    assertThat(ids(held("app", address))).containsExactly(Remedy.Id.TERMINATE);
  }

  @Test
  void whoAskedForThatVeryAddressWantsNoOther() {
    assertThat(ids(held("app", "192.168.122.1").address("192.168.122.1")))
        .doesNotContain(Remedy.Id.USE_OTHER_ADDRESS);
  }

  @Test
  void whatIsHeldForAllAsWellLeavesNoOtherFree() {
    assertThat(ids(held("app", "192.168.122.1").sockets(listener().inode(100))))
        .doesNotContain(Remedy.Id.USE_OTHER_ADDRESS);
  }

  @ParameterizedTest
  @CsvSource({
    "systemd-resolved, DNSStubListener",
    "systemd-resolve, DNSStubListener",
    "rpc.statd, nfs.conf",
    "dnsmasq, bind-dynamic"
  })
  void theLineOfTheConfigurationComesBeforeTheEnd(String program, String line) {
    List<Remedy> remedies = remedies(held(program, "0.0.0.0"));

    assertThat(remedies.getFirst().id()).isEqualTo(Remedy.Id.RECONFIGURE);
    assertThat(remedies.getFirst().effect().toString()).contains(line);
    assertThat(remedies.getLast().id()).isEqualTo(Remedy.Id.TERMINATE);
  }

  @ParameterizedTest
  @CsvSource({
    "dhclient, DHCP",
    "Xorg, desktop",
    "sshd, remote access",
    "named, DNS",
    "rpcbind, NFS"
  })
  void whereTheHostWouldFeelTheEndAnotherPortComesFirst(String program, String loss) {
    List<Remedy> remedies = remedies(held(program, "0.0.0.0"));

    assertThat(remedies.getFirst().id()).isEqualTo(Remedy.Id.USE_OTHER_PORT);
    assertThat(remedies.getFirst().effect().toString()).contains(loss);
  }

  @Test
  void nothingNeedMakeWayWhereItIsFree() {
    SnapshotBuilder free =
        snapshot()
            .address("127.0.0.1")
            .port(53)
            .probes("ok")
            .sockets(listener().at("127.0.0.53").port(53))
            .holders(holder(10, "systemd-resolved").holds(3, 100));

    assertThat(Explainer.explain(free.build()).notes())
        .extracting(Note::id)
        .doesNotContain(Note.Id.WELL_KNOWN);
  }
}
