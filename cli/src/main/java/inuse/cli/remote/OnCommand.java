package inuse.cli.remote;

import inuse.cli.commands.Session;
import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.core.io.JsonReader;
import inuse.render.Escape;
import inuse.render.RemoteJson;
import inuse.run.remote.Carried;
import inuse.run.remote.Inventory;
import inuse.run.remote.RemoteAnswer;
import inuse.run.remote.RemoteCall;
import inuse.run.remote.RemoteHost;
import inuse.run.remote.RemoteScript;
import java.time.Duration;
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

  /** Connections that are open at once. */
  private static final int AT_ONCE = 32;

  /** Between two looks at what has to go on. */
  private static final Duration LOOK = Duration.ofSeconds(1);

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
      return asks ? new OneByOne(carried).run(hosts) : new AtOnce(given, carried).run(hosts);
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

  private Optional<RemoteCall> call(
      RemoteHost host, List<Carried> carried, boolean alone, boolean patient, boolean relays) {
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
        host(), host, ssh, session.terminal().environment(), Version.TEXT, carried, patient);
  }

  private static RemoteAnswer unstarted(RemoteHost host) {
    return new RemoteAnswer(
        host, Optional.empty(), "", "", Optional.of("there is no ssh here that can be started"));
  }

  /** Says why a host gave no answer, if it gave none. */
  private void complain(RemoteAnswer answer) {
    answer
        .problem()
        .ifPresent(why ->
            session
                .terminal()
                .printError(
                    "inuse: "
                        + Escape.text(ErrorReporter.latin1(answer.host().name() + ": " + why))
                        + "\n"));
  }

  /** Text that another host printed, as lines that do nothing to this terminal. */
  private static String lines(String bytes, String before) {
    StringBuilder text = new StringBuilder();
    String[] lines = bytes.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (i == lines.length - 1 && lines[i].isEmpty()) {
        break;
      }
      text.append(lines[i].isEmpty() ? "" : before).append(harmless(lines[i]));
      text.append('\n');
    }
    return text.toString();
  }

  /** A line with its blanks and tabs, and without whatever else controls a terminal. */
  private static String harmless(String line) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = 0; at <= line.length(); at++) {
      if (at == line.length() || line.charAt(at) == ' ' || line.charAt(at) == '\t') {
        text.append(Escape.text(new Untrusted(line.substring(from, at))));
        text.append(at == line.length() ? "" : line.substring(at, at + 1));
        from = at + 1;
      }
    }
    return text.toString();
  }

  /** All hosts at once, told of in order. */
  private final class AtOnce {
    private final Arguments.Given given;
    private final List<Carried> carried;
    private final List<Waiting> open = new ArrayList<>();

    AtOnce(Arguments.Given given, List<Carried> carried) {
      this.given = given;
      this.carried = carried;
    }

    /** A call of the host at that place. */
    private record Waiting(int index, RemoteCall call) {}

    ExitCode run(List<RemoteHost> hosts) {
      List<Optional<RemoteAnswer>> answers = new ArrayList<>();
      hosts.forEach(one -> answers.add(Optional.empty()));
      int begun = 0;
      int told = 0;
      while (told < hosts.size()) {
        while (begun < hosts.size() && open.size() < AT_ONCE) {
          begin(hosts.get(begun), begun, hosts.size() == 1, answers);
          begun++;
        }
        goOn(answers);
        while (told < hosts.size() && answers.get(told).isPresent()) {
          if (!given.has(Option.JSON)) {
            tell(answers.get(told).get(), hosts.size() == 1);
          }
          told++;
        }
      }
      List<RemoteAnswer> all = answers.stream().flatMap(Optional::stream).toList();
      if (given.has(Option.JSON) && !given.has(Option.QUIET)) {
        session.terminal().printData(document(all));
      }
      return code(all);
    }

    private void begin(
        RemoteHost host, int index, boolean alone, List<Optional<RemoteAnswer>> answers) {
      boolean patient = given.verb() == Verb.WAIT || given.verb() == Verb.FREE;
      call(host, carried, alone, patient, false)
          .ifPresentOrElse(
              call -> open.add(new Waiting(index, call)),
              () -> answers.set(index, Optional.of(unstarted(host))));
    }

    /** Waits for whatever comes first, and takes it. */
    private void goOn(List<Optional<RemoteAnswer>> answers) {
      if (open.isEmpty()) {
        return;
      }
      RemoteCall.goOn(host(), open.stream().map(one -> one.call).toList(), LOOK);
      for (Waiting one : new ArrayList<>(open)) {
        if (one.call.state() == RemoteCall.State.OVER) {
          answers.set(one.index, Optional.of(one.call.answer()));
          one.call.close();
          open.remove(one);
        }
      }
    }

    private void tell(RemoteAnswer answer, boolean alone) {
      Terminal terminal = session.terminal();
      String name = Escape.text(ErrorReporter.latin1(answer.host().name()));
      if (answer.problem().isPresent()) {
        complain(answer);
        return;
      }
      if (!given.has(Option.QUIET)) {
        boolean rows = given.verb() == Verb.LIST;
        terminal.print(
            rows
                ? lines(answer.output(), name + "\t")
                : (alone || answer.output().isEmpty() ? "" : name + ":\n")
                    + lines(answer.output(), alone ? "" : "  "));
      }
      terminal.printError(lines(answer.errors(), name + ": "));
    }

    private String document(List<RemoteAnswer> all) {
      RemoteJson json = new RemoteJson(Version.TEXT);
      for (RemoteAnswer answer : all) {
        String text = Escape.json(new Untrusted(answer.output()));
        boolean whole = answer.problem().isEmpty() && JsonReader.parse(text).isPresent();
        Optional<String> problem =
            whole
                ? Optional.empty()
                : answer.problem().or(() -> Optional.of("it answered no JSON"));
        json.add(
            ErrorReporter.latin1(answer.host().name()),
            answer.status(),
            problem.map(ErrorReporter::latin1),
            whole ? Optional.of(text) : Optional.empty());
      }
      return json.text();
    }

    private ExitCode code(List<RemoteAnswer> all) {
      boolean acts = given.verb() == Verb.FREE || given.verb() == Verb.WAIT;
      int worst = 0;
      boolean any = false;
      boolean unknown = false;
      for (RemoteAnswer answer : all) {
        int status = answer.status().orElse(ExitCode.UNKNOWN.number());
        worst = Math.max(worst, status);
        any |= status == 0;
        unknown |= status > 1;
      }
      if (acts) {
        return ExitCode.numbered(worst);
      }
      return any ? ExitCode.DONE : unknown ? ExitCode.UNKNOWN : ExitCode.FREE;
    }
  }

  /** One host after the other: what it would do is shown, and asked about here. */
  private final class OneByOne {
    private final List<Carried> carried;

    OneByOne(List<Carried> carried) {
      this.carried = carried;
    }

    ExitCode run(List<RemoteHost> hosts) {
      int worst = 0;
      for (RemoteHost host : hosts) {
        RemoteAnswer answer =
            call(host, carried, hosts.size() == 1, true, true)
                .map(this::relayed)
                .orElseGet(() -> unstarted(host));
        complain(answer);
        worst = Math.max(worst, answer.status().orElse(ExitCode.UNKNOWN.number()));
      }
      return ExitCode.numbered(worst);
    }

    private RemoteAnswer relayed(RemoteCall call) {
      try (call) {
        return relay(call);
      }
    }

    private RemoteAnswer relay(RemoteCall call) {
      String name = Escape.text(ErrorReporter.latin1(call.host().name()));
      session.terminal().print(name + ":\n");
      StringBuilder shown = new StringBuilder();
      while (call.state() != RemoteCall.State.OVER) {
        RemoteCall.goOn(host(), List.of(call), LOOK);
        if (call.state() == RemoteCall.State.ANSWERING) {
          shown.append(call.take());
          show(shown, call, name);
        }
      }
      shown.append(call.take());
      session.terminal().print(lines(shown.toString(), "  "));
      return call.answer();
    }

    /** Prints whole lines, and asks where one of them is the question. */
    private void show(StringBuilder shown, RemoteCall call, String name) {
      int end = shown.indexOf("\n");
      while (end >= 0) {
        String line = shown.substring(0, end);
        shown.delete(0, end + 1);
        if (line.equals(Terminal.RELAYED_QUESTION)) {
          call.say(session.terminal().confirms(name + ": go on?") ? "y\n" : "n\n");
        } else {
          session.terminal().print(lines(line + "\n", "  "));
        }
        end = shown.indexOf("\n");
      }
    }
  }
}
