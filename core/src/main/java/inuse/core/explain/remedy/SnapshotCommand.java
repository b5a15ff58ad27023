package inuse.core.explain.remedy;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import java.util.Optional;

/** Command lines of inuse itself about the target of a question. */
final class SnapshotCommand {
  private SnapshotCommand() {}

  /**
   * A command line for the same target and newcomer.
   *
   * @param command the verb and its own options
   * @return empty where the target cannot be typed at a terminal
   */
  static Optional<InuseCommand> of(InuseCommand command, Snapshot seen) {
    return switch (seen) {
      case PortSnapshot snapshot -> Optional.of(of(command, snapshot));
      case UnixSnapshot unix -> {
        String word = unix.target().word().bytes();
        // A path without a slash would be parsed as a service's name.
        boolean bare = word.indexOf('/') < 0 && !word.startsWith("@");
        yield RemoveFile.isPrintable(word)
            ? Optional.of(command.about(bare ? "unix:" + word : word))
            : Optional.empty();
      }
    };
  }

  static InuseCommand of(InuseCommand command, PortSnapshot snapshot) {
    Newcomer newcomer = snapshot.newcomer();
    InuseCommand line = command.about(snapshot.target().toString());
    if (newcomer.reuseAddress()) {
      line = line.with(InuseCommand.Choice.REUSE_ADDRESS);
    }
    if (newcomer.reusePort()) {
      line = line.with(InuseCommand.Choice.REUSE_PORT);
    }
    if (newcomer.ipv6Only()) {
      line = line.with(InuseCommand.Choice.IPV6_ONLY);
    }
    boolean notHere =
        command.verb() == InuseCommand.Verb.FREE
            && snapshot.probes().stream().anyMatch(Probe::isRefusedForItsAddress);
    if (newcomer.nonLocal() || notHere) {
      line = line.with(InuseCommand.Choice.NON_LOCAL);
    }
    Optional<String> device =
        newcomer
            .device()
            .filter(one -> snapshot.target().zone().isEmpty())
            .map(one -> one.name().bytes())
            .filter(RemoveFile::isPrintable);
    return device.isPresent() ? line.with(InuseCommand.Choice.DEVICE, device.get()) : line;
  }
}
