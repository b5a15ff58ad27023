package inuse.zoo.oracle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/** The program oracle.c, which makes the sockets. */
final class Worker implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  Worker(Path program) {
    try {
      process =
          new ProcessBuilder(program.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    answers = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII));
    commands = new OutputStreamWriter(process.getOutputStream(), US_ASCII);
    expect("ready", read());
  }

  /**
   * The result of making a holder.
   *
   * @param answer ok or the errno of the step that failed; then nothing is left of the holder
   * @param farPort port of the far end of its connection, zero where it has none
   * @param calls for each bind and listen that succeeded, whether SO_REUSEPORT was set
   */
  record Fact(
      String answer,
      int farPort,
      boolean reuseAddress,
      boolean reusePort,
      boolean ipv6Only,
      List<Boolean> calls) {
    boolean isHere() {
      return answer.equals("ok");
    }
  }

  /** The port and the holders. */
  record Held(int port, List<Fact> facts) {}

  long pid() {
    return process.pid();
  }

  Held hold(Scenario scenario) {
    return held("held", ask("hold " + scenario));
  }

  /** Lets the holders go on. */
  Held goOn() {
    return held("then", ask("then"));
  }

  /**
   * The result of bind or listen.
   *
   * @param cookie SO_COOKIE of the newcomer
   */
  record Answer(String errno, long cookie) {}

  Answer bind() {
    List<String> words = ask("bind");
    expect("bind", words.getFirst());
    return new Answer(words.get(1), Long.parseUnsignedLong(words.get(2)));
  }

  String listen() {
    List<String> words = ask("listen");
    expect("listen", words.getFirst());
    return words.get(1);
  }

  /** The SO_COOKIE of each socket that took a client of that address, - where none did. */
  List<String> ask(String address, int clients) {
    List<String> words = ask("ask " + address + " " + clients);
    expect("ask", words.getFirst());
    return words.subList(1, words.size());
  }

  void clear() {
    expect("clear", ask("clear").getFirst());
  }

  private static Held held(String word, List<String> words) {
    expect(word, words.getFirst());
    return new Held(
        Integer.parseInt(words.get(1)),
        words.subList(2, words.size()).stream().map(Worker::fact).toList());
  }

  private static Fact fact(String text) {
    List<String> fields = List.of(text.split(",", -1));
    return new Fact(
        fields.get(0),
        Integer.parseInt(fields.get(1)),
        fields.get(2).equals("1"),
        fields.get(3).equals("1"),
        fields.get(4).equals("1"),
        fields.get(5).chars().mapToObj(Character::isUpperCase).toList());
  }

  private List<String> ask(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(command, e);
    }
    return List.of(read().split(" ", -1));
  }

  private String read() {
    try {
      String line = answers.readLine();
      return line == null ? "(end)" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void expect(String word, String line) {
    if (!line.equals(word)) {
      throw new IllegalStateException("oracle said " + line + ", not " + word);
    }
  }

  @Override
  public void close() {
    try {
      commands.close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
