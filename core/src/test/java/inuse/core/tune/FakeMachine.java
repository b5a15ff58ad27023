package inuse.core.tune;

import inuse.core.evidence.Decimal;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Fake settings and files in memory, with the kernel's own rule about ports. It can die before any
 * of its changes, and refuse any.
 */
final class FakeMachine implements TuneEffects {
  /** The process is killed. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  final Map<Setting, String> settings = new EnumMap<>(Setting.class);
  final Map<String, String> files = new TreeMap<>();
  private int changes;
  private int dies = Integer.MAX_VALUE;
  private int fails = Integer.MAX_VALUE;
  private boolean ignores;

  FakeMachine() {
    for (Setting setting : Setting.values()) {
      settings.put(setting, setting.defaultValue().orElse("131072") + "\n");
    }
    settings.put(Setting.IP_LOCAL_PORT_RANGE, "32768\t60999\n");
  }

  /** The change of that number, from 0, does not happen, and nothing after it. */
  FakeMachine diesBefore(int change) {
    dies = change;
    changes = 0;
    return this;
  }

  /** The change of that number does not work; those after it do. */
  FakeMachine failsAt(int change) {
    fails = change;
    changes = 0;
    return this;
  }

  /** The kernel takes a value, and keeps another. */
  FakeMachine ignoresValues() {
    ignores = true;
    return this;
  }

  int changes() {
    return changes;
  }

  SettingsSnapshot situation() {
    Situations here = new Situations();
    settings.forEach((setting, raw) -> here.value(setting, raw.substring(0, raw.length() - 1)));
    return here.build();
  }

  private Optional<Failure> next(String what) {
    int now = changes++;
    if (now >= dies) {
      throw new Killed();
    }
    return now == fails ? Optional.of(new Failure(Kind.FULL, Phrase.of(what))) : Optional.empty();
  }

  @Override
  public Reading<String> read(Setting setting) {
    return Reading.known(settings.getOrDefault(setting, ""));
  }

  @Override
  public Optional<Failure> write(Setting setting, String value) {
    Optional<Failure> failure = next("write " + setting);
    if (failure.isPresent()) {
      return failure;
    }
    String raw = value.strip().replace(' ', '\t') + "\n";
    String former = settings.put(setting, ignores ? "7\n" : raw);
    Range range =
        ValueFormat.range(settings.getOrDefault(Setting.IP_LOCAL_PORT_RANGE, "")).orElseThrow();
    int start =
        Decimal.parse(
                settings.getOrDefault(Setting.IP_UNPRIVILEGED_PORT_START, "").strip(), Port.MAX)
            .orElseThrow();
    if (range.first().number() < start) {
      settings.put(setting, former == null ? "" : former);
      return Optional.of(new Failure(Kind.OTHER, Phrase.of("write " + setting + ": EINVAL")));
    }
    return Optional.empty();
  }

  @Override
  public Optional<Failure> mayWrite(Setting setting) {
    return Optional.empty();
  }

  @Override
  public Reading<Optional<String>> file(String path) {
    return Reading.known(Optional.ofNullable(files.get(path)));
  }

  @Override
  public Optional<Failure> replace(String path, String text) {
    Optional<Failure> failure = next("write " + path);
    if (failure.isEmpty()) {
      files.put(path, text);
    }
    return failure;
  }

  @Override
  public Optional<Failure> remove(String path) {
    Optional<Failure> failure = next("unlink " + path);
    if (failure.isEmpty()) {
      files.remove(path);
    }
    return failure;
  }

  @Override
  public void sweep(String path) {}

  @Override
  public Optional<Failure> lock() {
    return Optional.empty();
  }

  @Override
  public void unlock() {}
}
