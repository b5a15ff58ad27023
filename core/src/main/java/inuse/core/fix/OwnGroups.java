package inuse.core.fix;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import java.util.Optional;
import java.util.function.Predicate;

/** The units, containers and managed programs that the caller runs in, and would end with. */
final class OwnGroups {
  private final Caller caller;

  OwnGroups(Caller caller) {
    this.caller = caller;
  }

  /** Whether the caller ends with the unit, container or managed program of that process. */
  boolean endWith(Holder holder) {
    return holder.unit().filter(unit -> isOurUnit(unit.content(), holder)).isPresent()
        || holder.container().map(Statement::content).filter(this::endWith).isPresent()
        || isOurManagedProgram(holder);
  }

  /** Whether the caller runs in that container. */
  boolean endWith(Container container) {
    return ourGroup(name -> name.contains(container.id())).isPresent();
  }

  /** Whether the caller runs in what that socket starts. */
  boolean endWith(SocketUnit socket) {
    return socket.services().stream().anyMatch(one -> ourGroup(one::equals).isPresent());
  }

  /** Both run below the same group of that name: users have units of one name each. */
  private boolean isOurUnit(Unit unit, Holder holder) {
    Optional<String> ours = ourGroup(unit.name()::equals);
    return ours.isPresent()
        && ours.equals(
            holder.cgroup().toOptional().flatMap(one -> group(one, unit.name()::equals)));
  }

  /** A manager ends what it started, and with it what runs below: us. */
  private boolean isOurManagedProgram(Holder holder) {
    Optional<Pid> manager =
        holder
            .supervision()
            .processManager()
            .map(Statement::content)
            .filter(one -> one.kind().restarts())
            .map(ProcessManager::pid);
    Pid program = holder.pid();
    for (Ancestor ancestor : holder.ancestry()) {
      if (manager.equals(Optional.of(ancestor.pid()))) {
        return caller.isBelow(program);
      }
      program = ancestor.pid();
    }
    return false;
  }

  private Optional<String> ourGroup(Predicate<String> fits) {
    return caller.cgroup().toOptional().flatMap(one -> group(one, fits));
  }

  /** The path of a control group up to the first name that fits. */
  private static Optional<String> group(Untrusted path, Predicate<String> fits) {
    String text = path.bytes() + "/";
    int start = 0;
    for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', start)) {
      if (fits.test(text.substring(start, slash))) {
        return Optional.of(text.substring(0, slash));
      }
      start = slash + 1;
    }
    return Optional.empty();
  }
}
