package inuse.rules;

import com.tngtech.archunit.core.domain.JavaAccess;
import java.util.Set;

/** The calls that change the machine, and do not only ask it. */
final class Actions {
  /**
   * Of SystemCalls. A file that is opened is changed by write(2) at the earliest; setns(2),
   * setresuid(2), a bound socket and what is sent to a daemon are how this process asks.
   */
  private static final Set<String> SYSTEM_CALLS =
      Set.of(
          "create",
          "write",
          "rename",
          "renameNoReplace",
          "unlink",
          "makeDirectory",
          "changeMode",
          "pidfdSendSignal",
          "spawn",
          "launch",
          "fork",
          "become",
          "listen",
          "setFileUid");

  private Actions() {}

  static boolean isOne(JavaAccess<?> access) {
    String name = access.getTarget().getName();
    return switch (access.getTargetOwner().getName()) {
      // SOCK_DESTROY; a dump has another method.
      case "inuse.kernel.netlink.NetlinkSocket" -> name.equals("act");
      case "inuse.kernel.ChildProcess" -> name.equals("start");
      // GET has a method of its own.
      case "inuse.core.io.UnixHttp" -> name.equals("ask");
      case "inuse.core.io.EngineApi" -> name.equals("post");
      default ->
          SYSTEM_CALLS.contains(name)
              && access.getTargetOwner().isAssignableTo("inuse.kernel.SystemCalls");
    };
  }
}
