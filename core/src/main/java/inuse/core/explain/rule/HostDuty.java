package inuse.core.explain.rule;

import inuse.core.evidence.Holder;
import java.util.Optional;
import java.util.Set;

/** What a whole host loses when one of its programs ends; known by the program, not by the port. */
public enum HostDuty {
  NAMES(
      "its name resolution (DNS)",
      Set.of(
          "systemd-resolved",
          "systemd-resolve",
          "named",
          "unbound",
          "pdns_recursor",
          "coredns",
          "aardvark-dns",
          "connmand")),
  GUESTS("names and addresses for all whom it serves (DNS, DHCP)", Set.of("dnsmasq")),
  ADDRESS(
      "its network address (DHCP)",
      Set.of(
          "dhclient",
          "dhcpcd",
          "udhcpc",
          "systemd-networkd",
          "systemd-network",
          "NetworkManager")),
  FILES(
      "its NFS locks and mounts",
      Set.of("rpc.statd", "rpcbind", "rpc.mountd", "nfsdcld", "ganesha.nfsd")),
  DESKTOP(
      "its desktop",
      Set.of("Xorg", "X", "Xwayland", "gnome-shell", "kwin_wayland", "pipewire", "pulseaudio")),
  WAY_IN(
      "a way in from elsewhere",
      Set.of("sshd", "xrdp", "Xvnc", "x11vnc", "tailscaled", "openvpn", "cloudflared"));

  private final String loss;
  private final Set<String> programs;

  HostDuty(String loss, Set<String> programs) {
    this.loss = loss;
    this.programs = programs;
  }

  /** What is lost, in words. */
  public String loss() {
    return loss;
  }

  /** The duty of that process; empty where it has none that is known. */
  public static Optional<HostDuty> of(Holder holder) {
    String program = holder.program().bytes();
    for (HostDuty duty : values()) {
      if (duty.programs.contains(program)) {
        return Optional.of(duty);
      }
    }
    return Optional.empty();
  }
}
