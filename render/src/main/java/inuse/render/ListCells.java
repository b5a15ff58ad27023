package inuse.render;

import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Moment;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Workplace;
import inuse.core.explain.causes.HeldPort;
import inuse.core.list.Blocks;
import inuse.core.list.Keeper;
import inuse.core.list.Program;
import inuse.core.list.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cells of a row of the list.
 *
 * @param now when the list was taken
 * @param here the directory to which others are told relatively; empty for none
 * @param home the directory that is written as {@code ~}
 */
record ListCells(Row row, Moment now, Optional<String> here, Optional<String> home) {
  /** Columns of the ports before the rest is only counted: where there is room, and elsewhere. */
  private static final int PORTS = 14;

  private static final int FEW_PORTS = 11;

  static final String NONE = "-";

  /** The ports, with the protocol where it is not TCP. */
  String port() {
    return port(PORTS);
  }

  private String port(int columns) {
    return switch (row.held()) {
      case Row.Held.Ports ports -> ports(ports, columns) + protocol(ports.protocol());
      case Row.Held.Name(var socket) -> Escape.text(socket.name());
    };
  }

  /** The same with a mark where a server with SO_REUSEADDR is let in. */
  String markedPort() {
    return port(FEW_PORTS) + (isMarked(row) ? " ~" : "");
  }

  /** Whether a server with SO_REUSEADDR is let in. */
  static boolean isMarked(Row row) {
    return row.held() instanceof Row.Held.Ports ports && ports.blocks() == Blocks.PLAIN;
  }

  private static String protocol(Protocol protocol) {
    return protocol == Protocol.TCP ? "" : " " + protocol.word();
  }

  private static String ports(Row.Held.Ports held, int columns) {
    List<Range> ranges = PortSet.of(held.ports()).ranges();
    StringBuilder text = new StringBuilder();
    int told = 0;
    for (Range range : ranges) {
      String one =
          range.first().equals(range.last())
              ? range.first().toString()
              : range.first() + "-" + range.last();
      if (!text.isEmpty() && text.length() + 1 + one.length() > columns) {
        break;
      }
      text.append(text.isEmpty() ? "" : " ").append(one);
      told += range.last().number() - range.first().number() + 1;
    }
    int more = held.ports().size() - told;
    return more == 0 ? text.toString() : text + " +" + more;
  }

  /** Who can reach it; by which interface, where it is one. */
  String reach(boolean withDevice) {
    if (!(row.held() instanceof Row.Held.Ports ports)) {
      return "";
    }
    String device =
        withDevice ? ports.reach().device().map(one -> " " + Escape.text(one)).orElse("") : "";
    return ports.reach().kind().word() + device;
  }

  String blocks() {
    return row.held() instanceof Row.Held.Ports ports ? ports.blocks().word() : "all";
  }

  /** What has it, without its pid. */
  String who() {
    Optional<String> image =
        row.keeper() instanceof Keeper.InContainer inside && inside.published() && inside.sure()
            ? inside
                .container()
                .flatMap(Container::details)
                .flatMap(Container.Details::image)
                .map(one -> Escape.text(one.baseName()))
            : Optional.empty();
    return image.or(() -> row.holder().map(ListCells::program)).orElseGet(this::nobody);
  }

  private static String program(Holder holder) {
    Program program = Program.of(holder);
    return Escape.text(program.name())
        + program.script().map(one -> " " + Escape.text(one)).orElse("");
  }

  private String nobody() {
    return switch (row.keeper()) {
      case Keeper.Kernel(List<KernelUser> users) when users.isEmpty() && isRemains() ->
          state().name() + (row.sockets() > 1 ? " x" + row.sockets() : "");
      case Keeper.Kernel kernel -> "(kernel)";
      default -> row.recorded().map(one -> Escape.text(one.program())).orElse("(hidden)");
    };
  }

  private boolean isRemains() {
    return row.held() instanceof Row.Held.Ports ports
        && ports.sockets().stream().allMatch(BoundSocket::isRemains);
  }

  private SocketState state() {
    return row.held() instanceof Row.Held.Ports ports
        ? ports.sockets().getFirst().state()
        : SocketState.LISTEN;
  }

  /** How many other processes have it, too; or that the one is known by a recorder alone. */
  String others() {
    return row.recorded()
        .map(one -> " (pid " + one.identity().pid() + ", recorded)")
        .orElse(row.holders().size() < 2 ? "" : " + " + (row.holders().size() - 1));
  }

  String pid() {
    return row.holder().map(one -> one.pid().toString()).orElse(isHidden() ? "?" : NONE);
  }

  private boolean isHidden() {
    return row.holders().isEmpty() && !(row.keeper() instanceof Keeper.Kernel);
  }

  String user() {
    return row.owner().map(ListCells::user).orElse(NONE);
  }

  private static String user(Account account) {
    return account.name().map(Escape::text).orElse(account.uid().toString());
  }

  /** How long it has been running, or for what is left of connections how long it stays. */
  String since() {
    return row.holder()
        .flatMap(one -> one.startedAt().toOptional())
        .map(start -> span(start.until(now)))
        .or(() -> expires().map(ListCells::span))
        .orElse(isHidden() ? "?" : NONE);
  }

  private Optional<Duration> expires() {
    return row.held() instanceof Row.Held.Ports ports
        ? ports.sockets().stream().flatMap(one -> one.expires().stream()).max(Duration::compareTo)
        : Optional.empty();
  }

  private static String span(Duration time) {
    long seconds = time.toMillis() / 1000;
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 60 * 60) {
      return seconds / 60 + " m";
    }
    return seconds < 24 * 3600 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }

  String clients() {
    return row.clients().isPresent() ? String.valueOf(row.clients().getAsInt()) : NONE;
  }

  String keeper() {
    return KeeperText.of(row);
  }

  /** What is not as with other rows, then where it works. */
  String where() {
    List<String> parts = new ArrayList<>();
    if (row.held() instanceof Row.Held.Ports ports) {
      AnswersText.of(ports).ifPresent(parts::add);
    }
    remark().ifPresent(parts::add);
    row.workplace().map(this::place).filter(one -> !one.isEmpty()).ifPresent(parts::add);
    return String.join(", ", parts);
  }

  /** Who keeps it and where, in one cell. */
  String from() {
    String where = where();
    boolean kept = !(row.keeper() instanceof Keeper.Nobody nobody) || nobody.adopted();
    if (where.isEmpty()) {
      return keeper();
    }
    return kept ? keeper() + ", " + where : where;
  }

  /** Whether inuse keeps what is only bound, for a server to come. */
  private boolean isHeld() {
    return !row.holders().isEmpty()
        && row.holders().stream().allMatch(one -> one.invocation().ours());
  }

  private String held() {
    return "held"
        + row.holders().stream()
            .flatMap(one -> HeldPort.command(one).stream())
            .findFirst()
            .map(command -> " for " + Escape.text(command))
            .orElse("");
  }

  private Optional<String> remark() {
    if (row.keeper() instanceof Keeper.InContainer inside && inside.published()) {
      return inside.inside().map(port -> "its port " + port);
    }
    if (row.keeper() instanceof Keeper.Kernel(List<KernelUser> users) && !users.isEmpty()) {
      return users.getFirst().device().map(Escape::text);
    }
    if (row.keeper() instanceof Keeper.SocketUnits units && !units.services().isEmpty()) {
      return Optional.of("starts " + String.join(" ", units.services()));
    }
    if (!(row.held() instanceof Row.Held.Ports ports) || ports.protocol() == Protocol.UDP) {
      return Optional.empty();
    }
    return switch (state()) {
      case LISTEN -> Optional.empty();
      case BOUND -> Optional.of(isHeld() ? held() : "bound only");
      case TIME_WAIT -> Optional.of("counts down");
      default ->
          Optional.of(
              "a connection"
                  + ports.sockets().getFirst().peer().map(peer -> " to " + peer(peer)).orElse(""));
    };
  }

  private static String peer(Endpoint peer) {
    return peer.toString();
  }

  private String place(Workplace workplace) {
    String directory = shortened(workplace.directory());
    if (workplace.removed()) {
      return directory + " is gone";
    }
    // The directory that the group of rows is named after is not named again.
    String gap = directory.isEmpty() ? "" : " ";
    return directory + workplace.branch().map(one -> gap + "(" + Escape.text(one) + ")").orElse("");
  }

  /** The directory as its reader would write it. */
  private String shortened(Untrusted directory) {
    String path = directory.bytes();
    if (here.isPresent()) {
      String base = here.get();
      if (path.equals(base)) {
        return "";
      }
      if (path.startsWith(base + "/")) {
        return Escape.text(new Untrusted(path.substring(base.length() + 1)));
      }
    }
    return home(path, home);
  }

  /** A path with {@code ~} for the home directory. */
  static String home(String path, Optional<String> home) {
    boolean below =
        home.filter(one -> one.length() > 1 && (path.equals(one) || path.startsWith(one + "/")))
            .isPresent();
    return Escape.text(
        new Untrusted(below ? "~" + path.substring(home.orElse("").length()) : path));
  }
}
