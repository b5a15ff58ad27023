package inuse.core.evidence;

/**
 * What a holder is for besides the port: a program that manages others, or that serves many
 * purposes at once. More than the port goes down with it.
 */
public enum Office {
  /** pm2's God daemon, which has the ports of clustered apps itself. */
  PM2("pm2's own daemon"),
  SUPERVISORD("supervisord itself"),
  /** Its API, or a port that no container and no service is known to have published. */
  ENGINE("a container engine"),
  /** An editor's or IDE's own process, an extension host or a port forwarder. */
  IDE("the IDE itself"),
  AGENT("a coding agent"),
  /** Of shared connections: ControlMaster in ssh_config(5). */
  SSH_MASTER("an ssh master, which several sessions share"),
  ADB("the server of adb"),
  BROWSER("a browser"),
  /** A JVM by the port of its debugger or of JMX, which is not the one that its program serves. */
  JVM("a Java program, by the port of its debugger or of JMX"),
  LANGUAGE_SERVER("a language server of an editor"),
  /** tmux or screen, which may have inherited the socket. */
  MULTIPLEXER("a terminal multiplexer");

  private final String words;

  Office(String words) {
    this.words = words;
  }

  /** What it is, in words. */
  public String words() {
    return words;
  }
}
