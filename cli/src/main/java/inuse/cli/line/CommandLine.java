package inuse.cli;

import java.util.List;

/**
 * What is to be started.
 *
 * @param path of the program
 * @param words its name and its arguments, each one char for each byte
 * @param environment likewise
 */
record CommandLine(String path, List<String> words, List<String> environment) {
  CommandLine {
    words = List.copyOf(words);
    environment = List.copyOf(environment);
  }
}
