package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_UNSPEC;
import static inuse.kernel.abi.Constants.INET_DIAG_BC_AUTO;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.NLMSG_DONE;
import static inuse.kernel.abi.Constants.TCPDIAG_GETSOCK;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;

import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.Message;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A fake table of sockets that answers inet_diag queries as Linux does: one datagram per socket,
 * and the port in the header ignored for sockets that are bound without listening.
 */
public final class FakeSockets implements FakeNetlink.Dumper {
  private final List<Row> rows = new ArrayList<>();

  /** One socket. */
  public static final class Row {
    private final int family;
    private final int protocol;
    private final int state;
    private int localPort = 8080;
    private int remotePort;
    private RawAddress source = new RawAddress(0, 0);
    private RawAddress destination = new RawAddress(0, 0);
    private int timer;
    private int expires;
    private int device;
    private long uid = 1000;
    private long inode;
    private long cookie;
    private boolean auto;
    private final ByteArrayOutputStream attributes = new ByteArrayOutputStream();

    private Row(int family, int protocol, int state, long inode) {
      this.family = family;
      this.protocol = protocol;
      this.state = state;
      this.inode = inode;
      cookie = inode + 1000;
    }

    public Row local(long low, int port) {
      source = new RawAddress(0, low);
      localPort = port;
      return this;
    }

    public Row remote(long low, int port) {
      destination = new RawAddress(0, low);
      remotePort = port;
      return this;
    }

    public Row timer(int kind, int millis) {
      timer = kind;
      expires = millis;
      return this;
    }

    public Row device(int index) {
      device = index;
      return this;
    }

    public Row uid(long owner) {
      uid = owner;
      return this;
    }

    public Row cookie(long number) {
      cookie = number;
      return this;
    }

    public Row auto() {
      auto = true;
      return this;
    }

    /** One struct nlattr. */
    public Row attribute(int type, byte[] value) {
      byte[] attribute = new byte[(4 + value.length + 3) & ~3];
      Bytes.putShort(attribute, 0, 4 + value.length);
      Bytes.putShort(attribute, 2, type);
      System.arraycopy(value, 0, attribute, 4, value.length);
      attributes.writeBytes(attribute);
      return this;
    }

    /** The counters of tcp_info by which the side that connected is told. */
    public Row counters(long acknowledged, long sent) {
      byte[] info = new byte[216];
      Bytes.putLong(info, 120, acknowledged);
      Bytes.putLong(info, 200, sent);
      return attribute(2, info);
    }

    public Row cgroup(long id) {
      byte[] value = new byte[8];
      Bytes.putLong(value, 0, id);
      return attribute(21, value);
    }

    private byte[] bytes() {
      byte[] record = new byte[InetDiag.RECORD_BYTES + attributes.size()];
      int addressBytes = family == AF_INET ? 4 : 16;
      record[0] = (byte) family;
      record[1] = (byte) (state == TCP_BOUND_INACTIVE ? TCP_CLOSE : state);
      record[2] = (byte) timer;
      Bytes.putNetworkShort(record, 4, localPort);
      Bytes.putNetworkShort(record, 6, remotePort);
      source.write(record, 8, addressBytes);
      destination.write(record, 24, addressBytes);
      Bytes.putInt(record, 40, device);
      Bytes.putLong(record, 44, cookie);
      Bytes.putInt(record, 52, expires);
      Bytes.putInt(record, 64, (int) uid);
      Bytes.putInt(record, 68, (int) inode);
      System.arraycopy(
          attributes.toByteArray(), 0, record, InetDiag.RECORD_BYTES, attributes.size());
      return record;
    }
  }

  /** Adds a socket on port 8080 of uid 1000. */
  public Row add(int family, int protocol, int state, long inode) {
    Row row = new Row(family, protocol, state, inode);
    rows.add(row);
    return row;
  }

  /** Closes every socket. */
  public void clear() {
    rows.clear();
  }

  @Override
  public List<Datagram> answer(byte[] request) {
    int sequence = Bytes.getInt(request, 8);
    List<Datagram> answer = new ArrayList<>();
    for (Row row : rows) {
      if (matches(row, request)) {
        int type = Bytes.getShort(request, 4);
        answer.add(Datagram.of(Message.request(type, 2, sequence, row.bytes())));
      }
    }
    answer.add(Datagram.of(Message.request(NLMSG_DONE, 2, sequence, new byte[4])));
    return answer;
  }

  private static boolean matches(Row row, byte[] request) {
    int start = Message.HEADER_BYTES;
    // RTM_GETLINK has the same number, and a shorter request.
    boolean old =
        Bytes.getShort(request, 4) == TCPDIAG_GETSOCK
            && request.length >= start + InetDiag.OLD_REQUEST_BYTES;
    int family = request[start];
    int protocol = old ? IPPROTO_TCP : request[start + 1];
    if ((family != AF_UNSPEC && row.family != family) || row.protocol != protocol) {
      return false;
    }
    if ((Bytes.getInt(request, start + (old ? 52 : 4)) & (1 << row.state)) == 0) {
      return false;
    }
    int socket = start + (old ? 4 : 8);
    int remotePort = Bytes.getNetworkShort(request, socket + 2);
    if (remotePort != 0 && remotePort != row.remotePort) {
      return false;
    }
    int program = start + (old ? InetDiag.OLD_REQUEST_BYTES : InetDiag.REQUEST_BYTES) + 4;
    if (request.length > program) {
      boolean auto = request[program] == INET_DIAG_BC_AUTO;
      if (auto && request.length == program + 4) {
        return row.auto;
      }
      return Bytes.getShort(request, request.length - 2) == row.localPort && (!auto || row.auto);
    }
    int localPort = Bytes.getNetworkShort(request, socket);
    return localPort == 0 || row.state == TCP_BOUND_INACTIVE || localPort == row.localPort;
  }
}
