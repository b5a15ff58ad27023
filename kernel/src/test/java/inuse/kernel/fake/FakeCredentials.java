package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.PR_SET_KEEPCAPS;
import static inuse.kernel.abi.Constants.PR_SET_NO_NEW_PRIVS;

import inuse.kernel.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The groups and capabilities of the calling thread. As in Linux, going from root to another user
 * clears them, unless they are kept, and then they are permitted only (capabilities(7)).
 */
final class FakeCredentials {
  private static final int EPERM = 1;
  private static final int SECOND_STRUCT = 12;

  private final FakeRefusals refusals;
  private final List<String> log = new ArrayList<>();
  private long effective;
  private long permitted;
  private boolean kept;

  FakeCredentials(FakeRefusals refusals) {
    this.refusals = refusals;
  }

  void have(long capabilities) {
    effective = capabilities;
    permitted = capabilities;
  }

  long effective() {
    return effective;
  }

  List<String> log() {
    return List.copyOf(log);
  }

  void control(int option) {
    kept |= option == PR_SET_KEEPCAPS;
    if (option == PR_SET_NO_NEW_PRIVS) {
      log.add("no new privileges");
    }
  }

  void became(long from, long uid) {
    log.add("user " + uid);
    if (from == 0 && uid != 0) {
      effective = 0;
      permitted = kept ? permitted : 0;
    }
  }

  int setGroup(long gid) {
    return done(refusals.of("setresgid", Long.toString(gid)), "group " + gid);
  }

  int setGroups(long... gids) {
    return done(refusals.of("setgroups", ""), "groups " + Arrays.toString(gids));
  }

  private int done(int refusal, String what) {
    if (refusal == 0) {
      log.add(what);
    }
    return refusal;
  }

  int read(byte[] into) {
    int refusal = refusals.of("capget", "");
    if (refusal == 0) {
      put(into, 0, effective);
      put(into, 4, permitted);
      put(into, 8, 0);
    }
    return refusal;
  }

  int set(byte[] sets) {
    int refusal = refusals.of("capset", "");
    long wanted = get(sets, 4);
    if (refusal < 0) {
      return refusal;
    }
    if ((wanted & ~permitted) != 0 || (get(sets, 0) & ~wanted) != 0) {
      return -EPERM;
    }
    effective = get(sets, 0);
    permitted = wanted;
    log.add("capabilities " + Long.toHexString(effective) + "/" + Long.toHexString(permitted));
    return 0;
  }

  private static long get(byte[] sets, int at) {
    return Bytes.getUnsignedInt(sets, at) | Bytes.getUnsignedInt(sets, at + SECOND_STRUCT) << 32;
  }

  private static void put(byte[] sets, int at, long bits) {
    Bytes.putInt(sets, at, (int) bits);
    Bytes.putInt(sets, at + SECOND_STRUCT, (int) (bits >>> 32));
  }
}
