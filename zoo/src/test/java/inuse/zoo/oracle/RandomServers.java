package inuse.zoo.oracle;

import inuse.core.evidence.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws servers that share a port, and an address at which one of them is asked for. */
final class RandomServers implements Drawing {
  /** The addresses of d0. */
  static final List<String> ON_D0 = List.of("10.1.0.1", "fd00::1");

  static final List<String> ASKED =
      List.of("127.0.0.1", "127.0.0.2", "::1", ON_D0.get(0), ON_D0.get(1));

  private static final List<String> SERVING =
      List.of(
          "0.0.0.0",
          "0.0.0.0",
          "0.0.0.0",
          "127.0.0.1",
          "127.0.0.2",
          "::",
          "::",
          "::",
          "::1",
          "::ffff:127.0.0.1",
          "::ffff:0.0.0.0",
          ON_D0.get(0),
          ON_D0.get(1));

  private final SplittableRandom random;

  RandomServers(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public Scenario next() {
    Protocol protocol = chance(30) ? Protocol.UDP : Protocol.TCP;
    List<String> common = List.of("rp", "rp", "rp", "rp", "ra", "");
    String option = one(common);
    int count = 1 + random.nextInt(4);
    List<Part> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean again = i > 0 && chance(25);
      servers.add(again ? servers.getLast() : server(protocol, option));
    }
    return new Scenario(protocol, servers, new Part("new", one(ASKED), List.of()));
  }

  private Part server(Protocol protocol, String common) {
    String kind =
        chance(85)
            ? (protocol == Protocol.TCP ? "listen" : "bound")
            : one(protocol == Protocol.TCP ? List.of("bound", "shut") : List.of("out"));
    String address = one(SERVING);
    List<String> options = new ArrayList<>();
    if (address.equals("::") && chance(35)) {
      options.add("6only");
    }
    if (!common.isEmpty() && chance(90)) {
      options.add(common);
    }
    if (protocol == Protocol.UDP && common.equals("ra") && chance(30)) {
      options.add("rp");
    }
    if (chance(30)) {
      options.add("dev=" + one(List.of("lo", "d0")));
    }
    return new Part(kind, address, options);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
