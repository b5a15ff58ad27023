package inuse.core.ask.input;

import inuse.core.ask.holders.OwnRunLookup;
import inuse.core.evidence.Device;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Passwd;
import inuse.kernel.proc.Proc;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Parses the user's description of the server to be started. */
@SuppressWarnings("exports") // made by Inuse
public final class NewcomerParser {
  private static final long LAST_UID = 0xffff_fffeL;

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;

  /**
   * A parser that knows this host's names.
   *
   * @param host root of /etc/passwd and /proc/net/dev
   */
  public NewcomerParser(Host host) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
  }

  /**
   * The options as given, one char per byte.
   *
   * @param device name of an interface
   * @param user name or number
   * @param elsewhere whether another network namespace is asked about, which has other interfaces
   * @param command the command line to be started, split into words
   * @param likeFormer whether it is to be judged by what the server before it had set
   */
  public record NewcomerOptions(
      boolean reuseAddress,
      boolean reusePort,
      boolean ipv6Only,
      boolean nonLocal,
      Optional<String> device,
      boolean elsewhere,
      Optional<String> user,
      Optional<List<String>> command,
      boolean likeFormer) {}

  /** The result. */
  public sealed interface Parsed {
    /** A server to ask for. */
    record Understood(Newcomer newcomer) implements Parsed {}

    /**
     * An option that names nothing on this host.
     *
     * @param problem what is wrong, in our words and the user's
     * @param instead what would be right
     */
    record Wrong(String problem, String instead) implements Parsed {}

    /** The command line to be started names no program. */
    record NoProgram(List<String> command) implements Parsed {}

    /** Only root may ask for that. */
    record NotPermitted(String problem) implements Parsed {}
  }

  /** Splits a command line into words at blanks outside quotes, as a shell does. */
  public static List<String> words(String line) {
    return CommandResolver.words(line);
  }

  /** Parses the options and looks up every name. */
  public Parsed parse(NewcomerOptions said) {
    long own = calls.getEffectiveUid();
    OptionalLong uid = said.user.isPresent() ? uid(said.user.get()) : OptionalLong.of(own);
    if (uid.isEmpty()) {
      return new Parsed.Wrong(
          "no user '" + said.user.orElse("") + "'", "name one of /etc/passwd, or a uid");
    }
    if (own != 0 && uid.getAsLong() != own) {
      return new Parsed.NotPermitted("only root may ask as another user");
    }
    Optional<Device> device = Optional.empty();
    if (said.device.isPresent()) {
      device =
          said.elsewhere
              ? Optional.of(new Device(0, new Untrusted(said.device.get())))
              : new DeviceNames(calls).named(said.device.get());
      if (device.isEmpty()) {
        return new Parsed.Wrong("no interface '" + said.device.get() + "'", interfaces());
      }
    }
    Optional<IntendedCommand> startup = Optional.empty();
    if (said.command.isPresent()) {
      startup = new CommandResolver(host).read(said.command.get());
      if (startup.isEmpty()) {
        return new Parsed.NoProgram(said.command.get());
      }
    }
    return new Parsed.Understood(
        new Newcomer(
            new Uid(uid.getAsLong()),
            said.reuseAddress,
            said.reusePort,
            said.ipv6Only,
            device,
            Reading.unknown(Reading.Why.NOT_ASKED),
            startup,
            new OwnRunLookup(host).look(),
            said.nonLocal,
            said.likeFormer));
  }

  private OptionalLong uid(String user) {
    OptionalLong number = Numeral.decimal(user);
    if (number.isPresent()) {
      return number.getAsLong() <= LAST_UID ? number : OptionalLong.empty();
    }
    return proc.text("/etc/passwd") instanceof CallResult.Ok<String>(String passwd)
        ? Passwd.uid(passwd, user)
        : OptionalLong.empty();
  }

  /** The interfaces in /proc/net/dev, those of this network namespace. */
  private String interfaces() {
    StringBuilder names = new StringBuilder();
    if (proc.text("/proc/net/dev") instanceof CallResult.Ok<String>(String text)) {
      for (String line : text.split("\n", -1)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          names.append(names.isEmpty() ? "" : ", ").append(line.substring(0, colon).trim());
        }
      }
    }
    return names.isEmpty() ? "ip link shows those there are" : "there are " + names;
  }
}
