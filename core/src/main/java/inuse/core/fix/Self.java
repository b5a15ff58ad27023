package inuse.core.fix;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Uid;
import java.util.List;

/**
 * Who is asking.
 *
 * @param uid the effective user
 * @param ancestry the parent first
 * @param session the leader of the session, as a rule the terminal's shell
 */
public record Self(Pid pid, Uid uid, List<Ancestor> ancestry, Pid session) {
  public Self {
    ancestry = List.copyOf(ancestry);
  }
}
