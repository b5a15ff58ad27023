package inuse.core.io;

import inuse.kernel.CallResult;

/** Ids that nobody can guess: the kernel makes another one at each read (random(4)). */
public final class RandomIds {
  private static final String PATH = "/proc/sys/kernel/random/uuid";

  private final Host host;

  /** Ids of that host's kernel. */
  public RandomIds(Host host) {
    this.host = host;
  }

  /**
   * An id with 122 random bits, as 32 hexadecimal digits.
   *
   * @throws IllegalStateException where the kernel gives none
   */
  public String next() {
    if (host.proc().text(PATH) instanceof CallResult.Ok<String>(String uuid)) {
      StringBuilder digits = new StringBuilder();
      for (int i = 0; i < uuid.length(); i++) {
        char one = uuid.charAt(i);
        if ((one >= '0' && one <= '9') || (one >= 'a' && one <= 'f')) {
          digits.append(one);
        }
      }
      if (digits.length() == 32) {
        return digits.toString();
      }
    }
    throw new IllegalStateException(PATH + " gives no random id");
  }
}
