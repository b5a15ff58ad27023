package inuse.core.ask.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.Planted;
import inuse.core.evidence.Namespace;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSockets;

/** A machine with our own network namespace, and one that has the name web. */
public final class TwoNamespaces {
  public static final long HOME = 4026531840L;
  public static final long WEB = 4026532184L;

  /** Where root's engine makes the groups of its containers. */
  public static final String SLICE = Planted.CGROUPS + "/system.slice";

  public static final String ID = "0123456789abcdef".repeat(4);

  public final FakeSockets atHome = new FakeSockets();
  public final FakeSockets inWeb = new FakeSockets();
  public final FakeKernel kernel = kernel();
  public final Planted planted = new Planted(kernel).directory(SLICE, 0);

  public TwoNamespaces() {
    kernel.file(
        "/proc/self/mountinfo",
        kernel.content("/proc/self/mountinfo").orElseThrow()
            + "9 8 0:4 net:["
            + WEB
            + "] /run/netns/web rw - nsfs nsfs rw\n");
  }

  private FakeKernel kernel() {
    FakeKernel machine = new FakeKernel();
    return machine
        .dumps(request -> (machine.networkNamespace() == WEB ? inWeb : atHome).answer(request))
        .user(0)
        .inNetworkNamespace(HOME)
        .networkNamespace("/run/netns/web", WEB)
        .link("/proc/self/ns/net", "net:[" + HOME + "]")
        .file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n")
        .file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
  }

  /** That every descriptor is closed, and the thread is in our own namespace. */
  public void assertClosedAndHome() {
    assertThat(kernel.openDescriptors()).isEmpty();
    assertThat(kernel.networkNamespace()).isEqualTo(HOME);
  }

  /** A process of a container, in that namespace, with these sockets open. */
  public void process(int pid, String name, long namespace, long... inodes) {
    kernel
        .file(
            "/proc/" + pid + "/stat",
            pid + " (" + name + ") S 0 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n")
        .file("/proc/" + pid + "/cgroup", "0::/system.slice/docker-" + ID + ".scope\n")
        .networkNamespace("/proc/" + pid + "/ns/net", namespace);
    for (int i = 0; i < inodes.length; i++) {
      kernel.link("/proc/" + pid + "/fd/" + (3 + i), "socket:[" + inodes[i] + "]");
    }
  }

  /** The namespaces of this machine. */
  public Namespaces namespaces() {
    return new Namespaces(Host.of(kernel));
  }

  /** The one that was found. */
  public static Namespace one(Namespaces.Found found) {
    assertThat(found).isInstanceOf(Namespaces.Found.One.class);
    return ((Namespaces.Found.One) found).namespace();
  }
}
