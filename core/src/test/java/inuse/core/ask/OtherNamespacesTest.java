package inuse.core.ask;

import static inuse.core.ask.namespaces.TwoNamespaces.HOME;
import static inuse.core.ask.namespaces.TwoNamespaces.ID;
import static inuse.core.ask.namespaces.TwoNamespaces.WEB;
import static inuse.core.ask.namespaces.TwoNamespaces.one;
import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.ProcHolders;
import inuse.core.ask.namespaces.TwoNamespaces;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Gap;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions about another network namespace, and answers that look into others. */
final class OtherNamespacesTest {
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final TwoNamespaces host = new TwoNamespaces();
  private final FakeKernel kernel = host.kernel;

  @AfterEach
  void everythingIsClosedAndWeAreBackHome() {
    host.assertClosedAndHome();
  }

  private PortSnapshot ask(Optional<Namespace> where) {
    return new Asker(Host.of(kernel), new ProcHolders(Host.of(kernel)))
        .ask(new Question<>(TARGET, Newcomer.plain(Uid.ROOT), true, where, true), snapshot -> true);
  }

  @Test
  void aQuestionIsAskedInsideAndWeComeBack() {
    host.inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    host.process(10, "nginx", WEB, 100);

    PortSnapshot snapshot = ask(Optional.of(one(host.namespaces().named("web"))));

    assertThat(snapshot.networkNamespace()).isEqualTo(Reading.known(WEB));
    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.holders()).hasSize(1);
    assertThat(snapshot.namespaceContext().asked().orElseThrow().name())
        .contains(new Untrusted("web"));
  }

  @Test
  void whoIsKeptOutReadsTheTablesOfAProcessAndPrediction() {
    kernel.user(1000).refuse("setns", "/proc/10/ns/net", Errno.EPERM);
    host.process(10, "nginx", WEB, 100);
    host.atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 5);
    kernel.file(
        "/proc/10/net/tcp",
        "  sl  local_address\n   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000"
            + " 00000000     0        0 100 1 0 100 0 0 10 0\n");

    PortSnapshot snapshot = ask(Optional.of(one(host.namespaces().ofProcess("10"))));

    assertThat(snapshot.probes()).isEmpty();
    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.sockets().getFirst().inode().orElseThrow().number()).isEqualTo(100);
    assertThat(snapshot.settings().ephemeral())
        .isEqualTo(Reading.<Range>unknown(Reading.Why.DENIED));
    assertThat(snapshot.namespaceContext().refusal()).contains("setns said EPERM");
    assertThat(snapshot.gaps())
        .contains(
            new Gap(
                Gap.Subject.NAMESPACES,
                "network namespace /proc/10/ns/net",
                Reading.Why.DENIED,
                Phrase.of("run as root: ")
                    .then(
                        InuseCommand.of(InuseCommand.Verb.ASK)
                            .in("/proc/10/ns/net")
                            .about("8080")
                            .byRoot())));
  }

  @Test
  void aFreePortIsLookedForInTheNamespacesThatHaveAFile() {
    host.inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    host.process(10, "nginx", WEB, 100);

    List<NamespaceContext.OtherNamespaceHolder> held =
        ask(Optional.empty()).namespaceContext().held();

    assertThat(held).hasSize(1);
    assertThat(held.getFirst().where().name()).contains(new Untrusted("web"));
    assertThat(held.getFirst().holders())
        .containsExactly(new Ancestor(new Pid(10), new Untrusted("nginx")));
    assertThat(held.getFirst().container().orElseThrow().id()).isEqualTo(ID);
  }

  @Test
  void aPortThatIsFreeThereIsLookedForAtHome() {
    host.atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    host.process(10, "nginx", HOME, 100);

    PortSnapshot snapshot = ask(Optional.of(one(host.namespaces().named("web"))));

    assertThat(snapshot.namespaceContext().held()).hasSize(1);
    assertThat(snapshot.namespaceContext().held().getFirst().where().own()).isTrue();
  }

  @Test
  void anOrdinaryUserAndAHeldPortCauseNoLookAround() {
    host.inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    kernel.user(1000);
    assertThat(ask(Optional.empty()).namespaceContext()).isEqualTo(NamespaceContext.NOTHING);

    kernel.user(0).binds((socket, address) -> -Errno.EADDRINUSE.code());
    assertThat(ask(Optional.empty()).namespaceContext()).isEqualTo(NamespaceContext.NOTHING);
  }

  @Test
  void whoMayNotEnterAnyNamespaceSaysNothingOfThem() {
    host.inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    kernel.refuse("setns", "/run/netns/web", Errno.EPERM);

    assertThat(ask(Optional.empty()).namespaceContext().held()).isEmpty();
  }

  @Test
  void onlySoManyNamespacesAreLookedInto() {
    StringBuilder mounts = new StringBuilder();
    for (int i = 0; i < OtherNamespaces.MAX + 3; i++) {
      mounts.append("9 8 0:4 net:[" + (500 + i) + "] /run/netns/n" + i + " rw - nsfs nsfs rw\n");
      kernel.networkNamespace("/run/netns/n" + i, 500 + i);
    }
    kernel.file("/proc/self/mountinfo", mounts.toString());

    assertThat(ask(Optional.empty()).gaps())
        .containsExactly(
            new Gap(
                Gap.Subject.NAMESPACES,
                "3 more network namespaces",
                Reading.Why.TOO_MANY,
                Phrase.of(
                        InuseCommand.of(InuseCommand.Verb.ASK)
                            .with(InuseCommand.Choice.ALL_NAMESPACES)
                            .about("8080"))
                    .then(" asks in all of them")));
  }
}
