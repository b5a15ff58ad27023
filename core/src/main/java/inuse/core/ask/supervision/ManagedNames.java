package inuse.core.ask.supervision;

import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.ask.holders.RootFiles;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Environment;
import inuse.core.io.ExternalCommand;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process manager calls a process, and the file or directory that it keeps it by, as its own
 * command needs them. Each is only of characters that are safe in a command line, and on the word
 * of the user whose manager it is: root is not told by another user what to stop, nor by which
 * file.
 */
final class ManagedNames {
  private static final int MAX_WORD = 200;

  /** Where supervisord(8) looks for its configuration, after its own directory. */
  private static final List<String> CONFIGURATIONS =
      List.of("/etc/supervisord.conf", "/etc/supervisor/supervisord.conf");

  private static final List<String> SUPERVISORCTL =
      List.of("/usr/bin/supervisorctl", "/usr/local/bin/supervisorctl");

  /** A start of Python takes most of it, and seconds where the host is busy. */
  private static final Duration TIME = Duration.ofSeconds(5);

  /** Questions to supervisord for one question to us: each costs a start of Python. */
  private static final int MAX_ASKED = 8;

  private final SystemCalls calls;
  private final Proc proc;
  private final ProcessSpeaker speakers;
  private final RootFiles files;
  private final Map<List<String>, Reading<String>> told = new LinkedHashMap<>();

  ManagedNames(Host host, UserNames users) {
    calls = host.calls();
    proc = host.proc();
    speakers = new ProcessSpeaker(host, users);
    files = new RootFiles(calls, users);
  }

  /** A new question begins, for which supervisord is asked anew. */
  void begin() {
    told.clear();
  }

  /** What supervisord did not tell. */
  List<Gap> gaps() {
    List<Gap> gaps = new ArrayList<>();
    told.forEach((question, answer) -> {
      if (answer instanceof Reading.Unknown<String>(Reading.Why why)) {
        gaps.add(
            new Gap(
                Gap.Subject.SUPERVISION,
                "supervisorctl " + String.join(" ", question.subList(3, question.size())),
                why,
                "supervisorctl status may tell what it is called"));
      }
    });
    return gaps;
  }

  /** The number of a process in PM2, which gives it to its children in the environment. */
  Optional<String> ofPm2(Holder holder, Speaker manager) {
    return speakers.of(holder.pid()).speaker().equals(manager)
        ? environment(holder).value("pm_id").filter(id -> Numeral.decimal(id).isPresent())
        : Optional.empty();
  }

  /**
   * The directory by which a daemon of PM2 is reached: without it the command would ask the one of
   * the default directory, which calls its programs by the same numbers.
   */
  Optional<String> homeOfPm2(Pid daemon, Speaker manager) {
    Environment environment = Environment.of(proc, "/proc/" + daemon + "/environ");
    return environment
        .value("PM2_HOME")
        .or(() -> environment.value("HOME").map(home -> home + "/.pm2"))
        .filter(one -> isAccepted(one, "/root" + one, daemon, manager));
  }

  /**
   * The name of a process in supervisord, which gives it to its children in the environment. They
   * may change that: of another user's process, supervisord itself has to say that it is its own.
   *
   * @param configuration its file
   * @param child the process that supervisord started, the holder's ancestor or itself
   */
  Optional<String> ofSupervisord(Holder holder, Speaker manager, String configuration, Pid child) {
    Environment environment = environment(holder);
    Optional<String> name =
        environment.value("SUPERVISOR_PROCESS_NAME").filter(ManagedNames::isHarmless);
    Optional<String> group =
        environment.value("SUPERVISOR_GROUP_NAME").filter(ManagedNames::isHarmless);
    Optional<String> whole =
        group.isEmpty() || group.equals(name) ? name : name.map(one -> group.get() + ":" + one);
    return speakers.of(holder.pid()).speaker().equals(manager)
        ? whole
        : whole.filter(one -> manager.equals(Speaker.ROOT) && isSo(configuration, one, child));
  }

  /** Whether root's supervisord, asked by root, calls that process so. */
  private boolean isSo(String configuration, String name, Pid child) {
    return isAsked(List.of("supervisorctl", "-c", configuration, "pid", name), child);
  }

  /** Whether root, asking root's supervisord, is told that process. */
  private boolean isAsked(List<String> question, Pid process) {
    if (!told.containsKey(question) && told.size() < MAX_ASKED && calls.getEffectiveUid() == 0) {
      told.put(
          question,
          new ExternalCommand(calls).run(SUPERVISORCTL, question, List.of("LC_ALL=C"), TIME));
    }
    return told.getOrDefault(question, Reading.unknown(Reading.Why.NOT_ASKED)).is(process + "\n");
  }

  private Environment environment(Holder holder) {
    return Environment.of(proc, "/proc/" + holder.pid() + "/environ");
  }

  /**
   * The configuration of a supervisord: the one that it was given, else the first that it would
   * find. supervisorctl(8) looks for it too, but in our directory.
   */
  Optional<String> configuration(Pid supervisord, Speaker manager) {
    List<String> arguments =
        proc.text("/proc/" + supervisord + "/cmdline") instanceof CallResult.Ok<String>(var line)
            ? Arrays.asList(Fields.split(line, '\0'))
            : List.of();
    Optional<String> given = given(arguments);
    if (given.isPresent() && (given.get().isEmpty() || given.get().startsWith("/"))) {
      return given.filter(one -> isAccepted(one, "/root" + one, supervisord, manager));
    }
    if (given.isPresent()) {
      // It may work in another directory now than the one that it was started in: it has to say so.
      return directory(supervisord)
          .map(directory -> directory + "/" + given.get())
          .filter(one -> isAccepted(one, "/root" + one, supervisord, manager))
          .filter(one ->
              manager.equals(Speaker.ROOT)
                  && isAsked(List.of("supervisorctl", "-c", one, "pid"), supervisord));
    }
    List<String> places = new ArrayList<>();
    directory(supervisord)
        .ifPresent(path -> {
          places.add(path + "/supervisord.conf");
          places.add(path + "/etc/supervisord.conf");
        });
    places.addAll(CONFIGURATIONS);
    return places.stream()
        .filter(one -> files.exists(one))
        .findFirst()
        .filter(one -> isAccepted(one, "/root" + one, supervisord, manager));
  }

  /** The configuration among the arguments; empty text where that cannot be told. */
  private static Optional<String> given(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String one = arguments.get(i);
      if (one.equals("-c") || one.equals("--configuration")) {
        return Optional.of(i + 1 < arguments.size() ? arguments.get(i + 1) : "");
      }
      if (one.startsWith("--configuration=")) {
        return Optional.of(one.substring(one.indexOf('=') + 1));
      }
      // Options may be written together, and long ones be shortened.
      boolean maybe = one.startsWith("--c") || (one.startsWith("-") && !one.startsWith("--"));
      if (maybe && one.indexOf('c') > 0) {
        return Optional.of("");
      }
    }
    return Optional.empty();
  }

  private Optional<String> directory(Pid process) {
    return proc.link("/proc/" + process + "/cwd") instanceof CallResult.Ok<String>(String path)
        ? Optional.of(path)
        : Optional.empty();
  }

  /** The service directory: a supervisor of one service has it as its working directory. */
  Optional<String> directory(Pid supervise, Speaker manager) {
    return directory(supervise).filter(one -> isAccepted(one, "/cwd", supervise, manager));
  }

  /**
   * Whether the manager's own command may be given that path. A user's command is given what that
   * user says, and root's what root alone can change, if it is the same file for us as for the
   * manager, which may see others in a container.
   *
   * @param link below the directory of the process in /proc, to the same file
   */
  private boolean isAccepted(String path, String link, Pid process, Speaker manager) {
    return path.startsWith("/")
        && isHarmless(path)
        && (!manager.equals(Speaker.ROOT)
            || (files.isRoots(path) && files.isSame(path, "/proc/" + process + link)));
  }

  /** Whether the text is safe in a command line without quotes, and is not an option. */
  private static boolean isHarmless(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_WORD
        && !text.startsWith("-")
        && Untrusted.isPlain(text, "_./:@+-");
  }
}
