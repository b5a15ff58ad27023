package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.NOT_LOCAL;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Addresses that are not there, and a kernel without IPv6. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class AddressTest extends Scenarios {
  AddressTest(Way way) {
    super(way);
  }

  @Test
  void anAddressOfAnotherHostIsNotLocal() {
    DiagnosisAssert diagnosis =
        lab.ask("192.0.2.1:8080").says(NOT_LOCAL).because("address-not-local").heldByNobody();
    diagnosis
        .probed("192.0.2.1", "EADDRNOTAVAIL")
        .cause("address-not-local")
        .blocks("plain", "reuseaddr", "reuseport");
  }

  @Test
  void whereIpv6IsSwitchedOffTheLoopbackOfIpv6IsNotLocal() {
    lab.sysctl("net/ipv6/conf/all/disable_ipv6", "1");

    lab.ask("[::1]:8080").says(NOT_LOCAL).because("address-not-local");
    lab.ask("8080").says(FREE).becauseNothing();
  }

  @Test
  void whereIpv6IsSwitchedOffAnIpv4ListenerBlocks() {
    lab.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
    Running server = lab.listener(8080);

    lab.ask("8080").says(BLOCKED).because("listener").heldBy(server).firstRemedyGivesItBack();
  }

  @Test
  void aFamilyThatTheKernelLacksIsAProbeThatDoesNotCount() {
    lab.question("8080")
        .withoutFamily("inet6", "EAFNOSUPPORT")
        .ask()
        .says(FREE)
        .becauseNothing()
        .probedMildly("0.0.0.0", "ok")
        .probed("::", "EAFNOSUPPORT");
  }

  @Test
  void withoutIpv6AnIpv4ListenerBlocksAllTheSame() {
    Running server = lab.listener(8080);

    lab.question("8080")
        .withoutFamily("inet6", "EAFNOSUPPORT")
        .ask()
        .says(BLOCKED)
        .because("listener")
        .heldBy(server)
        .probed("0.0.0.0", "EADDRINUSE")
        .probed("::", "EAFNOSUPPORT")
        .firstRemedyGivesItBack();
  }
}
