package inuse.core;

import static inuse.kernel.abi.Constants.SIGHUP;
import static inuse.kernel.abi.Constants.SIGINT;
import static inuse.kernel.abi.Constants.SIGTERM;

import inuse.core.ask.PortUseSearch;
import inuse.core.ask.holders.HolderSource;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.core.tune.LaterFiles;
import inuse.core.tune.RequestedChange;
import inuse.core.tune.Role;
import inuse.core.tune.Setting;
import inuse.core.tune.SettingAdvice;
import inuse.core.tune.SettingAdvisor;
import inuse.core.tune.SettingsSnapshot;
import inuse.core.tune.SysctlFile;
import inuse.core.tune.SystemTuneEffects;
import inuse.core.tune.TuneEffects;
import inuse.core.tune.TuneOutcome;
import inuse.core.tune.TunePlan;
import inuse.core.tune.TunePlanner;
import inuse.core.tune.Tuner;
import inuse.core.tune.UndoRecord;
import inuse.core.tune.ValueFormat;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The kernel's settings that matter to binds, in one network namespace: judged, changed, and
 * restored. Its methods are about that namespace only within {@link #inside}.
 */
public final class SettingsSession {
  private final Host host;
  private final HolderSource holders;
  private final Optional<Namespace> namespace;
  private final NamespaceSwitch namespaces;
  private final SystemTuneEffects effects;

  SettingsSession(Host host, HolderSource holders, Optional<Namespace> namespace) {
    this.host = host;
    this.holders = holders;
    this.namespace = namespace;
    namespaces = new NamespaceSwitch(host);
    effects = new SystemTuneEffects(host);
  }

  /**
   * Runs the work in the namespace.
   *
   * @param closed runs instead where the namespace cannot be entered, with the reason
   */
  public <T> T inside(Supplier<T> work, Function<String, T> closed) {
    return switch (namespaces.in(namespace, work)) {
      case CallResult.Ok<T>(T done) -> done;
      case CallResult.Failed<T>(var why) -> closed.apply(why.toString());
    };
  }

  /** Reads the settings and what they are judged by. */
  public SettingsSnapshot look() {
    Map<Setting, Reading<String>> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, effects.read(setting));
    }
    var range =
        values
            .getOrDefault(Setting.IP_LOCAL_PORT_RANGE, Reading.unknown(Reading.Why.NOT_ASKED))
            .toOptional()
            .flatMap(ValueFormat::range);
    return new SettingsSnapshot(
        values,
        new PortUseSearch(host, holders).look(range),
        namespaces.namespace(),
        namespaces.isOfInit());
  }

  /** Advice on each setting, from what was found. */
  public List<SettingAdvice> advice(SettingsSnapshot here) {
    return SettingAdvisor.of(here);
  }

  /** A plan, and the snapshot that it is made for. */
  public record Proposed(SettingsSnapshot here, TunePlan plan) {}

  /**
   * Plans changes.
   *
   * @param role whose usual changes are wanted as well
   * @param persist whether they are written to /etc also where this is not the host's namespace
   */
  public Proposed plan(List<RequestedChange> requested, Optional<Role> role, boolean persist) {
    SettingsSnapshot here = look();
    List<RequestedChange> all = new ArrayList<>(requested);
    role.ifPresent(one -> all.addAll(one.wishes(here)));
    Optional<TunePlan.FileText> file =
        persist || here.ofInit().is(true)
            ? Optional.of(
                new TunePlan.FileText(
                    effects.file(SysctlFile.PATH).toOptional().orElse(Optional.empty())))
            : Optional.empty();
    String nothing = role.map(one -> one.nothing()).orElse("");
    return new Proposed(here, TunePlanner.plan(here, all, file, nothing));
  }

  /** Sysctl files that are read after ours and set the same settings. */
  public List<Phrase> laterFiles(TunePlan.Changes changes) {
    TreeSet<Setting> settings = new TreeSet<>();
    changes.writes().forEach(one -> settings.add(one.setting()));
    return LaterFiles.of(settings, later(host.proc()), effects);
  }

  private static List<String> later(Proc proc) {
    List<String> files = new ArrayList<>(List.of(LaterFiles.LAST));
    for (String directory : LaterFiles.DIRECTORIES) {
      if (proc.directory(directory) instanceof CallResult.Ok<List<Proc.Entry>>(var entries)) {
        entries.stream()
            .map(Proc.Entry::name)
            .filter(LaterFiles::isLater)
            .sorted()
            .forEach(name -> files.add(directory + "/" + name));
      }
    }
    return files;
  }

  /** Why one of the settings cannot be written by this user. */
  public Optional<TuneEffects.Failure> mayWrite(List<TunePlan.Write> writes) {
    for (TunePlan.Write write : writes) {
      Optional<TuneEffects.Failure> failure = effects.mayWrite(write.setting());
      if (failure.isPresent()) {
        return failure;
      }
    }
    return Optional.empty();
  }

  /**
   * Runs the work under the lock against other processes that change settings, with signals held
   * back, so that none ends this process half-way.
   *
   * @param busy runs instead where the lock cannot be taken
   */
  public <T> T locked(Function<TuneEffects.Failure, T> busy, Supplier<T> work) {
    Optional<TuneEffects.Failure> failure = effects.lock();
    if (failure.isPresent()) {
      return busy.apply(failure.get());
    }
    int signals = host.calls().signalDescriptor(SIGINT, SIGTERM, SIGHUP);
    try {
      return work.get();
    } finally {
      effects.unlock();
      if (signals >= 0) {
        host.calls().close(signals);
      }
    }
  }

  /** Records the former values, makes the changes, and reads them back. */
  public TuneOutcome apply(SettingsSnapshot here, TunePlan.Changes changes) {
    return tuner(here).apply(changes);
  }

  /** The recorded changes that can be undone. */
  public Tuner.Undo recorded(SettingsSnapshot here) {
    return tuner(here).recorded(here);
  }

  /** Undoes them. */
  public TuneOutcome undo(SettingsSnapshot here, Tuner.Undo.Steps steps) {
    return tuner(here).undo(steps);
  }

  /** Removes the temporary files of a killed run, unless another run holds the lock. */
  public void sweep(SettingsSnapshot here) {
    if (host.proc().directory(UndoRecord.DIRECTORY) instanceof CallResult.Ok
        && effects.lock().isEmpty()) {
      tuner(here).sweep();
      effects.unlock();
    }
  }

  private Tuner tuner(SettingsSnapshot here) {
    if (here.ofInit().is(true)) {
      return new Tuner(effects, UndoRecord.DIRECTORY + "/tune", Optional.empty());
    }
    String number = here.namespace().toOptional().map(Object::toString).orElse("unknown");
    return new Tuner(
        effects, UndoRecord.DIRECTORY + "/tune-" + number, Optional.of(effects.identity()));
  }
}
