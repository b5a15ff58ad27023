package inuse.core.events;

import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/**
 * A process as the recorder saw it, in the moment when it was first of interest.
 *
 * @param number what the lines of its segment call it
 * @param program name of its executable, else what it calls itself
 * @param unit its systemd unit
 * @param container name of its container, else the id
 * @param directory its working directory
 * @param arguments empty unless they were to be recorded
 */
public record RecordedProcess(
    int number,
    ProcessIdentity identity,
    Untrusted program,
    Optional<Uid> user,
    Optional<Untrusted> unit,
    Optional<Untrusted> container,
    Optional<Untrusted> directory,
    List<Untrusted> arguments) {
  public RecordedProcess {
    arguments = List.copyOf(arguments);
  }
}
