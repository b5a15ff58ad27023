package inuse.cli.live;

import inuse.cli.line.ExitCode;
import inuse.cli.terminal.Terminal;
import java.util.List;

/** Runs another command of ours. */
public interface Runner {
  /**
   * Runs it to its end.
   *
   * @param words its command line, one char a byte
   * @param terminal where it prints and asks
   */
  ExitCode run(List<String> words, Terminal terminal);
}
