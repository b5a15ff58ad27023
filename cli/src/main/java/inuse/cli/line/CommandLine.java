package inuse.cli.line;

import java.util.List;

/**
 * What is to be started.
 *
 * @param path of the program
 * @param words its name and its arguments, each one char for each byte
 * @param environment likewise
 */
public record CommandLine(String path, List<String> words, List<String> environment) {
  public CommandLine {
    words = List.copyOf(words);
    environment = List.copyOf(environment);
  }
}
