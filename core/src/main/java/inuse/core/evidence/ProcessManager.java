package inuse.core.evidence;

import java.util.Optional;

/**
 * A process above the holder that started it, and may start it again: other than systemd.
 *
 * @param name what it calls the program, made of harmless characters only
 * @param place its configuration file or service directory, likewise
 */
public record ProcessManager(
    Kind kind, ProcessIdentity identity, Optional<String> name, Optional<String> place) {
  public Pid pid() {
    return identity.pid();
  }

  /** The kind of overseer. */
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

    /** Whether it starts again what ended, so that it has to be told. */
    public boolean restarts() {
      return restarts;
    }
  }
}
