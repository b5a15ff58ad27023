package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * A command line to be started, resolved as a shell would do it here and now.
 *
 * @param program the file that would run, free of symbolic links: the interpreter of a script
 * @param arguments after the program's own name; for a script, the interpreter's arguments
 * @param directory where it would be started, if that is part of what it is: no argument names a
 *     file by a path
 */
public record IntendedCommand(
    Untrusted program, List<Argument> arguments, Optional<Untrusted> directory) {
  public IntendedCommand {
    arguments = List.copyOf(arguments);
  }

  /**
   * One argument.
   *
   * @param file where it leads from the working directory, if a file is there
   */
  public record Argument(Untrusted text, Optional<File> file) {}

  /**
   * A file that an argument names.
   *
   * @param path as written, made absolute
   * @param canonical free of symbolic links
   */
  public record File(Untrusted path, Untrusted canonical) {}
}
