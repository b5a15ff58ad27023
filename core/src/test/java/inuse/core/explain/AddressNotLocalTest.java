package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.AddressFacts;
import inuse.core.evidence.Device;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.LocalAddress.State;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.Written;
import inuse.core.explain.rule.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Why an address cannot be bound, and what helps. */
final class AddressNotLocalTest {
  private static final Device ETH0 = new Device(2, new Untrusted("eth0"));

  private static LocalAddress has(String address, Device device, State state) {
    return new LocalAddress(IpAddress.parse(address).orElseThrow(), device, state);
  }

  private static AddressFacts here(LocalAddress... all) {
    return new AddressFacts(Reading.known(Arrays.asList(all)), Optional.empty(), List.of());
  }

  private static AddressFacts off(String setting) {
    return new AddressFacts(Reading.known(List.of()), Optional.of(setting), List.of());
  }

  private static SnapshotBuilder asked(String address, AddressFacts facts) {
    return snapshot().address(address).addresses(facts).probes("EADDRNOTAVAIL");
  }

  private static Cause first(SnapshotBuilder seen) {
    Diagnosis diagnosis = Explainer.explain(seen.build());
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.NOT_LOCAL);
    Cause cause = diagnosis.causes().getFirst();
    assertThat(cause.id()).isEqualTo("address-not-local");
    return cause;
  }

  private static String text(Phrase phrase) {
    return phrase.parts().stream()
        .map(part ->
            switch (part) {
              case Phrase.Part.Ours(String ours) -> ours;
              case Phrase.Part.Theirs(var theirs) -> theirs.bytes();
              case Phrase.Part.Option other -> "";
              case Phrase.Part.Line(InuseCommand command) -> Written.line(command);
            })
        .collect(Collectors.joining());
  }

  private static List<String> ids(Cause cause) {
    return cause.remedies().stream().map(one -> one.id().word()).toList();
  }

  @Test
  void anAddressThatIsStillCheckedIsHereInAMoment() {
    Cause cause = first(asked("2001:db8::5", here(has("2001:db8::5", ETH0, State.TENTATIVE))));

    assertThat(text(cause.summary()))
        .isEqualTo("2001:db8::5 of eth0 is still checked for duplicates (tentative)");
    assertThat(ids(cause)).containsExactly("wait", "bind-nonlocal");
  }

  @Test
  void aDuplicateNeverComes() {
    Cause cause = first(asked("2001:db8::5", here(has("2001:db8::5", ETH0, State.DUPLICATE))));

    assertThat(text(cause.summary())).startsWith("another machine on the link of eth0 has");
    assertThat(ids(cause)).containsExactly("repair-address");
  }

  @Test
  void aLinkLocalAddressAsksForItsInterface() {
    Cause cause =
        first(
            snapshot()
                .address("fe80::1")
                .probes("EINVAL")
                .addresses(here(has("fe80::1", ETH0, State.READY))));

    assertThat(text(cause.summary())).isEqualTo("fe80::1 needs its interface (scope) with it");
    assertThat(cause.remedies()).extracting(Remedy::id).containsOnly(Remedy.Id.NAME_INTERFACE);
    assertThat(
            cause.remedies().getFirst().command().ours().flatMap(InuseCommand::target).orElse(""))
        .contains("[fe80::1%eth0]:8080");
  }

  @Test
  void aGroupOfTheLinkIsOnEveryInterfaceThatHasALink() {
    Cause cause =
        first(
            snapshot()
                .udp()
                .address("ff02::fb")
                .probes("EINVAL")
                .addresses(
                    here(
                        has("::1", new Device(1, new Untrusted("lo")), State.READY),
                        has("fe80::7", ETH0, State.READY))));

    assertThat(cause.remedies()).hasSize(1);
    assertThat(
            cause.remedies().getFirst().command().ours().flatMap(InuseCommand::target).orElse(""))
        .contains("udp/[ff02::fb%eth0]:8080");
  }

  @Test
  void anotherRefusalOfAnotherAddressIsNotAboutInterfaces() {
    Diagnosis diagnosis =
        Explainer.explain(snapshot().address("2001:db8::1").probes("EINVAL").build());

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aLinkLocalAddressOfAnotherInterfaceIsThere() {
    Cause cause =
        first(
            asked("fe80::1", here(has("fe80::1", ETH0, State.READY)))
                .zone("eth1")
                .newcomer(
                    Newcomer.plain(new Uid(1000))
                        .withDevice(new Device(3, new Untrusted("eth1")))));

    assertThat(text(cause.summary())).isEqualTo("fe80::1 is an address of eth0, not of eth1");
  }

  @Test
  void whereIpv6IsSwitchedOffTheSwitchIsNamed() {
    Cause cause = first(asked("::1", off("net.ipv6.conf.lo.disable_ipv6")));

    assertThat(text(cause.summary())).endsWith("IPv6 is switched off");
    assertThat(text(cause.why())).startsWith("net.ipv6.conf.lo.disable_ipv6 is 1");
    assertThat(ids(cause)).containsExactly("use-other-address", "enable-ipv6");
    assertThat(ids(first(asked("2001:db8::1", off("net.ipv6.conf.all.disable_ipv6")))))
        .containsExactly("enable-ipv6");
  }

  @Test
  void anAddressOfAnotherNamespaceIsFoundThere() {
    Namespace other =
        new Namespace(
            Reading.known(5L),
            Optional.of(new Untrusted("web")),
            "/run/netns/web",
            Optional.empty(),
            Optional.empty(),
            false);
    Cause cause =
        first(
            asked(
                "10.9.9.9",
                new AddressFacts(Reading.known(List.of()), Optional.empty(), List.of(other))));

    assertThat(text(cause.summary()))
        .isEqualTo("10.9.9.9 is not an address of this host, but of network namespace web");
    assertThat(ids(cause)).containsExactly("name-namespace");
  }

  @Test
  void anAddressThatIsNowhereIsComparedWithThoseThatAreHere() {
    Cause cause =
        first(
            asked(
                "10.9.9.9",
                here(has("10.0.0.1", ETH0, State.READY), has("2001:db8::5", ETH0, State.READY))));

    assertThat(text(cause.why())).contains("there are 10.0.0.1 (eth0);");
    assertThat(ids(cause)).containsExactly("use-other-address", "wait", "bind-nonlocal");
  }

  @Test
  void endingWhoeverHoldsThePortIsNoRemedyForAnAddressThatIsNotHere() {
    Diagnosis diagnosis =
        Explainer.explain(
            asked("8.8.8.8", here())
                .sockets(listener().inode(7))
                .holders(holder(10, "nginx").holds(3, 7))
                .build());

    assertThat(diagnosis.causes())
        .extracting(Cause::id)
        .containsExactly("address-not-local", "listener");
    assertThat(diagnosis.remedies(diagnosis.causes().getLast())).isEmpty();
    assertThat(diagnosis.remedies(diagnosis.causes().getFirst())).isNotEmpty();
  }

  @Test
  void whoeverIsBoundToThatVeryAddressIsEndedForAServerThatBindsItEarlyToo() {
    Diagnosis diagnosis =
        Explainer.explain(
            asked("10.0.0.100", here())
                .sockets(listener().at("10.0.0.100").inode(7))
                .holders(holder(10, "haproxy").holds(3, 7))
                .build());

    assertThat(diagnosis.remedies(diagnosis.causes().getLast()).getFirst().command().ours())
        .hasValueSatisfying(free -> assertThat(Written.line(free)).contains("NON_LOCAL"));
  }
}
