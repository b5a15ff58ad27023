package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who is never stopped, and who is not stopped under these limits. */
final class Guard {
  /** Programs that run other people's containers; ending one ends or orphans them all. */
  private static final Set<String> ENGINES =
      Set.of("dockerd", "containerd", "crio", "kubelet", "podman", "containerd-shim");

  private static final int KTHREADD = 2;

  private Guard() {}

  /** The rule that protects a process. */
  enum Rule {
    INIT("PID 1 is never stopped"),
    KERNEL_THREAD("a thread of the kernel is never stopped"),
    OURSELVES("that is this very program"),
    ANCESTOR("it is an ancestor of this very program"),
    SESSION("it leads the session of this terminal"),
    ENGINE("a container engine is never stopped for one port"),
    NOT_MINE("it belongs to another user, and --only-mine was given"),
    NOT_UNDER("it does not run below the directory of --under"),
    NOT_NAMED("it has another name than --command says");

    private final String words;

    Rule(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** The rule that forbids to end this process, if one does. */
  static Optional<Rule> forbids(Holder holder, Self self, Limits limits) {
    Pid pid = holder.pid();
    if (pid.number() == 1) {
      return Optional.of(Rule.INIT);
    }
    if (pid.equals(self.pid())) {
      return Optional.of(Rule.OURSELVES);
    }
    if (self.ancestry().stream().anyMatch(one -> one.pid().equals(pid))) {
      return Optional.of(Rule.ANCESTOR);
    }
    if (pid.equals(self.session())) {
      return Optional.of(Rule.SESSION);
    }
    if (isKernelThread(holder)) {
      return Optional.of(Rule.KERNEL_THREAD);
    }
    if (isEngine(holder)) {
      return Optional.of(Rule.ENGINE);
    }
    return outside(holder, self, limits);
  }

  private static Optional<Rule> outside(Holder holder, Self self, Limits limits) {
    boolean mine =
        holder.account().toOptional().map(Account::uid).filter(self.uid()::equals).isPresent();
    if (limits.onlyMine() && !mine) {
      return Optional.of(Rule.NOT_MINE);
    }
    if (limits.under().filter(directory -> !isUnder(holder, directory)).isPresent()) {
      return Optional.of(Rule.NOT_UNDER);
    }
    return limits.command().filter(name -> !holder.command().equals(name)).isPresent()
        ? Optional.of(Rule.NOT_NAMED)
        : Optional.empty();
  }

  private static boolean isKernelThread(Holder holder) {
    List<Ancestor> ancestry = holder.ancestry();
    return holder.pid().number() == KTHREADD
        || (!ancestry.isEmpty()
            && ancestry.getFirst().pid().number() == KTHREADD
            && holder.executable().toOptional().isEmpty());
  }

  /** By the name of its file where that is known: a process chooses its own name. */
  private static boolean isEngine(Holder holder) {
    Untrusted name =
        holder.executable().toOptional().map(Untrusted::baseName).orElse(holder.command());
    return ENGINES.stream().anyMatch(engine -> name.bytes().startsWith(engine));
  }

  /** Whether a process works in that directory or below it; unknown is no. */
  private static boolean isUnder(Holder holder, Untrusted directory) {
    String under = directory.bytes().endsWith("/") ? directory.bytes() : directory.bytes() + "/";
    return holder
        .workingDirectory()
        .toOptional()
        .filter(place -> (place.bytes() + "/").startsWith(under))
        .isPresent();
  }
}
