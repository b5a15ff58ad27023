package inuse.java;

import java.util.List;

/**
 * What gives the address back.
 *
 * @param id its name, such as {@code terminate} or {@code stop-unit}; a newer executable may have
 *     further ones
 * @param command the words of the command to run; empty where the remedy is no command
 * @param needsRoot whether it has to be run as root
 * @param effect what it does, or what to do, in a sentence
 */
public record Remedy(String id, List<String> command, boolean needsRoot, String effect) {
  public Remedy {
    command = List.copyOf(command);
  }

  /** The command as a shell takes it; empty where the remedy is no command. */
  public String line() {
    return ShellWords.line(command);
  }
}
