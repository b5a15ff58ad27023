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

  /** Two ends of a link, ours with this address: the other end is {@code d1}. */
  private void link(String address, String... sysctl) {
    Lab.requireRoot("only root may make a link");
    lab.run("ip", "link", "add", "d0", "type", "veth", "peer", "name", "d1");
    if (sysctl.length > 0) {
      lab.sysctl(sysctl[0], sysctl[1]);
    }
    lab.run("ip", "link", "set", "d0", "up");
    lab.run("ip", "link", "set", "d1", "up");
    lab.run("ip", "address", "add", address, "dev", "d0");
  }

  @Test
  void anAddressThatIsStillCheckedIsTentative() {
    link("2001:db8::5/64", "net/ipv6/conf/d0/dad_transmits", "1000");

    DiagnosisAssert diagnosis =
        lab.ask("[2001:db8::5]:8080").says(NOT_LOCAL).because("address-not-local").heldByNobody();

    diagnosis
        .cause("address-not-local")
        .summary("2001:db8::5 of d0 is still checked for duplicates (tentative)")
        .hasRemedy("wait");
  }

  @Test
  void anAddressThatAnotherMachineHasIsADuplicate() {
    Lab.requireRoot("only root may make a link");
    Lab far = new Lab(lab.way());
    try {
      lab.run("ip", "link", "add", "d0", "type", "veth", "peer", "name", "d1");
      lab.run("ip", "link", "set", "d1", "netns", Long.toString(far.pid()));
      far.run("ip", "link", "set", "d1", "up");
      far.run("ip", "address", "add", "2001:db8::5/64", "dev", "d1", "nodad");
      lab.run("ip", "link", "set", "d0", "up");
      lab.run("ip", "address", "add", "2001:db8::5/64", "dev", "d0");
      Running.await(
          "d0 to have failed",
          () ->
              lab.output("ip", "-6", "address", "show", "dev", "d0", "dadfailed")
                  .standardOutput()
                  .contains("2001:db8::5"));

      lab.ask("[2001:db8::5]:8080")
          .says(NOT_LOCAL)
          .because("address-not-local")
          .heldByNobody()
          .cause("address-not-local")
          .summary("another machine on the link of d0 has 2001:db8::5")
          .hasRemedy("repair-address");
    } finally {
      far.close();
    }
  }
}
