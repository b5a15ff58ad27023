package inuse.core.ask;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Uid;
import inuse.core.io.Environment;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Passwd;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.proc.UidMap;
import inuse.kernel.proc.Unparsable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds the person on whose behalf root acts: the nearest ancestor that is not root became root by
 * sudo, su, doas or pkexec. What sudo and the others say in the environment counts where there is
 * no such ancestor, and may not contradict one: doas and su can pass on what their user has set.
 */
final class PersonLookup {
  private final Proc proc;
  private final Environment environment;
  private final Uid self;

  PersonLookup(Host host) {
    proc = host.proc();
    environment = Environment.own(host);
    self = new Uid(host.calls().getEffectiveUid());
  }

  /** The person; empty where the signs contradict each other. */
  Optional<Uid> look(List<Ancestor> ancestry) {
    if (!self.equals(Uid.ROOT)) {
      return Optional.of(self);
    }
    Set<Uid> signs = said();
    UidMap map =
        proc.text("/proc/self/uid_map") instanceof CallResult.Ok<String>(String text)
            ? UidMap.parse(text)
            : UidMap.NONE;
    ancestry.stream()
        .flatMap(one -> uid(one, map).stream())
        .filter(uid -> !uid.equals(Uid.ROOT))
        .findFirst()
        .ifPresent(signs::add);
    return signs.size() > 1
        ? Optional.empty()
        : Optional.of(signs.stream().findFirst().orElse(Uid.ROOT));
  }

  /** Its user; none where that is only the name of users that our user namespace does not know. */
  private Optional<Uid> uid(Ancestor ancestor, UidMap map) {
    try {
      return ProcessStatus.read(proc, ancestor.pid().number())
                  instanceof CallResult.Ok<ProcessStatus>(ProcessStatus status)
              && map.covers(status.effectiveUid())
          ? Optional.of(new Uid(status.effectiveUid()))
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }

  /** What the environment says; that root became root says nothing. */
  private Set<Uid> said() {
    Set<Uid> said = new LinkedHashSet<>();
    for (String name : List.of("SUDO_UID", "PKEXEC_UID")) {
      environment.value(name).flatMap(text -> uid(Numeral.decimal(text))).ifPresent(said::add);
    }
    environment.value("DOAS_USER").flatMap(this::named).ifPresent(said::add);
    said.remove(Uid.ROOT);
    return said;
  }

  private Optional<Uid> named(String user) {
    return proc.text("/etc/passwd") instanceof CallResult.Ok<String>(String text)
        ? uid(Passwd.uid(text, user))
        : Optional.empty();
  }

  private static Optional<Uid> uid(OptionalLong number) {
    return number.isPresent() && number.getAsLong() <= Uid.MAX
        ? Optional.of(new Uid(number.getAsLong()))
        : Optional.empty();
  }
}
