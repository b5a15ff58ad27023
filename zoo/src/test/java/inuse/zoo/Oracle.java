package inuse.zoo;

import static java.util.Comparator.naturalOrder;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The expected verdict by the contract's rules, from real binds of a program that shares no code
 * with inuse.
 */
record Oracle(Lab lab, List<String> circumstances, OptionalInt uid, List<String> options) {
  Oracle {
    circumstances = List.copyOf(circumstances);
    options = List.copyOf(options);
  }

  VerdictAssert verdictOn(JsonObject target) {
    if (target.get("protocol").getAsString().equals("unix")) {
      return onUnix(
          target.has("path")
              ? target.get("path").getAsString()
              : "@" + target.get("abstract").getAsString());
    }
    return verdictOn(
        target.get("protocol").getAsString(),
        target.get("address").getAsString(),
        target.get("port").getAsInt());
  }

  VerdictAssert verdictOn(String protocol, String address, int port) {
    Stream<String> addresses =
        address.equals("*") ? Stream.of("0.0.0.0", "::") : Stream.of(address);
    return addresses
        .flatMap(one -> verdictOnOne(protocol, one, port).stream())
        .max(naturalOrder())
        .orElse(VerdictAssert.UNKNOWN);
  }

  /** A path that does not exist is really bound here, and removed again. */
  private VerdictAssert onUnix(String place) {
    List<String> arguments = new ArrayList<>(List.of(place));
    uid.ifPresent(user -> arguments.addAll(List.of("uid", Integer.toString(user))));
    return switch (lab.tryBindUnix(circumstances, arguments)) {
      case "ok" -> VerdictAssert.FREE;
      case "ENOENT", "ENOTDIR" -> VerdictAssert.NOT_LOCAL;
      case "EACCES", "EPERM", "EROFS" -> VerdictAssert.DENIED;
      case "EADDRINUSE" -> {
        arguments.add("reuseaddr");
        yield lab.tryBindUnix(circumstances, arguments).equals("ok")
            ? VerdictAssert.FREE_WITH_REUSEADDR
            : VerdictAssert.BLOCKED;
      }
      case String other -> throw new AssertionError("bind said " + other);
    };
  }

  /** Empty for a family that the kernel lacks. */
  private List<VerdictAssert> verdictOnOne(String protocol, String address, int port) {
    String plain = bind(protocol, address, port, List.of());
    return switch (plain) {
      case "ok" -> List.of(VerdictAssert.FREE);
      case "EADDRNOTAVAIL" -> List.of(VerdictAssert.NOT_LOCAL);
      case "EACCES", "EPERM" -> List.of(VerdictAssert.DENIED);
      case "EAFNOSUPPORT" -> List.of();
      case "EADDRINUSE" ->
          !options.contains("reuseaddr")
                  && bind(protocol, address, port, List.of("reuseaddr")).equals("ok")
              ? List.of(VerdictAssert.FREE_WITH_REUSEADDR)
              : List.of(VerdictAssert.BLOCKED);
      default -> throw new AssertionError("bind said " + plain);
    };
  }

  private String bind(String protocol, String address, int port, List<String> more) {
    List<String> arguments = new ArrayList<>(List.of(protocol, address, Integer.toString(port)));
    arguments.addAll(options);
    arguments.addAll(more);
    uid.ifPresent(user -> arguments.addAll(List.of("uid", Integer.toString(user))));
    return lab.tryBind(circumstances, arguments);
  }
}
