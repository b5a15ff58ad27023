package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.IFA_F_DADFAILED;
import static inuse.kernel.abi.Constants.IFA_F_OPTIMISTIC;
import static inuse.kernel.abi.Constants.IFA_F_TENTATIVE;
import static inuse.kernel.abi.Constants.NETLINK_ROUTE;
import static inuse.kernel.abi.Constants.RTM_GETADDR;

import inuse.core.evidence.Device;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Addresses;
import inuse.core.io.Deadline;
import inuse.core.io.DeviceNames;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.AddressDump;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.NetlinkSocket;
import java.util.List;

/** The addresses that the interfaces of this network namespace have. */
public final class LocalAddresses {
  private final NetlinkSocket netlink;
  private final DeviceNames devices;
  private final Deadline deadline;

  public LocalAddresses(SystemCalls calls, Deadline deadline) {
    netlink = new NetlinkSocket(calls, NETLINK_ROUTE);
    devices = new DeviceNames(calls);
    this.deadline = deadline;
  }

  /** All of them; unknown where rtnetlink does not tell. */
  public Reading<List<LocalAddress>> read() {
    NetlinkSocket.Dump<AddressDump.Entry> dump =
        netlink.dump(
            RTM_GETADDR,
            AddressDump.request(),
            AddressDump::decode,
            all -> true,
            deadline.soonerNanos(Deadline.OF_A_DUMP));
    return dump.end() instanceof DumpEnd.Whole
        ? Reading.known(dump.records().stream().map(this::told).toList())
        : Reading.unknown(Reading.Why.UNREADABLE);
  }

  private LocalAddress told(AddressDump.Entry entry) {
    return new LocalAddress(
        Addresses.address(entry.v6(), entry.address()),
        devices.device(entry.index()).orElse(new Device(0, new Untrusted("?"))),
        state(entry.flags()));
  }

  /** As the kernel judges in __ipv6_get_ifaddr(), net/ipv6/addrconf.c, for bind(2). */
  private static LocalAddress.State state(int flags) {
    if ((flags & IFA_F_DADFAILED) != 0) {
      return LocalAddress.State.DUPLICATE;
    }
    boolean tentative = (flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0;
    return tentative ? LocalAddress.State.TENTATIVE : LocalAddress.State.READY;
  }
}
