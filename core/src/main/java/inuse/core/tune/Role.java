package inuse.core.tune;

import inuse.core.evidence.PortSet;
import inuse.core.evidence.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a host mostly does, and the few settings that help it. */
public enum Role {
  /** It opens many connections. */
  CLIENT("client"),
  /** Others connect to it. */
  SERVER("server");

  private static final int FIRST = 10_240;
  private static final int LAST = 65_535;

  private final String word;

  Role(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /** The role of that name. */
  public static Optional<Role> named(String word) {
    for (Role one : values()) {
      if (one.word.equals(word)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** The changes that help on this host; may be empty. */
  public List<RequestedChange> wishes(SettingsSnapshot here) {
    List<RequestedChange> wishes = new ArrayList<>();
    switch (this) {
      case SERVER ->
          here.range()
              .ifPresent(range ->
                  reserve(
                      PortSet.of(
                          here.exposed(range, here.reserved()).stream()
                              .map(one -> one.local().port())
                              .toList()),
                      wishes));
      case CLIENT -> {
        Optional<Range> wider = wider(here);
        wider.ifPresent(range -> {
          reserve(here.swallowed(range, here.reserved()), wishes);
          wishes.add(
              new RequestedChange.Assign(
                  Setting.IP_LOCAL_PORT_RANGE, range.first() + " " + range.last()));
        });
        if (here.number(Setting.TCP_TW_REUSE).filter(value -> value != 1).isPresent()) {
          wishes.add(new RequestedChange.Assign(Setting.TCP_TW_REUSE, "1"));
        }
      }
    }
    return wishes;
  }

  private static void reserve(PortSet ports, List<RequestedChange> wishes) {
    if (!ports.isEmpty()) {
      wishes.add(new RequestedChange.Reserve(ports));
    }
  }

  /** A range with more ports than there are now, where that is possible. */
  static Optional<Range> wider(SettingsSnapshot here) {
    Range wide = SettingsSnapshot.range(Math.max(FIRST, here.unprivileged()), LAST);
    return here.range()
        .filter(now -> SettingsSnapshot.size(now) < SettingsSnapshot.size(wide))
        .map(now -> wide);
  }

  /** Why nothing helps on this host. */
  public String nothing() {
    return switch (this) {
      case SERVER ->
          "no setting would help a server here: none has a port of the ephemeral range that is not"
              + " reserved, and what lets it bind over TIME_WAIT is SO_REUSEADDR in the server";
      case CLIENT ->
          "no setting would help a client here: the range is wide, and tcp_tw_reuse is 1; what is"
              + " left is to keep connections open";
    };
  }
}
