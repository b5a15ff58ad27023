package inuse.core.io;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.SIOCGIFINDEX;
import static inuse.kernel.abi.Constants.SIOCGIFNAME;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.core.evidence.Device;
import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import java.util.Optional;
import java.util.OptionalLong;

/** Network interfaces by index (netdevice(7)). */
public final class DeviceNames {
  /** sizeof(struct ifreq); the name comes first, then the index. */
  private static final int REQUEST_BYTES = 40;

  private static final int NAME_BYTES = 16;

  private final SystemCalls calls;

  public DeviceNames(SystemCalls calls) {
    this.calls = calls;
  }

  /** The interface, named by its index where it has gone; empty for index zero. */
  public Optional<Device> device(int index) {
    if (index == 0) {
      return Optional.empty();
    }
    return Optional.of(new Device(index, new Untrusted(name(index).orElse("if" + index))));
  }

  /** The interface of that name or index, with index zero where there is none. */
  public Device of(String zone) {
    OptionalLong index = Numeral.decimal(zone);
    Optional<Device> found =
        index.isPresent() && index.getAsLong() <= Integer.MAX_VALUE
            ? device((int) index.getAsLong())
            : named(zone);
    return found.orElse(new Device(0, new Untrusted(zone)));
  }

  /** The interface of that name, if it exists. */
  public Optional<Device> named(String name) {
    if (name.isEmpty() || name.length() >= NAME_BYTES) {
      return Optional.empty();
    }
    int fd = calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return Optional.empty();
    }
    try {
      byte[] request = new byte[REQUEST_BYTES];
      byte[] bytes = Bytes.of(name);
      System.arraycopy(bytes, 0, request, 0, bytes.length);
      return calls.ioctl(fd, SIOCGIFINDEX, request) < 0
          ? Optional.empty()
          : Optional.of(new Device(Bytes.getInt(request, NAME_BYTES), new Untrusted(name)));
    } finally {
      calls.close(fd);
    }
  }

  private Optional<String> name(int index) {
    int fd = calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return Optional.empty();
    }
    try {
      byte[] request = new byte[REQUEST_BYTES];
      Bytes.putInt(request, NAME_BYTES, index);
      if (calls.ioctl(fd, SIOCGIFNAME, request) < 0) {
        return Optional.empty();
      }
      String name = Bytes.text(request, 0, NAME_BYTES);
      int end = name.indexOf('\0');
      return Optional.of(end < 0 ? name : name.substring(0, end));
    } finally {
      calls.close(fd);
    }
  }
}
