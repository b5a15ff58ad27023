package inuse.cli.remote;

import inuse.cli.commands.Session;
import inuse.cli.help.Version;
import inuse.cli.line.Option;
import inuse.render.Escape;
import inuse.run.remote.Carried;
import inuse.run.remote.RemoteAnswer;
import inuse.run.remote.RemoteCall;
import inuse.run.remote.RemoteHost;
import inuse.run.remote.RemoteScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The same command begun on other hosts, over ssh with the user's own configuration. */
final class SshCalls {
  /** Between two looks at what has to go on. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Session session;
  private final List<Carried> carried;

  /**
   * Calls of one command line.
   *
   * @param carried executables that may be sent
   */
  SshCalls(Session session, List<Carried> carried) {
    this.session = session;
    this.carried = carried;
  }

  /**
   * Begins the command on a host; nothing where ssh cannot be started.
   *
   * @param alone whether no other host is asked at the same time
   * @param patient whether the answer may take as long as it likes
   * @param relays whether that host's questions are put here
   */
  Optional<RemoteCall> begin(RemoteHost host, boolean alone, boolean patient, boolean relays) {
    List<String> ssh = new ArrayList<>(List.of("ssh", "-T", "-C", "-o", "ConnectTimeout=15"));
    if (!alone) {
      // Questions for passwords of several hosts at once are none that can be answered.
      ssh.addAll(List.of("-o", "BatchMode=yes"));
    }
    ssh.addAll(host.words());
    ssh.add(
        String.join(
            " ", RemoteScript.command(words(), relays).stream().map(Escape::shell).toList()));
    return RemoteCall.begin(
        session.inuse().host(),
        host,
        ssh,
        session.terminal().environment(),
        Version.TEXT,
        carried,
        patient);
  }

  /** Waits a second at most until any of these can go on, and lets each go on as far as it can. */
  void goOn(List<RemoteCall> calls) {
    RemoteCall.goOn(session.inuse().host(), calls, LOOK);
  }

  /** The words of this command line without those that say where. */
  private List<String> words() {
    List<String> given = session.errors().words();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String word = given.get(i);
      Optional<Option> where =
          List.of(Option.ON, Option.INVENTORY, Option.CARRY).stream()
              .filter(one -> word.equals(one.word()) || word.startsWith(one.word() + "="))
              .findFirst();
      if (where.isEmpty()) {
        words.add(word);
      } else if (word.equals(where.get().word())) {
        i++;
      }
    }
    return words;
  }

  /** What is said of a host for which ssh could not be started. */
  static RemoteAnswer unstarted(RemoteHost host) {
    return new RemoteAnswer(
        host, Optional.empty(), "", "", Optional.of("there is no ssh here that can be started"));
  }
}
