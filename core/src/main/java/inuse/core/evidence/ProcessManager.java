package inuse.core.evidence;

import java.util.Optional;

/**
 * An ancestor of the holder, other than systemd, that started it and may start it again.
 *
 * @param name what it calls the program, only of characters that are safe in a command line
 * @param place its configuration file, home or service directory, only of such characters
 */
public record ProcessManager(
    Kind kind, ProcessIdentity identity, Optional<String> name, Optional<String> place) {
  public Pid pid() {
    return identity.pid();
  }

  /** The kind of process manager. */
  public enum Kind {
    PM2("pm2", true),
    SUPERVISORD("supervisord", true),
    RUNIT("runit", true),
    S6("s6", true),
    NODEMON("nodemon", true),
    TMUX("tmux", false),
    SCREEN("screen", false),
    SSH("ssh", false),
    IDE("ide", false),
    AGENT("agent", false);

    private final String word;
    private final boolean restarts;

    Kind(String word, boolean restarts) {
      this.word = word;
      this.restarts = restarts;
    }

    /** The word for people and programs. */
    public String word() {
      return word;
    }

    /** Whether it restarts what has ended, so that the stop must go through it. */
    public boolean restarts() {
      return restarts;
    }
  }
}
