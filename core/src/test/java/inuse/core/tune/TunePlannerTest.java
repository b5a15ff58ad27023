package inuse.core.tune;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSet;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of wishes: a plan that the kernel takes, with what has to be known before. */
final class TunePlannerTest {
  private static TunePlan plan(Situations here, RequestedChange... wishes) {
    return TunePlanner.plan(here.build(), List.of(wishes), Optional.empty(), "nothing");
  }

  private static TunePlan.Changes changes(Situations here, RequestedChange... wishes) {
    return (TunePlan.Changes) plan(here, wishes);
  }

  private static RequestedChange reserve(String ports) {
    return new RequestedChange.Reserve(PortSet.parse(ports).orElseThrow());
  }

  private static RequestedChange set(Setting setting, String value) {
    return new RequestedChange.Assign(setting, value);
  }

  private static String told(List<TunePlan.Write> writes) {
    return writes.stream()
        .map(one -> one.setting().shortName() + "=" + one.after())
        .collect(Collectors.joining("; "));
  }

  private static String warnings(TunePlan.Changes plan) {
    return plan.warnings().stream()
        .map(one -> one.parts().stream().map(TunePlannerTest::told).collect(Collectors.joining()))
        .collect(Collectors.joining("\n"));
  }

  private static String told(Phrase.Part part) {
    return part instanceof Phrase.Part.Option(InuseCommand.Choice choice)
        ? choice.name()
        : ((Phrase.Part.Ours) part).text();
  }

  @Test
  void reservingMergesAndNeverReplaces() {
    Situations here = new Situations().value(Setting.IP_LOCAL_RESERVED_PORTS, "80,9000-9010");
    TunePlan.Changes plan = changes(here, reserve("40000"), reserve("9011"));

    assertThat(told(plan.writes())).isEqualTo("ip_local_reserved_ports=80,9000-9011,40000");
    assertThat(plan.writes().getFirst().before()).isEqualTo("80,9000-9010\n");
  }

  @Test
  void whatIsSoAlreadyIsNotDoneAgain() {
    Situations here = new Situations().value(Setting.IP_LOCAL_RESERVED_PORTS, "40000-40010");

    assertThat(plan(here, reserve("40005"))).isInstanceOf(TunePlan.Nothing.class);
    assertThat(plan(new Situations(), set(Setting.TCP_TW_REUSE, "2")))
        .isInstanceOf(TunePlan.Nothing.class);
  }

  @Test
  void whatOnlyTheFileLacksIsWrittenThere() {
    Situations here = new Situations().value(Setting.IP_LOCAL_RESERVED_PORTS, "40000");
    TunePlan plan =
        TunePlanner.plan(
            here.build(),
            List.of(reserve("40000")),
            Optional.of(new TunePlan.FileText(Optional.empty())),
            "nothing");

    assertThat(((TunePlan.Changes) plan).file().orElseThrow().after())
        .endsWith("\nnet.ipv4.ip_local_reserved_ports = 40000\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1024|32768 60999|2000|2000 3000|ip_local_port_range ip_unprivileged_port_start",
        "2000|2000 3000|1024|1024 65535|ip_unprivileged_port_start ip_local_port_range",
        "2000|2000 3000|5000|40000 50000|ip_local_port_range ip_unprivileged_port_start",
      })
  void theKernelTakesEachStep(
      String start, String range, String newStart, String newRange, String order) {
    Situations here =
        new Situations()
            .value(Setting.IP_UNPRIVILEGED_PORT_START, start)
            .value(Setting.IP_LOCAL_PORT_RANGE, range.replace(' ', '\t'));
    TunePlan.Changes plan =
        changes(
            here,
            set(Setting.IP_LOCAL_PORT_RANGE, newRange),
            set(Setting.IP_UNPRIVILEGED_PORT_START, newStart));

    assertThat(plan.writes().stream().map(one -> one.setting().shortName()))
        .containsExactly(order.split(" ", -1));
  }

  @Test
  void whatTheKernelWouldRefuseIsSaidBefore() {
    assertThat(plan(new Situations(), set(Setting.IP_LOCAL_PORT_RANGE, "500 600")))
        .isInstanceOf(TunePlan.Wrong.class);
    assertThat(plan(new Situations(), set(Setting.IP_UNPRIVILEGED_PORT_START, "40000")))
        .isInstanceOf(TunePlan.Wrong.class);
    assertThat(
            plan(
                new Situations().without(Setting.TCP_TW_REUSE_DELAY),
                set(Setting.TCP_TW_REUSE_DELAY, "5")))
        .isEqualTo(
            new TunePlan.Wrong(
                "this kernel has no net.ipv4.tcp_tw_reuse_delay",
                Phrase.of(InuseCommand.of(InuseCommand.Verb.TUNE)).then(" shows what there is")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TCP_FIN_TIMEOUT|30|does not shorten TIME_WAIT",
        "TCP_TW_REUSE|1|does nothing for bind()",
        "TCP_TW_REUSE_DELAY|1|does nothing for bind()",
        "TCP_MAX_TW_BUCKETS|5|DANGER: beyond 5 a connection",
        "IP_LOCAL_PORT_RANGE|1024 65535|has ports of servers in it (8080)",
        "IP_LOCAL_PORT_RANGE|1024 65535|may take its port. Add RESERVED_PORTS 8080",
        "IP_LOCAL_PORT_RANGE|40000 40009|fewer ports than now: 10",
        "IP_LOCAL_RESERVED_PORTS|5000|9000-9010 will not be reserved any more. RESERVED_PORTS adds",
        "IP_UNPRIVILEGED_PORT_START|0|any user may then bind 0 to 1023",
        "IP_AUTOBIND_REUSE|1|changes nothing for a bind that names its port",
        "BINDV6ONLY|1|no IPv4 clients any more",
        "IP_NONLOCAL_BIND|1|does not help against EADDRINUSE",
        "IP_LOCAL_RESERVED_PORTS|1-65535|DANGER: no port of the range",
      })
  void whoAsksForWhatDoesNotHelpIsToldWhy(Setting setting, String value, String warning) {
    Situations here =
        new Situations().server(8080).value(Setting.IP_LOCAL_RESERVED_PORTS, "9000-9010");

    assertThat(warnings(changes(here, set(setting, value)))).contains(warning);
  }

  @Test
  void raisingTheBucketsIsNoDangerAndReservedServersAreNotSwallowed() {
    assertThat(warnings(changes(new Situations(), set(Setting.TCP_MAX_TW_BUCKETS, "262144"))))
        .isEmpty();
    assertThat(
            warnings(
                changes(
                    new Situations().server(8080),
                    set(Setting.IP_LOCAL_PORT_RANGE, "1024 65535"),
                    reserve("8080"))))
        .isEmpty();
  }

  @Test
  void portsOutsideTheRangeNeedNoReservation() {
    assertThat(warnings(changes(new Situations(), reserve("8080,40000"))))
        .isEqualTo(
            "the kernel gives ports of the range 32768-60999 alone to others: 8080 needs no"
                + " reservation");
  }

  @Test
  void aClientGetsAWiderRangeWithoutItsServersPorts() {
    Situations here = new Situations().server(11000).server(8080);
    List<RequestedChange> wishes = Role.CLIENT.wishes(here.build());

    assertThat(told(changes(here, wishes.toArray(RequestedChange[]::new)).writes()))
        .isEqualTo(
            "ip_local_reserved_ports=11000; ip_local_port_range=10240 65535; tcp_tw_reuse=1");
  }

  @Test
  void aServerGetsItsPortReservedOrNothing() {
    assertThat(Role.SERVER.wishes(new Situations().server(8080).build())).isEmpty();
    assertThat(Role.SERVER.wishes(new Situations().server(40000).build()))
        .containsExactly(reserve("40000"));
    assertThat(Arrays.stream(Role.values()).map(Role::nothing))
        .allMatch(why -> why.startsWith("no setting would help"));
  }
}
