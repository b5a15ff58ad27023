package inuse.core.evidence;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The server that is to be started, as bind(2) sees it.
 *
 * @param uid of its socket: the fsuid at socket(2)
 * @param ipv6Only IPV6_V6ONLY
 * @param device SO_BINDTODEVICE
 * @param privileged whether it has CAP_NET_BIND_SERVICE over the network namespace; read only where
 *     that matters
 * @param startup its command line, where that is known
 * @param run the supervised run that it is part of
 * @param nonLocal IP_FREEBIND or IP_TRANSPARENT: the address need not be here
 * @param likeFormer whether nobody said what it sets: then it is taken to set SO_REUSEADDR where
 *     the server before it had, as far as that decides about what is left of that one's connections
 */
public record Newcomer(
    Uid uid,
    boolean reuseAddress,
    boolean reusePort,
    boolean ipv6Only,
    Optional<Device> device,
    Reading<Boolean> privileged,
    Optional<IntendedCommand> startup,
    Optional<OwnRun> run,
    boolean nonLocal,
    boolean likeFormer) {

  /**
   * A server without a device name, privileges or a command line.
   *
   * @param device index of the interface, which is named after it
   */
  public Newcomer(
      Uid uid, boolean reuseAddress, boolean reusePort, boolean ipv6Only, OptionalInt device) {
    this(
        uid,
        reuseAddress,
        reusePort,
        ipv6Only,
        device.isPresent()
            ? Optional.of(new Device(device.getAsInt(), new Untrusted("if" + device.getAsInt())))
            : Optional.empty(),
        Reading.unknown(Reading.Why.NOT_ASKED),
        Optional.empty(),
        Optional.empty(),
        false,
        false);
  }

  /** A server that sets no socket option. */
  public static Newcomer plain(Uid uid) {
    return new Newcomer(uid, false, false, false, OptionalInt.empty());
  }

  public Newcomer withReuseAddress() {
    return new Newcomer(
        uid, true, reusePort, ipv6Only, device, privileged, startup, run, nonLocal, false);
  }

  public Newcomer withoutReuseAddress() {
    return new Newcomer(
        uid, false, reusePort, ipv6Only, device, privileged, startup, run, nonLocal, false);
  }

  /** One that sets neither SO_REUSEADDR nor SO_REUSEPORT. */
  public Newcomer withoutSharing() {
    return new Newcomer(
        uid, false, false, ipv6Only, device, privileged, startup, run, nonLocal, false);
  }

  public Newcomer withReusePort() {
    return new Newcomer(
        uid, reuseAddress, true, ipv6Only, device, privileged, startup, run, nonLocal, likeFormer);
  }

  public Newcomer withDevice(Device other) {
    return new Newcomer(
        uid,
        reuseAddress,
        reusePort,
        ipv6Only,
        Optional.of(other),
        privileged,
        startup,
        run,
        nonLocal,
        likeFormer);
  }

  public Newcomer withPrivilege(Reading<Boolean> other) {
    return new Newcomer(
        uid, reuseAddress, reusePort, ipv6Only, device, other, startup, run, nonLocal, likeFormer);
  }

  /** The same, of which nobody said whether it sets SO_REUSEADDR. */
  public Newcomer asFormer() {
    return new Newcomer(
        uid, false, reusePort, ipv6Only, device, privileged, startup, run, nonLocal, true);
  }
}
