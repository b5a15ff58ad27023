package inuse.run;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.kernel.proc.Numeral;
import inuse.run.handover.RefusedBind;
import inuse.run.handover.RefusedTarget;
import inuse.run.handover.RefusedUnixBind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The command line of the second inuse that a supervisor starts for a refused bind: it applies the
 * policy to that very address, or lends the listener that is there to a successor. Words of the
 * user's command line are passed on as they were typed, one char for each byte.
 *
 * @param policy the word of --on-conflict
 * @param grace the value of --grace, where it was given
 * @param limit the value of --timeout, or of --signal where it lends, where it was given
 * @param program the command that is started, or waits to bind
 */
public record HelperCommand(
    Task task,
    String policy,
    RefusedTarget refused,
    Optional<String> grace,
    Optional<String> limit,
    boolean quiet,
    boolean verbose,
    boolean json,
    List<String> program) {
  private static final String NAME = "inuse";
  private static final String POLICY = "--on-conflict";
  private static final String GRACE = "--grace";
  private static final String HANDOVER = "--handover";
  private static final String REUSEADDR = "--reuseaddr";
  private static final String NO_REUSEADDR = "--no-reuseaddr";
  private static final String REUSEPORT = "--reuseport";
  private static final String V6ONLY = "--v6only";
  private static final String FREEBIND = "--freebind";
  private static final String QUIET = "--quiet";
  private static final String VERBOSE = "--verbose";
  private static final String JSON = "--json";
  private static final String DEVICE = "--device";
  private static final String USER = "--as";
  private static final String PORT = "--port";
  private static final String PROGRAM = "--";
  private static final List<String> START = List.of("run", "--no-start");

  /** What it is for. */
  public enum Task {
    /** Applies the policy, and ends when the bind may go on. */
    RESOLVE("--timeout"),
    /** Lends the listener over the socket that is its standard input. */
    LEND("--signal");

    private final String limit;

    Task(String limit) {
      this.limit = limit;
    }
  }

  public HelperCommand {
    program = List.copyOf(program);
  }

  /** The words, the program's name first. */
  public List<String> words() {
    List<String> words = new ArrayList<>(List.of(NAME));
    words.addAll(START);
    words.addAll(List.of(POLICY, policy));
    grace.ifPresent(value -> words.addAll(List.of(GRACE, value)));
    addIf(words, task == Task.LEND, HANDOVER);
    limit.ifPresent(value -> words.addAll(List.of(task.limit, value)));
    if (refused instanceof RefusedBind bind) {
      words.add(bind.reuseAddress() ? REUSEADDR : NO_REUSEADDR);
      addIf(words, bind.reusePort(), REUSEPORT);
      addIf(words, bind.ipv6Only(), V6ONLY);
      addIf(words, bind.nonLocal(), FREEBIND);
    }
    addIf(words, quiet, QUIET);
    addIf(words, verbose, VERBOSE);
    addIf(words, json, JSON);
    switch (refused) {
      case RefusedBind bind -> {
        bind.device().ifPresent(one -> words.addAll(List.of(DEVICE, one.bytes())));
        words.addAll(List.of(USER, bind.uid().toString(), PORT, bind.target().toString()));
      }
      case RefusedUnixBind(UnixTarget target) -> words.addAll(List.of(PORT, target.word().bytes()));
    }
    words.add(PROGRAM);
    words.addAll(program);
    return words;
  }

  private static void addIf(List<String> words, boolean wanted, String option) {
    if (wanted) {
      words.add(option);
    }
  }

  /**
   * Reads such words; nothing where they are not exactly what {@link #words} writes.
   *
   * @param line the words without the program's name
   */
  public static Optional<HelperCommand> read(List<String> line) {
    if (line.size() < START.size() || !line.subList(0, START.size()).equals(START)) {
      return Optional.empty();
    }
    Words words = new Words(line.subList(START.size(), line.size()));
    Optional<String> policy = words.value(POLICY);
    Optional<String> grace = words.value(GRACE);
    Task task = words.has(HANDOVER) ? Task.LEND : Task.RESOLVE;
    Optional<String> limit = words.value(task.limit);
    boolean reuseAddress = words.has(REUSEADDR);
    boolean noReuseAddress = !reuseAddress && words.has(NO_REUSEADDR);
    boolean reusePort = words.has(REUSEPORT);
    boolean ipv6Only = words.has(V6ONLY);
    boolean nonLocal = words.has(FREEBIND);
    boolean quiet = words.has(QUIET);
    boolean verbose = words.has(VERBOSE);
    boolean json = words.has(JSON);
    Optional<Untrusted> device = words.value(DEVICE).flatMap(HelperCommand::bytes);
    Optional<Uid> uid = words.value(USER).flatMap(HelperCommand::uid);
    Optional<String> place = words.value(PORT);
    Optional<? extends RefusedTarget> refused =
        uid.isPresent()
            ? place
                .filter(any -> reuseAddress || noReuseAddress)
                .flatMap(HelperCommand::target)
                .map(target ->
                    new RefusedBind(
                        target, reuseAddress, reusePort, ipv6Only, nonLocal, device, uid.get()))
            : place.flatMap(HelperCommand::unixTarget).map(RefusedUnixBind::new);
    if (policy.isEmpty() || refused.isEmpty() || !words.has(PROGRAM)) {
      return Optional.empty();
    }
    HelperCommand command =
        new HelperCommand(
            task, policy.get(), refused.get(), grace, limit, quiet, verbose, json, words.rest());
    List<String> written = command.words();
    return written.subList(1, written.size()).equals(line) && !command.program.isEmpty()
        ? Optional.of(command)
        : Optional.empty();
  }

  private static Optional<Untrusted> bytes(String text) {
    return text.chars().allMatch(c -> c <= 0xff)
        ? Optional.of(new Untrusted(text))
        : Optional.empty();
  }

  private static Optional<Uid> uid(String text) {
    OptionalLong number = Numeral.decimal(text);
    return number.isPresent() && number.getAsLong() <= 0xffffffffL
        ? Optional.of(new Uid(number.getAsLong()))
        : Optional.empty();
  }

  /** One address and one port. */
  private static Optional<PortTarget> target(String text) {
    String udp = Protocol.UDP.word() + "/";
    Protocol protocol = text.startsWith(udp) ? Protocol.UDP : Protocol.TCP;
    String place = protocol == Protocol.UDP ? text.substring(udp.length()) : text;
    int colon = place.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    boolean bracketed = place.startsWith("[") && place.startsWith("]", colon - 1);
    String host = bracketed ? place.substring(1, colon - 1) : place.substring(0, colon);
    int percent = host.indexOf('%');
    Optional<String> zone =
        percent < 0 ? Optional.empty() : Optional.of(host.substring(percent + 1));
    Optional<IpAddress> address = IpAddress.parse(percent < 0 ? host : host.substring(0, percent));
    long port = Numeral.decimal(place.substring(colon + 1)).orElse(-1);
    return address.isPresent() && port >= 0 && port <= Port.MAX
        ? Optional.of(new PortTarget(protocol, address, new Port((int) port), zone))
        : Optional.empty();
  }

  /** An absolute path, or a name behind an @. */
  private static Optional<UnixTarget> unixTarget(String text) {
    Optional<Untrusted> bytes = bytes(text);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    if (text.startsWith("/") && text.length() <= UnixTarget.MAX_PATH_BYTES) {
      return Optional.of(new UnixTarget.Path(bytes.get()));
    }
    return text.startsWith("@") && text.length() > 1 && text.length() <= UnixTarget.MAX_NAME_BYTES
        ? Optional.of(new UnixTarget.Abstract(new Untrusted(text.substring(1))))
        : Optional.empty();
  }

  /** Words that are taken one after the other. */
  private static final class Words {
    private final List<String> words;
    private int next;

    Words(List<String> words) {
      this.words = words;
    }

    boolean has(String word) {
      boolean here = next < words.size() && words.get(next).equals(word);
      next += here ? 1 : 0;
      return here;
    }

    Optional<String> value(String option) {
      return has(option) && next < words.size() ? Optional.of(words.get(next++)) : Optional.empty();
    }

    List<String> rest() {
      return words.subList(next, words.size());
    }
  }
}
