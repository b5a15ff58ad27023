package inuse.core.tune;

import inuse.core.evidence.Decimal;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Warnings before a change: that it does not help, or that it does harm. */
final class Warnings {
  private final SettingsSnapshot here;
  private final Map<Setting, String> targets;
  private final List<Phrase> warnings = new ArrayList<>();

  Warnings(SettingsSnapshot here, Map<Setting, String> targets) {
    this.here = here;
    this.targets = targets;
  }

  List<Phrase> of(List<RequestedChange> wishes) {
    for (RequestedChange requested : wishes) {
      switch (requested) {
        case RequestedChange.Reserve(PortSet ports) -> reserve(ports);
        case RequestedChange.Assign(Setting setting, String value) -> assign(setting, value);
      }
    }
    room();
    return warnings;
  }

  private void say(String words) {
    warnings.add(Phrase.of(words));
  }

  private void reserve(PortSet ports) {
    Optional<Range> range = TunePlanner.range(here, targets);
    if (range.isEmpty()) {
      return;
    }
    PortSet outside = ports.minus(new PortSet(List.of(range.get())));
    if (!outside.isEmpty()) {
      say(
          "the kernel gives ports of the range "
              + range.get()
              + " alone to others: "
              + outside
              + " needs no reservation");
    }
  }

  private void assign(Setting setting, String value) {
    switch (setting) {
      case TCP_FIN_TIMEOUT ->
          say(
              "tcp_fin_timeout does not shorten TIME_WAIT: that lasts 60 s, compiled into the"
                  + " kernel (TCP_TIMEWAIT_LEN). It is the life of FIN_WAIT2 after its program has"
                  + " closed. What lets a server bind over TIME_WAIT is SO_REUSEADDR in the"
                  + " server");
      case TCP_TW_REUSE ->
          say(
              "tcp_tw_reuse does nothing for bind(): connect() alone looks at it. It lets a client"
                  + " take a port in TIME_WAIT again; a server needs SO_REUSEADDR");
      case TCP_TW_REUSE_DELAY ->
          say(
              "tcp_tw_reuse_delay does nothing for bind(), and does not shorten TIME_WAIT: it is"
                  + " how old that has to be before connect() may take its port");
      case TCP_MAX_TW_BUCKETS -> buckets(value);
      case IP_LOCAL_PORT_RANGE -> range(value);
      case IP_LOCAL_RESERVED_PORTS -> dropped(value);
      case IP_AUTOBIND_REUSE -> {
        if (value.equals("1")) {
          say(
              "ip_autobind_reuse changes nothing for a bind that names its port; with 1 two"
                  + " sockets may be given the same one by a bind to port 0");
        }
      }
      case IP_UNPRIVILEGED_PORT_START -> start(value);
      case BINDV6ONLY -> {
        if (value.equals("1")) {
          say(
              "new servers on [::] will have no IPv4 clients any more, unless they set"
                  + " IPV6_V6ONLY to 0; those that run already do not change");
        }
      }
      case IP_NONLOCAL_BIND, IPV6_NONLOCAL_BIND -> {
        if (value.equals("1")) {
          say(
              "it does not help against EADDRINUSE; a bind to a wrong address will succeed from"
                  + " now on, and never be reached");
        }
      }
    }
  }

  private void buckets(String value) {
    int wanted = Decimal.parse(value, Integer.MAX_VALUE).orElse(0);
    if (here.number(Setting.TCP_MAX_TW_BUCKETS).filter(now -> wanted < now).isPresent()) {
      say(
          "DANGER: beyond "
              + wanted
              + " a connection that ends skips TIME_WAIT, and late segments of it may be taken for"
              + " those of a new one: data can be corrupted. The kernel's own documentation says"
              + " not to lower it; what is in TIME_WAIT now stays");
    }
  }

  private void range(String value) {
    Optional<Range> wanted = ValueFormat.range(value);
    if (wanted.isEmpty()) {
      return;
    }
    PortSet reserved =
        PortSet.parse(
                targets.getOrDefault(Setting.IP_LOCAL_RESERVED_PORTS, here.reserved().toString()))
            .orElse(PortSet.NONE);
    PortSet swallowed = here.swallowed(wanted.get(), reserved);
    if (!swallowed.isEmpty()) {
      warnings.add(
          Phrase.of(
                  "the range "
                      + wanted.get()
                      + " has ports of servers in it ("
                      + swallowed
                      + "): while one is down, an outgoing connection may take its port. Add ")
              .then(InuseCommand.Choice.RESERVED_PORTS)
              .then(" " + swallowed));
    }
    if (here.range()
        .filter(now -> SettingsSnapshot.size(wanted.get()) < SettingsSnapshot.size(now))
        .isPresent()) {
      int most = here.use().busiest().stream().mapToInt(one -> one.ports()).max().orElse(0);
      say(
          "it leaves fewer ports than now: "
              + SettingsSnapshot.size(wanted.get())
              + "; connections that run keep theirs"
              + (most == 0 ? "" : ", the busiest destination has " + most));
    }
  }

  private void dropped(String value) {
    PortSet left = PortSet.parse(value).orElse(PortSet.NONE);
    PortSet dropped = here.reserved().minus(left);
    if (!dropped.isEmpty()) {
      warnings.add(
          Phrase.of("it replaces the list: " + dropped + " will not be reserved any more. ")
              .then(InuseCommand.Choice.RESERVED_PORTS)
              .then(" adds to the list"));
    }
  }

  private void start(String value) {
    int wanted = Decimal.parse(value, Integer.MAX_VALUE).orElse(0);
    if (wanted < here.unprivileged()) {
      say(
          "any user may then bind "
              + wanted
              + " to "
              + (here.unprivileged() - 1)
              + ", and pose as a service that is down. It does not help against EADDRINUSE; setcap"
              + " cap_net_bind_service=+ep opens the door to one program alone");
    }
  }

  /** Warns where no ephemeral port would be left. */
  private void room() {
    Optional<Range> range = TunePlanner.range(here, targets);
    String list = targets.getOrDefault(Setting.IP_LOCAL_RESERVED_PORTS, "");
    Optional<PortSet> reserved = PortSet.parse(list).filter(one -> !one.isEmpty());
    if (range.isPresent() && reserved.isPresent() && here.room(range.get(), reserved.get()) == 0) {
      say(
          "DANGER: no port of the range "
              + range.get()
              + " is left: every connect() will fail with EADDRNOTAVAIL");
    }
  }
}
