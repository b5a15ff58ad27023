package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Verb;
import inuse.run.process.Executable;
import inuse.run.process.ProgramEnd;
import java.util.ArrayList;
import java.util.List;

/** {@code inuse serve} and {@code inuse fleet}: another program, which this process becomes. */
public final class ServeCommand {
  private static final String PROGRAM = "inuse-serve";

  private final Session session;

  public ServeCommand(Session session) {
    this.session = session;
  }

  /** Returns an exit status only if this process has not become the program. */
  public int run(Arguments.Given given) {
    ProgramStart programs = new ProgramStart(session);
    return programs.of(
        PROGRAM, this::notInstalled, path -> programs.ended(path, become(path, given)));
  }

  private int notInstalled() {
    return session
        .errors()
        .failed(
            ExitCode.NOT_FOUND,
            PROGRAM + " is not installed (it is Java, and not in this executable)",
            "see serve in inuse man, or run: java -jar inuse-serve.jar")
        .number();
  }

  private ProgramEnd become(String path, Arguments.Given given) {
    List<String> words = new ArrayList<>(List.of(PROGRAM));
    if (given.verb() == Verb.FLEET) {
      words.add(Verb.FLEET.word());
    }
    words.addAll(given.words());
    return Executable.become(
        session.host(), path, words, session.terminal().environment(), List.of());
  }
}
