package inuse.core.explain.rule;

import inuse.core.evidence.Account;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a process is an earlier run of a command: by its program, its script and its arguments,
 * its user and where it was started, or by its unit or its container; never by its name alone.
 */
public enum SameCommand {
  /** The same program with the same arguments. */
  SAME("it runs the same program with the same arguments"),
  /** The command starts the unit that the process belongs to. */
  SAME_UNIT("it belongs to the unit that the command starts"),
  /** The command starts the container that the process runs in. */
  SAME_CONTAINER("it runs in the container that the command starts"),
  /** A process above it is the command, run earlier: it was started by that. */
  SAME_LAUNCHER("an earlier run of the command has started it, and is still there"),
  /** The same program with the same arguments as the process that binds for the command. */
  SAME_AS_BINDER("it runs the same program with the same arguments as the process that binds now"),
  /** The same program with other arguments or another script. */
  OTHER_ARGUMENTS("it runs the same program, but with other arguments or another script"),
  /** Another user runs it. */
  OTHER_USER("it runs the same program with the same arguments, but as another user"),
  /** It was started in another directory, and nothing but that tells what it works on. */
  OTHER_DIRECTORY("it runs the same program with the same arguments, but in another directory"),
  /** Another program. */
  OTHER_PROGRAM("it runs another program than the one to be started"),
  /** In a container, which has files of its own: the same path there is another program. */
  ELSEWHERE("it runs in a container, with files of its own"),
  /** Its program or arguments cannot be read, or the command is a launcher of other programs. */
  UNKNOWN("whether it is the one to be started cannot be seen");

  private final String why;

  SameCommand(String why) {
    this.why = why;
  }

  /** Why it is the same or not: a sentence about the process. */
  public String why() {
    return why;
  }

  /** The same of processes that are named, where it is about what they are. */
  public Phrase whyOf(Phrase named) {
    return why.startsWith("it ") ? named.then(why.substring(2)) : named.then(": ").then(why);
  }

  public boolean isSame() {
    return switch (this) {
      case SAME, SAME_UNIT, SAME_CONTAINER, SAME_LAUNCHER, SAME_AS_BINDER -> true;
      case OTHER_ARGUMENTS, OTHER_USER, OTHER_DIRECTORY, OTHER_PROGRAM, ELSEWHERE, UNKNOWN -> false;
    };
  }

  /**
   * Compares a process with the command that the newcomer of that snapshot is started by. Who asks
   * takes the word of not everybody for its unit or container.
   */
  public static SameCommand of(IntendedCommand intended, Holder holder, PortSnapshot seen) {
    SameCommand itself = itself(intended, holder, seen);
    if (itself.isSame()) {
      return itself;
    }
    if (seen.newcomer()
        .run()
        .flatMap(OwnRun::binder)
        .filter(one -> isAlike(one, holder))
        .isPresent()) {
      return SAME_AS_BINDER;
    }
    // A command without a word tells nothing: a shell of that name is above half of all processes.
    boolean launched =
        !intended.arguments().isEmpty()
            && seen.launchers().stream()
                .filter(one -> holder.isBelow(one.pid()))
                .anyMatch(one -> itself(intended, one, seen) == SAME);
    return launched ? SAME_LAUNCHER : itself;
  }

  /** Whether two processes run the same program, with the same words, for one user in one place. */
  private static boolean isAlike(Holder one, Holder other) {
    return isKnownToAgree(one.executable(), other.executable())
        && isKnownToAgree(one.arguments(), other.arguments())
        && isKnownToAgree(one.workingDirectory(), other.workingDirectory())
        && one.user().isPresent()
        && one.user().equals(other.user())
        && one.container().isEmpty()
        && other.container().isEmpty();
  }

  private static <T> boolean isKnownToAgree(Reading<T> one, Reading<T> other) {
    return one.toOptional().isPresent() && one.toOptional().equals(other.toOptional());
  }

  private static SameCommand itself(IntendedCommand intended, Holder holder, PortSnapshot seen) {
    Uid asker = seen.asker();
    Optional<Container> container =
        holder.trusted(holder.container(), asker).map(Statement.Trusted::content);
    if (holder
        .trusted(holder.unit(), asker)
        .filter(one -> startsUnit(intended, one.content()))
        .isPresent()) {
      return SAME_UNIT;
    }
    if (container.isPresent()) {
      return startsContainer(intended, container.get()) ? SAME_CONTAINER : ELSEWHERE;
    }
    Optional<String> program =
        holder.executable().toOptional().map(Untrusted::withoutDeleted).map(Untrusted::bytes);
    Optional<List<Untrusted>> arguments =
        holder.arguments().toOptional().filter(one -> !one.isEmpty());
    if (program.isEmpty() || arguments.isEmpty()) {
      return UNKNOWN;
    }
    boolean sameProgram = program.get().equals(intended.program().bytes());
    if (sameProgram
        && (sameArguments(intended, arguments.get(), holder.workingDirectory())
            || ProcessTitle.names(intended, arguments.get()))) {
      return sameProgramAndArguments(intended, holder, seen);
    }
    if (Launchers.isOne(intended)
        || (sameProgram && ProcessTitle.hides(intended, arguments.get()))) {
      return UNKNOWN;
    }
    return sameProgram ? OTHER_ARGUMENTS : OTHER_PROGRAM;
  }

  private static SameCommand sameProgramAndArguments(
      IntendedCommand intended, Holder holder, PortSnapshot seen) {
    Optional<Uid> user = holder.account().toOptional().map(Account::uid);
    if (user.isEmpty()) {
      return UNKNOWN;
    }
    if (!user.get().equals(seen.newcomer().uid())
        && !hasSocketOf(seen.newcomer().uid(), holder, seen)) {
      return OTHER_USER;
    }
    if (intended.directory().isEmpty()) {
      return SAME;
    }
    return switch (holder.workingDirectory()) {
      case Reading.Unknown<Untrusted> unknown -> UNKNOWN;
      case Reading.Known<Untrusted>(Untrusted directory) ->
          directory.equals(intended.directory().get()) ? SAME : OTHER_DIRECTORY;
    };
  }

  /** Whether that user made a socket that it holds: it has given up that user's rights since. */
  private static boolean hasSocketOf(Uid user, Holder holder, PortSnapshot seen) {
    return seen.sockets().stream()
        .anyMatch(one -> one.isServers() && one.owner().uid().equals(user) && holder.holds(one));
  }

  private static boolean sameArguments(
      IntendedCommand intended, List<Untrusted> held, Reading<Untrusted> directory) {
    List<IntendedCommand.Argument> wanted = intended.arguments();
    if (held.size() != wanted.size() + 1) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (!same(wanted.get(i), held.get(i + 1).bytes(), directory)) {
        return false;
      }
    }
    return true;
  }

  /** Whether two arguments are the same: the same file, however it is named, else the same text. */
  private static boolean same(
      IntendedCommand.Argument wanted, String held, Reading<Untrusted> directory) {
    if (wanted.file().isEmpty()) {
      return wanted.text().bytes().equals(held);
    }
    IntendedCommand.File file = wanted.file().get();
    Optional<String> path =
        held.startsWith("/")
            ? Optional.of(held)
            : directory.toOptional().map(one -> one.bytes() + "/" + held);
    return path.map(SameCommand::normal)
        .filter(
            one -> one.equals(normal(file.path().bytes())) || one.equals(file.canonical().bytes()))
        .isPresent();
  }

  /** The path without "." and "..", from the text alone. */
  private static String normal(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  private static boolean startsUnit(IntendedCommand intended, Unit unit) {
    return isStart(intended, "systemctl")
        && intended.arguments().stream()
            .map(argument -> argument.text().bytes())
            .anyMatch(word -> word.equals(unit.name()) || unit.name().equals(word + ".service"));
  }

  private static boolean startsContainer(IntendedCommand intended, Container container) {
    return isStart(intended, container.engine().word())
        && intended.arguments().stream()
            .map(argument -> argument.text().bytes())
            .anyMatch(
                word -> word.length() >= Container.SHORT_ID && container.id().startsWith(word));
  }

  private static boolean isStart(IntendedCommand intended, String program) {
    return intended.program().baseName().bytes().equals(program)
        && intended.arguments().stream()
            .map(argument -> argument.text().bytes())
            .anyMatch(word -> word.equals("start") || word.equals("restart"));
  }
}
