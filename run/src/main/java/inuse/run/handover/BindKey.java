package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_BINDTODEVICE;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;

import inuse.kernel.Bytes;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;

/**
 * What two listeners must share for one to replace the other: the address, and the properties of a
 * socket that cannot change once it is bound. A text, which is part of a socket's name.
 */
record BindKey(String text) {
  private static final int DEVICE_BYTES = 16;
  private static final int V4_AT = 4;
  private static final int V6_AT = 8;
  private static final int V6_END = 28;

  /**
   * The key of a bind.
   *
   * @param address struct sockaddr_in or sockaddr_in6
   */
  static BindKey of(SystemCalls calls, int socket, byte[] address) {
    boolean v6 = Bytes.getShort(address, 0) == AF_INET6;
    StringBuilder text = new StringBuilder();
    text.append(SocketOption.number(calls, socket, SOL_SOCKET, SO_PROTOCOL)).append('/');
    text.append(Bytes.getNetworkShort(address, 2)).append('/');
    for (int i = v6 ? V6_AT : V4_AT; i < (v6 ? V6_END : V6_AT); i++) {
      text.append(Character.forDigit(address[i] >> 4 & 0xf, 16));
      text.append(Character.forDigit(address[i] & 0xf, 16));
    }
    if (v6 && SocketOption.number(calls, socket, IPPROTO_IPV6, IPV6_V6ONLY) > 0) {
      text.append("/only");
    }
    byte[] device = new byte[DEVICE_BYTES];
    int length = calls.getSocketOption(socket, SOL_SOCKET, SO_BINDTODEVICE, device);
    if (length > 1) {
      text.append('%').append(Bytes.text(device, 0, length - 1));
    }
    return new BindKey(text.toString());
  }
}
