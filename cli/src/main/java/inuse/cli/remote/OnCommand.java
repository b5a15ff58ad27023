package inuse.cli.remote;

import inuse.cli.commands.Session;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import inuse.core.io.Host;
import inuse.run.remote.Carried;
import inuse.run.remote.Inventory;
import inuse.run.remote.RemoteHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code --on}: the same command on other hosts, over ssh with the user's own configuration. The
 * hosts are asked at once, and told of in the order in which they were named.
 */
public final class OnCommand {
  private static final String TRY = "try: inuse help ask";

  private final Session session;

  public OnCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Arguments.Given given) {
    List<RemoteHost> hosts = new ArrayList<>();
    Optional<String> problem = hosts(given, hosts);
    if (problem.isPresent()) {
      return session.errors().usage(problem.get(), TRY);
    }
    List<Carried> carried = new ArrayList<>();
    for (String path : given.values(Option.CARRY)) {
      Optional<Carried> one = Carried.of(host(), path);
      if (one.isEmpty()) {
        carried.forEach(Carried::close);
        return session
            .errors()
            .usage("'" + path + "' is not an executable for x86_64 or aarch64", "give inuse's");
      }
      carried.add(one.get());
    }
    Carried.own(host()).ifPresent(carried::add);
    try {
      boolean asks =
          given.verb() == Verb.FREE
              && !given.has(Option.YES)
              && !given.has(Option.DRY_RUN)
              && !given.has(Option.JSON)
              && !given.has(Option.QUIET)
              && session.terminal().isInteractive();
      SshCalls calls = new SshCalls(session, carried);
      return asks
          ? new OneByOne(session.terminal(), calls).run(hosts)
          : new AllAtOnce(session, given, calls).run(hosts);
    } finally {
      carried.forEach(Carried::close);
    }
  }

  private Host host() {
    return session.inuse().host();
  }

  private Optional<String> hosts(Arguments.Given given, List<RemoteHost> found) {
    Inventory inventory = new Inventory();
    for (String path : given.values(Option.INVENTORY)) {
      List<String> lines = host().lines(path);
      if (lines.isEmpty()) {
        return Optional.of("'" + path + "' is empty, or cannot be read");
      }
      inventory.addIni(lines);
    }
    session
        .terminal()
        .environment("HOME")
        .ifPresent(home -> inventory.addConfiguration(host().lines(home + "/.ssh/config")));
    List<String> words = new ArrayList<>();
    for (String value : given.values(Option.ON)) {
      words.addAll(Stream.of(value.split(",", -1)).filter(one -> !one.isEmpty()).toList());
    }
    List<RemoteHost> hosts = inventory.of(words);
    for (RemoteHost one : hosts) {
      if (!Inventory.isHost(one.address().orElse(one.name()))) {
        return Optional.of("'" + one.name() + "' is not a host");
      }
    }
    if (hosts.isEmpty() || hosts.size() > Inventory.MAX) {
      return Optional.of(
          hosts.isEmpty()
              ? "no host of that name"
              : hosts.size() + " hosts are more than " + Inventory.MAX);
    }
    found.addAll(hosts);
    return Optional.empty();
  }
}
