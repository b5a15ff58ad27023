package inuse.zoo.oracle;

import inuse.core.evidence.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws holders of a port in every state, and a newcomer. */
final class RandomScenarios implements Drawing {
  private static final List<String> ADDRESSES =
      List.of(
          "0.0.0.0",
          "0.0.0.0",
          "127.0.0.1",
          "127.0.0.1",
          "127.0.0.2",
          "::",
          "::",
          "::",
          "::1",
          "::ffff:127.0.0.1",
          "::ffff:0.0.0.0");

  private static final List<String> UNCONNECTED = List.of("bound", "listen", "shut");

  private static final List<String> CONNECTED =
      List.of("refused", "undone", "self", "syn", "autosyn", "backlog", "defer", "deferc");

  private static final List<String> WITH_STATE = List.of("acc", "accl", "out", "auto");

  private static final List<String> STATES =
      List.of("est", "fw1", "fw1o", "fw2", "fw2o", "tw", "tw", "cw", "lao", "cl", "clo", "rst");

  private static final List<String> NEXT =
      List.of("listen", "listen", "listen", "shut", "close", "ra+", "ra-", "rp+", "rp-");

  private final SplittableRandom random;

  RandomScenarios(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public Scenario next() {
    Protocol protocol = chance(20) ? Protocol.UDP : Protocol.TCP;
    int count = chance(45) ? 1 : chance(60) ? 2 : 3;
    List<Part> holders = new ArrayList<>();
    // Holders that have nothing in common could not share the port.
    String common = one(List.of("", "ra", "rp"));
    for (int i = 0; i < count; i++) {
      holders.add(holder(protocol, common));
    }
    return new Scenario(protocol, holders, newcomer());
  }

  private Part holder(Protocol protocol, String common) {
    String kind = kind(protocol);
    String address = one(ADDRESSES);
    List<String> options = new ArrayList<>();
    onlyV6(address, options);
    if (address.equals("::") && options.isEmpty() && chance(50)) {
      options.add("via4");
    }
    user("uid=", options);
    if (kind.startsWith("acc") && chance(30)) {
      user("acceptor=", options);
    }
    for (String option : List.of("ra", "rp")) {
      if (option.equals(common)) {
        options.add(chance(85) ? option : option + "-");
      } else if (chance(40)) {
        options.add(option + one(List.of("", "", "+", "-")));
      }
    }
    boolean unconnected = UNCONNECTED.contains(kind);
    device(address, unconnected, options);
    if (protocol == Protocol.TCP && unconnected && chance(30)) {
      options.add("then=listen");
    } else if (protocol == Protocol.TCP && chance(15)) {
      options.add("then=" + one(NEXT));
    }
    return new Part(kind, address, options);
  }

  private String kind(Protocol protocol) {
    return switch (protocol) {
      case UDP -> one(List.of("bound", "out", "auto"));
      case TCP ->
          chance(35)
              ? one(UNCONNECTED)
              : chance(30) ? one(CONNECTED) : one(WITH_STATE) + "/" + one(STATES);
    };
  }

  private Part newcomer() {
    String address = one(ADDRESSES);
    List<String> options = new ArrayList<>();
    onlyV6(address, options);
    user("uid=", options);
    for (String option : List.of("ra", "rp")) {
      if (chance(50)) {
        options.add(option);
      }
    }
    device(address, true, options);
    return new Part("new", address, options);
  }

  private void onlyV6(String address, List<String> options) {
    if ((address.equals("::") && chance(40)) || (address.equals("::1") && chance(10))) {
      options.add("6only");
    }
  }

  private void user(String option, List<String> options) {
    if (chance(35)) {
      options.add(option + one(List.of("0", "1000", "1001")));
    }
  }

  /** What is connected from the beginning is so over lo, which alone has ::1. */
  private void device(String address, boolean unconnected, List<String> options) {
    if (chance(25)) {
      boolean any = unconnected && !address.equals("::1");
      options.add("dev=" + (any ? one(List.of("d0", "d1", "lo")) : "lo"));
    } else if (!unconnected && chance(20)) {
      options.add("dev+=" + one(List.of("d0", "d1", "lo")));
    }
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
