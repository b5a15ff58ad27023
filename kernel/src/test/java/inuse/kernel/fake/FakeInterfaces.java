package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.SIOCGIFINDEX;
import static inuse.kernel.abi.Constants.SIOCGIFNAME;

import inuse.kernel.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Network interfaces, by their indexes. */
final class FakeInterfaces {
  private static final int ENODEV = 19;
  private static final int ENOTTY = 25;

  private final Map<Integer, String> names = new HashMap<>();

  void add(int index, String name) {
    names.put(index, name);
  }

  int ioctl(long request, byte[] argument) {
    return request == SIOCGIFINDEX
        ? index(argument)
        : request == SIOCGIFNAME ? name(argument) : -ENOTTY;
  }

  private int index(byte[] argument) {
    String text = FakeFiles.text(argument);
    String wanted = text.substring(0, text.indexOf(0));
    for (Map.Entry<Integer, String> one : names.entrySet()) {
      if (one.getValue().equals(wanted)) {
        Bytes.putInt(argument, 16, one.getKey());
        return 0;
      }
    }
    return -ENODEV;
  }

  private int name(byte[] argument) {
    String name = names.get(Bytes.getInt(argument, 16));
    if (name == null) {
      return -ENODEV;
    }
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, argument, 0, bytes.length);
    return 0;
  }
}
