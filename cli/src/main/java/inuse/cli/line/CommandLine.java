package inuse.cli.line;

import java.util.List;

/**
 * The program to be started.
 *
 * @param path of the program
 * @param words its name and its arguments, one char per byte
 * @param environment NAME=VALUE each, one char per byte
 */
public record CommandLine(String path, List<String> words, List<String> environment) {
  public CommandLine {
    words = List.copyOf(words);
    environment = List.copyOf(environment);
  }
}
