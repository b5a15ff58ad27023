package inuse.core.evidence;

import java.util.Optional;

/**
 * An ancestor of the holder, other than systemd, that started it and may start it again.
 *
 * @param name what it calls the program, only of characters that are safe in a command line; of
 *     tmux the session and the window
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
    NODE_WATCH("node --watch", true),
    TSX_WATCH("tsx watch", true),
    TS_NODE_DEV("ts-node-dev", true),
    ENTR("entr", true),
    WATCHEXEC("watchexec", true),
    AIR("air", true),
    CARGO_WATCH("cargo-watch", true),
    AUTOSSH("autossh", true),
    /** Told to start again what has ended. */
    CONCURRENTLY_RESTARTING("concurrently --restart", true),
    /** Starts nothing again, but may end all when one ends. */
    CONCURRENTLY("concurrently", false),
    /** Starts nothing again, and ends all when one ends. */
    FOREMAN("foreman", false),
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

    /** Whether it can only be ended together with what it would start again. */
    public boolean isWatcher() {
      return switch (this) {
        case NODEMON,
            NODE_WATCH,
            TSX_WATCH,
            TS_NODE_DEV,
            ENTR,
            WATCHEXEC,
            AIR,
            CARGO_WATCH,
            AUTOSSH,
            CONCURRENTLY_RESTARTING ->
            true;
        case PM2, SUPERVISORD, RUNIT, S6, CONCURRENTLY, FOREMAN, TMUX, SCREEN, SSH, IDE, AGENT ->
            false;
      };
    }

    /** Whether it restarts what has ended, so that the stop must go through it. */
    public boolean restarts() {
      return restarts;
    }
  }
}
