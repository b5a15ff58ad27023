package inuse.record;

import inuse.core.HeldSockets;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.Unparsable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Processes as /proc shows them. */
final class HostProcesses implements ProcessLookup {
  /** Bytes of one text that are recorded. */
  private static final int MAX_TEXT = 256;

  /** Arguments that are recorded, where they are. */
  private static final int MAX_ARGUMENTS = 64;

  private static final String HIDDEN = "***";

  /** What an option is called whose value is a secret. */
  private static final List<String> SECRETS =
      List.of(
          "password", "passwd", "secret", "token", "apikey", "api-key", "api_key", "credential");

  private final Host host;
  private final HeldSockets sockets;
  private final boolean withArguments;

  HostProcesses(Host host, HeldSockets sockets, boolean withArguments) {
    this.host = host;
    this.sockets = sockets;
    this.withArguments = withArguments;
  }

  @Override
  public Optional<Sign> sign(int pid) {
    try {
      return ProcessStat.read(host.proc(), pid) instanceof CallResult.Ok<ProcessStat>(var stat)
          ? Optional.of(new Sign(stat.startTicks(), stat.command()))
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<RecordedProcess> read(int pid, int number) {
    return sockets.process(new Pid(pid)).map(holder -> recorded(holder, number));
  }

  private RecordedProcess recorded(Holder holder, int number) {
    return new RecordedProcess(
        number,
        holder.identity(),
        cut(holder.invocation().program()),
        holder.user(),
        holder.context().unit().map(said -> cut(new Untrusted(said.content().name()))),
        holder.context().container().map(said -> cut(new Untrusted(name(said.content())))),
        holder.invocation().workingDirectory().toOptional().map(HostProcesses::cut),
        withArguments ? arguments(holder.invocation().shownArguments()) : List.of());
  }

  private static String name(Container container) {
    return container.shortName();
  }

  private static Untrusted cut(Untrusted text) {
    return text.bytes().length() > MAX_TEXT
        ? new Untrusted(text.bytes().substring(0, MAX_TEXT))
        : text;
  }

  /** The arguments, without what looks like a secret. */
  static List<Untrusted> arguments(List<Untrusted> all) {
    List<Untrusted> told = new ArrayList<>();
    boolean next = false;
    for (int i = 0; i < Math.min(all.size(), MAX_ARGUMENTS); i++) {
      String text = all.get(i).bytes();
      int sign = text.indexOf('=');
      boolean secret = isSecret(sign < 0 ? text : text.substring(0, sign));
      if (next) {
        told.add(new Untrusted(HIDDEN));
      } else if (secret && sign >= 0) {
        told.add(new Untrusted(text.substring(0, sign + 1) + HIDDEN));
      } else {
        told.add(cut(hiddenInUrl(text)));
      }
      next = !next && secret && sign < 0 && text.startsWith("-");
    }
    return told;
  }

  private static boolean isSecret(String name) {
    StringBuilder lower = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    String plain = lower.toString();
    return SECRETS.stream().anyMatch(plain::contains);
  }

  /** The password of a URL. */
  private static Untrusted hiddenInUrl(String text) {
    int scheme = text.indexOf("://");
    int at = scheme < 0 ? -1 : text.indexOf('@', scheme);
    int colon = at < 0 ? -1 : text.indexOf(':', scheme + 3);
    return colon >= 0 && colon < at
        ? new Untrusted(text.substring(0, colon + 1) + HIDDEN + text.substring(at))
        : new Untrusted(text);
  }
}
