package inuse.run.process;

import static inuse.kernel.abi.Constants.PR_SET_KEEPCAPS;
import static inuse.kernel.abi.Constants.PR_SET_NO_NEW_PRIVS;

import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.Capabilities;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessCredentials;
import inuse.kernel.proc.Unparsable;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * With which rights a task acts, as far as we can act with the same: whoever acts for its bind must
 * have no more. A program that has dropped root must not get the port of somebody whom it may not
 * end.
 *
 * @param credentials its effective user, groups, and the capabilities that count for us
 * @param apart whether it could not act on our processes at all, in a pid or user namespace of its
 *     own, or has restricted itself in a way that nobody can ask about
 */
public record TaskRights(ProcessCredentials credentials, boolean apart) {
  /** The variable by which a second inuse is told with which rights it acts. */
  public static final String VARIABLE = "INUSE_RIGHTS";

  private static final int WORDS = 4;

  /** Those of a task; empty where it is gone, or may not be looked at. */
  public static Optional<TaskRights> of(Host host, int task) {
    try {
      if (!(ProcessCredentials.read(host.proc(), task)
          instanceof CallResult.Ok<ProcessCredentials>(ProcessCredentials all))) {
        return Optional.empty();
      }
      boolean sameUsers = isShared(host.proc(), task, "user");
      // Capabilities of another user namespace are none here.
      ProcessCredentials here =
          sameUsers ? all : new ProcessCredentials(all.uid(), all.gid(), all.groups(), 0);
      return Optional.of(new TaskRights(here, !sameUsers || !isShared(host.proc(), task, "pid")));
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }

  private static boolean isShared(Proc proc, int task, String namespace) {
    return proc.link("/proc/self/ns/" + namespace) instanceof CallResult.Ok<String>(String ours)
        && proc.link("/proc/" + task + "/ns/" + namespace)
            instanceof CallResult.Ok<String>(String theirs)
        && theirs.equals(ours);
  }

  /** The same, of a task that has restricted itself. */
  public TaskRights restricted() {
    return new TaskRights(credentials, true);
  }

  public long uid() {
    return credentials.uid();
  }

  private long gid() {
    return credentials.gid();
  }

  /** The capabilities that count for us, a bit for each. */
  public long capabilities() {
    return credentials.capabilities();
  }

  /** Whether ours are no more than these, so that there is nothing to give up. */
  public boolean cover(TaskRights ours) {
    return uid() == ours.uid()
        && gid() == ours.gid()
        && hasGroupsOf(ours)
        && (ours.capabilities() & ~capabilities()) == 0;
  }

  private boolean hasGroupsOf(TaskRights ours) {
    return new HashSet<>(credentials.groups()).equals(new HashSet<>(ours.credentials.groups()));
  }

  /** The value of {@link #VARIABLE}. */
  public String text() {
    List<String> groups = credentials.groups().stream().map(group -> Long.toString(group)).toList();
    return credentials.uid()
        + " "
        + credentials.gid()
        + " "
        + Long.toHexString(credentials.capabilities())
        + " "
        + String.join(",", groups);
  }

  /** Reads such a value; empty where it is anything else. */
  public static Optional<TaskRights> read(String text) {
    String[] words = Fields.split(text, ' ');
    if (words.length != WORDS) {
      return Optional.empty();
    }
    OptionalLong uid = Numeral.decimal(words[0]);
    OptionalLong gid = Numeral.decimal(words[1]);
    OptionalLong capabilities = Numeral.hexadecimal(words[2]);
    List<OptionalLong> groups =
        words[3].isEmpty()
            ? List.of()
            : Stream.of(Fields.split(words[3], ',')).map(Numeral::decimal).toList();
    if (uid.isEmpty()
        || gid.isEmpty()
        || capabilities.isEmpty()
        || groups.stream().anyMatch(OptionalLong::isEmpty)) {
      return Optional.empty();
    }
    return Optional.of(
        new TaskRights(
            new ProcessCredentials(
                uid.getAsLong(),
                gid.getAsLong(),
                groups.stream().map(OptionalLong::getAsLong).toList(),
                capabilities.getAsLong()),
            false));
  }

  /**
   * Gives up whatever is more than these, for good: neither execve(2) nor a set-uid program brings
   * it back.
   *
   * @return zero, or the negated errno of what could not be given up
   */
  public int assume(Host host) {
    SystemCalls calls = host.calls();
    Optional<TaskRights> ours = of(host, calls.getPid());
    if (ours.isEmpty()) {
      return -Errno.EPERM.code();
    }
    return switch (Capabilities.read(calls)) {
      case CallResult.Failed<Capabilities>(var why) -> -why.errno().code();
      case CallResult.Ok<Capabilities>(Capabilities all) ->
          cover(ours.get()) ? 0 : assume(calls, ours.get(), all.permitted() & capabilities());
    };
  }

  /** What is the same already takes no privilege to be set. */
  private int assume(SystemCalls calls, TaskRights ours, long kept) {
    calls.control(PR_SET_KEEPCAPS, 1);
    long[] groups = credentials.groups().stream().mapToLong(Long::longValue).toArray();
    int done = hasGroupsOf(ours) ? 0 : calls.setGroups(groups);
    done = done < 0 || gid() == ours.gid() ? done : calls.setGroup(gid());
    done = done < 0 || uid() == ours.uid() ? done : calls.setUser(uid());
    done = done < 0 ? done : new Capabilities(kept, kept, 0).set(calls);
    return done < 0 ? done : calls.control(PR_SET_NO_NEW_PRIVS, 1);
  }
}
