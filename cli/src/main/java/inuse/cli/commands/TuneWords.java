package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.Option;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.tune.RequestedChange;
import inuse.core.tune.Role;
import inuse.core.tune.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parsed options of {@code inuse tune}.
 *
 * @param wishes of --reserve and --set
 * @param role of --for
 * @param problem what is invalid, if anything
 */
record TuneWords(List<RequestedChange> wishes, Optional<Role> role, Optional<String> problem) {
  TuneWords {
    wishes = List.copyOf(wishes);
  }

  /** Whether a change is requested. */
  boolean isChange() {
    return !wishes.isEmpty() || role.isPresent();
  }

  static TuneWords of(Arguments.Given given) {
    Reader reader = new Reader();
    if (!given.words().isEmpty()) {
      reader.wrong("inuse tune takes no '" + given.words().getFirst() + "'");
    }
    given.values(Option.SET).forEach(reader::assign);
    given.values(Option.RESERVE).forEach(reader::reserve);
    Optional<Role> role = given.value(Option.FOR).flatMap(Role::named);
    given
        .value(Option.FOR)
        .filter(word -> Role.named(word).isEmpty())
        .ifPresent(word -> reader.wrong("'" + word + "' of --for is neither client nor server"));
    TuneWords words = new TuneWords(reader.wishes, role, reader.problem);
    return given.has(Option.UNDO) && words.isChange()
        ? new TuneWords(
            List.of(), role, Optional.of(Option.UNDO.word() + " goes with no other change"))
        : words;
  }

  private static final class Reader {
    private final List<RequestedChange> wishes = new ArrayList<>();
    private Optional<String> problem = Optional.empty();

    void wrong(String what) {
      problem = problem.or(() -> Optional.of(what));
    }

    void reserve(String text) {
      Optional<PortSet> ports = PortSet.parse(text).filter(one -> !one.isEmpty());
      if (ports.isEmpty() || ports.get().contains(new Port(0))) {
        wrong("'" + text + "' of --reserve is not a list of ports such as 8080,9000-9010");
      } else {
        wishes.add(new RequestedChange.Reserve(ports.get()));
      }
    }

    void assign(String text) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        wrong("'" + text + "' of --set is not NAME=VALUE");
        return;
      }
      String name = text.substring(0, equals).trim();
      List<Setting> named = Setting.named(name);
      if (named.size() != 1) {
        wrong(
            named.isEmpty()
                ? "'" + name + "' is not a setting of inuse tune (inuse explain lists them)"
                : "'" + name + "' is two: " + named.get(0).key() + ", " + named.get(1).key());
        return;
      }
      Setting setting = named.getFirst();
      Optional<String> value = setting.form().canonical(text.substring(equals + 1));
      if (value.isEmpty()) {
        wrong(
            "'"
                + text.substring(equals + 1)
                + "' is not a value of "
                + setting.key()
                + ": "
                + setting.form().allowed());
      } else {
        wishes.add(new RequestedChange.Assign(setting, value.get()));
      }
    }
  }
}
