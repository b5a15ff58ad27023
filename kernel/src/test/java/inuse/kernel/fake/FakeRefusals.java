package inuse.kernel.fake;

import inuse.kernel.Errno;
import java.util.HashMap;
import java.util.Map;

/** The calls that a test makes fail. */
final class FakeRefusals {
  private final Map<String, Integer> errnos = new HashMap<>();

  void refuse(String call, String what, Errno errno) {
    errnos.put(call + " " + what, errno.code());
  }

  void allow(String call, String what) {
    errnos.remove(call + " " + what);
  }

  /** A negated errno, or zero where the call goes on. */
  int of(String call, String what) {
    return -errnos.getOrDefault(call + " " + what, 0);
  }
}
