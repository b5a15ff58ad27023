package inuse.zoo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real terminal, in which a program runs: tmux, which tells what is on its screen. */
final class Tmux implements AutoCloseable {
  private final Lab lab;
  private final List<String> command;

  /** A terminal of that size in a lab, with a directory for its socket. */
  Tmux(Lab lab, Path directory, int columns, int rows, String program) {
    this.lab = lab;
    command =
        List.of(
            "env",
            "-u",
            "TMUX",
            "LC_ALL=C.UTF-8",
            "HOME=" + directory,
            Lab.requireProgram("tmux"),
            "-S",
            directory.resolve("tmux").toString(),
            "-f",
            "/dev/null");
    run(
        "new-session",
        "-d",
        "-x",
        Integer.toString(columns),
        "-y",
        Integer.toString(rows),
        program);
  }

  private Output output(String... words) {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(words));
    return lab.output(line.toArray(String[]::new));
  }

  private void run(String... words) {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(words));
    lab.run(line.toArray(String[]::new));
  }

  /** Presses keys, by tmux's names for them. */
  void press(String... keys) {
    for (String key : keys) {
      run("send-keys", key);
    }
  }

  void resize(int columns, int rows) {
    run("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
  }

  /** The lines of its screen, without the blanks at their ends. */
  List<String> screen() {
    return output("capture-pane", "-p")
        .standardOutput()
        .lines()
        .map(String::stripTrailing)
        .toList();
  }

  /** What tmux knows of it by that name. */
  String told(String name) {
    return output("display-message", "-p", "#{" + name + "}").standardOutput().strip();
  }

  /** Waits until that is somewhere on the screen. */
  void awaitShown(String text) {
    Running.await(
        text + " on the screen: " + screen(),
        () -> screen().stream().anyMatch(line -> line.contains(text)));
  }

  /** Waits until that is nowhere on the screen. */
  void awaitGone(String text) {
    Running.await(
        "no " + text + " on the screen: " + screen(),
        () -> screen().stream().noneMatch(line -> line.contains(text)));
  }

  /** Ends the program and the terminal. */
  @Override
  public void close() {
    output("kill-server");
  }
}
