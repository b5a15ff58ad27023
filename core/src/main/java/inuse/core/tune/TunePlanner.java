package inuse.core.tune;

import inuse.core.evidence.Decimal;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a plan of requested changes. Building it does nothing. */
public final class TunePlanner {
  private TunePlanner() {}

  /**
   * Plans.
   *
   * @param file our file as it is, where it is to be written; empty where only the running kernel
   *     is changed
   * @param nothing the message where nothing was requested
   */
  public static TunePlan plan(
      SettingsSnapshot here,
      List<RequestedChange> wishes,
      Optional<TunePlan.FileText> file,
      String nothing) {
    Map<Setting, String> targets = new LinkedHashMap<>();
    Optional<TunePlan> wrong = Optional.empty();
    for (RequestedChange requested : wishes) {
      Setting setting =
          switch (requested) {
            case RequestedChange.Reserve reserve -> Setting.IP_LOCAL_RESERVED_PORTS;
            case RequestedChange.Assign(Setting one, String value) -> one;
          };
      if (here.raw(setting) instanceof Reading.Unknown<String>(Reading.Why why)) {
        wrong = wrong.or(() -> Optional.of(missing(setting, why)));
      }
      targets.put(
          setting,
          switch (requested) {
            case RequestedChange.Assign(Setting one, String value) -> value;
            case RequestedChange.Reserve(PortSet ports) ->
                PortSet.parse(targets.getOrDefault(setting, here.reserved().toString()))
                    .orElse(PortSet.NONE)
                    .plus(ports)
                    .toString();
          });
    }
    wrong = wrong.or(() -> contradiction(here, targets));
    if (wrong.isPresent()) {
      return wrong.get();
    }
    return changes(here, wishes, targets, file, nothing);
  }

  private static TunePlan changes(
      SettingsSnapshot here,
      List<RequestedChange> wishes,
      Map<Setting, String> targets,
      Optional<TunePlan.FileText> file,
      String nothing) {
    Optional<TunePlan.FileChange> change =
        file.map(before ->
                new TunePlan.FileChange(
                    before.content(), SysctlFile.with(before.content(), targets)))
            .filter(one -> !one.before().equals(Optional.of(one.after())));
    List<TunePlan.Write> writes = new ArrayList<>();
    for (Setting setting : ordered(here, targets)) {
      TunePlan.Write write =
          new TunePlan.Write(
              setting,
              here.raw(setting).toOptional().orElse(""),
              targets.getOrDefault(setting, ""));
      if (!write.isDone() || change.isPresent()) {
        writes.add(write);
      }
    }
    if (writes.isEmpty()) {
      return new TunePlan.Nothing(
          Phrase.of(targets.isEmpty() ? nothing : "it is so already: there is nothing to do"));
    }
    return new TunePlan.Changes(writes, change, new Warnings(here, targets).of(wishes));
  }

  private static TunePlan missing(Setting setting, Reading.Why why) {
    return new TunePlan.Wrong(
        why == Reading.Why.UNSUPPORTED
            ? "this kernel has no " + setting.key()
            : setting.key() + " cannot be read here: " + why.word(),
        Phrase.of(InuseCommand.of(InuseCommand.Verb.TUNE)).then(" shows what there is"));
  }

  /** The kernel refuses a privileged port among the ephemeral ones. */
  private static Optional<TunePlan> contradiction(
      SettingsSnapshot here, Map<Setting, String> targets) {
    Optional<Range> range = range(here, targets);
    int start = start(here, targets);
    boolean about =
        targets.containsKey(Setting.IP_LOCAL_PORT_RANGE)
            || targets.containsKey(Setting.IP_UNPRIVILEGED_PORT_START);
    return about && range.isPresent() && range.get().first().number() < start
        ? Optional.of(
            new TunePlan.Wrong(
                "the kernel refuses it: the ephemeral ports ("
                    + range.get()
                    + ") cannot begin below "
                    + Setting.IP_UNPRIVILEGED_PORT_START.key()
                    + " ("
                    + start
                    + ")",
                Phrase.of("let the range begin at " + start + " or above")))
        : Optional.empty();
  }

  static Optional<Range> range(SettingsSnapshot here, Map<Setting, String> targets) {
    return Optional.ofNullable(targets.get(Setting.IP_LOCAL_PORT_RANGE))
        .flatMap(ValueFormat::range)
        .or(here::range);
  }

  private static int start(SettingsSnapshot here, Map<Setting, String> targets) {
    return Optional.ofNullable(targets.get(Setting.IP_UNPRIVILEGED_PORT_START))
        .flatMap(text -> Decimal.parse(text, Port.MAX))
        .orElse(here.unprivileged());
  }

  /**
   * The settings in an order in which the kernel accepts each write: the first ephemeral port is
   * never below the first unprivileged one. And ports are reserved before the range grows over
   * them.
   */
  private static List<Setting> ordered(SettingsSnapshot here, Map<Setting, String> targets) {
    List<Setting> order = new ArrayList<>(targets.keySet());
    order.sort((one, other) -> rank(one, here, targets) - rank(other, here, targets));
    return order;
  }

  private static int rank(Setting setting, SettingsSnapshot here, Map<Setting, String> targets) {
    boolean rangeFirst =
        range(here, targets)
            .filter(range -> range.first().number() >= here.unprivileged())
            .isPresent();
    return switch (setting) {
      case IP_LOCAL_RESERVED_PORTS -> 0;
      case IP_LOCAL_PORT_RANGE -> rangeFirst ? 1 : 3;
      case IP_UNPRIVILEGED_PORT_START -> 2;
      case TCP_TW_REUSE,
          TCP_TW_REUSE_DELAY,
          TCP_FIN_TIMEOUT,
          TCP_MAX_TW_BUCKETS,
          IP_AUTOBIND_REUSE,
          BINDV6ONLY,
          IP_NONLOCAL_BIND,
          IPV6_NONLOCAL_BIND ->
          4;
    };
  }

  /** The writes that restore these values, in an order in which the kernel accepts each. */
  static List<TunePlan.Write> back(SettingsSnapshot here, Map<Setting, String> before) {
    Map<Setting, String> targets = new LinkedHashMap<>();
    before.forEach((setting, raw) -> targets.put(setting, setting.canonical(raw)));
    List<Setting> order = ordered(here, targets);
    if (order.remove(Setting.IP_LOCAL_RESERVED_PORTS)) {
      // In reverse order: the range shrinks before its reserved ports are released.
      order.add(Setting.IP_LOCAL_RESERVED_PORTS);
    }
    List<TunePlan.Write> writes = new ArrayList<>();
    for (Setting setting : order) {
      String raw = before.getOrDefault(setting, "");
      if (here.raw(setting) instanceof Reading.Known<String>(String now) && !now.equals(raw)) {
        writes.add(new TunePlan.Write(setting, now, raw));
      }
    }
    return writes;
  }
}
