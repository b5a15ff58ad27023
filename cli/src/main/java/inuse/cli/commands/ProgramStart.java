package inuse.cli.commands;

import inuse.cli.line.ExitCode;
import inuse.run.process.Executable;
import inuse.run.process.ProgramEnd;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/** Finds the program that is to be started, and reports why it was not, or how it ended. */
final class ProgramStart {
  private final Session session;

  ProgramStart(Session session) {
    this.session = session;
  }

  /**
   * Finds a program as a shell would.
   *
   * @param start is given its path
   * @return what that returns, or the status of a program that cannot be started
   */
  int of(String name, ToIntFunction<String> start) {
    return of(name, () -> failed(ExitCode.NOT_FOUND, name + ": no such program"), start);
  }

  /**
   * The same.
   *
   * @param missing what is done instead where there is none of that name
   */
  int of(String name, IntSupplier missing, ToIntFunction<String> start) {
    return switch (Executable.find(session.host(), name, session.terminal().environment("PATH"))) {
      case Executable.Missing none -> missing.getAsInt();
      case Executable.Refused(String path, String why) ->
          failed(ExitCode.NOT_EXECUTABLE, path + ": " + why);
      case Executable.Found(String path) -> start.applyAsInt(path);
    };
  }

  /** Reports that it was not started. */
  int failed(ExitCode code, String why) {
    return session.errors().failed(code, why, "nothing was started").number();
  }

  /** The status with which we end after it. */
  int ended(String path, ProgramEnd end) {
    return switch (end) {
      case ProgramEnd.Ended(int status) -> status;
      case ProgramEnd.NotReady notReady ->
          session
              .errors()
              .failed(
                  ExitCode.NOT_STARTED,
                  path + ": not ready in time",
                  "it was stopped, and its predecessor goes on")
              .number();
      case ProgramEnd.SeveralThreads here ->
          failed(
              ExitCode.NOT_STARTED,
              "a program of several threads cannot become another; use the executable inuse");
      case ProgramEnd.NotStarted(ProgramEnd.Why why, String errno) ->
          failed(
              switch (why) {
                case MISSING -> ExitCode.NOT_FOUND;
                case NO_RESOURCES -> ExitCode.NOT_STARTED;
                case NOT_EXECUTABLE -> ExitCode.NOT_EXECUTABLE;
              },
              path + ": " + errno);
    };
  }
}
