package inuse.core.explain.rule;

import inuse.core.evidence.Holder;
import java.util.Optional;

/** What a whole host loses when one of its programs ends; known by the program, not by the port. */
public enum HostDuty {
  NAMES("its name resolution (DNS)"),
  GUESTS("names and addresses for its clients (DNS, DHCP)"),
  ADDRESS("its network address (DHCP)"),
  FILES("its NFS locks and mounts"),
  DESKTOP("its desktop"),
  WAY_IN("remote access");

  private final String loss;

  HostDuty(String loss) {
    this.loss = loss;
  }

  /** What is lost, in words. */
  public String loss() {
    return loss;
  }

  /** The duty of that process; empty where it has none that is known. */
  public static Optional<HostDuty> of(Holder holder) {
    return switch (holder.program().bytes()) {
      case "systemd-resolved",
          "systemd-resolve",
          "named",
          "unbound",
          "pdns_recursor",
          "coredns",
          "aardvark-dns",
          "connmand" ->
          Optional.of(NAMES);
      case "dnsmasq" -> Optional.of(GUESTS);
      case "dhclient",
          "dhcpcd",
          "udhcpc",
          "systemd-networkd",
          "systemd-network",
          "NetworkManager" ->
          Optional.of(ADDRESS);
      case "rpc.statd", "rpcbind", "rpc.mountd", "nfsdcld", "ganesha.nfsd" -> Optional.of(FILES);
      case "Xorg", "X", "Xwayland", "gnome-shell", "kwin_wayland", "pipewire", "pulseaudio" ->
          Optional.of(DESKTOP);
      case "sshd", "xrdp", "Xvnc", "x11vnc", "tailscaled", "openvpn", "cloudflared" ->
          Optional.of(WAY_IN);
      default -> Optional.empty();
    };
  }
}
