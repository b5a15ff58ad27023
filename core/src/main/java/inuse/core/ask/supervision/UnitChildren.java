package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupOwner;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Unit;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.Unparsable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The main process of a unit by the kernel's word alone, for a manager that cannot be asked: its
 * only child in the unit's control group. What a job left behind becomes a second child.
 */
final class UnitChildren {
  private final Proc proc;

  UnitChildren(Proc proc) {
    this.proc = proc;
  }

  /** The main process; empty where several may be it. */
  Reading<Set<Pid>> main(Holder holder, Unit unit) {
    List<Ancestor> ancestry = holder.ancestry();
    int depth = unit.user() ? 2 : 1;
    if (ancestry.size() < depth) {
      return Reading.unknown(Reading.Why.VANISHED);
    }
    Pid manager = ancestry.get(ancestry.size() - depth).pid();
    return switch (proc.text("/proc/" + manager + "/task/" + manager + "/children")) {
      case CallResult.Failed<String>(var why) -> Reading.unknown(Readings.of(why.errno()));
      case CallResult.Ok<String>(String children) -> {
        Set<Pid> members = new LinkedHashSet<>();
        for (String word : Fields.split(children.trim(), ' ')) {
          long pid = Numeral.decimal(word).orElse(0);
          if (pid > 0 && pid <= Integer.MAX_VALUE && unit((int) pid).filter(unit::is).isPresent()) {
            members.add(new Pid((int) pid));
          }
        }
        yield Reading.known(members.size() == 1 ? members : Set.of());
      }
    };
  }

  private Optional<Unit> unit(int pid) {
    try {
      return Cgroup2.read(proc, pid) instanceof CallResult.Ok<Cgroup2.Group>(Cgroup2.Group group)
          ? CgroupOwner.unit(group.path()).map(CgroupOwner.Named::owner)
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }
}
