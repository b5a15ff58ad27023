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
import inuse.core.io.JsonReader;
import inuse.render.Escape;
import inuse.render.RemoteJson;
import inuse.run.remote.RemoteAnswer;
import inuse.run.remote.RemoteCall;
import inuse.run.remote.RemoteHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All hosts at once, told of in order. */
final class AllAtOnce {
  /** Connections that are open at once. */
  private static final int AT_ONCE = 32;

  private final Session session;
  private final Arguments.Given given;
  private final SshCalls calls;
  private final HostOutput output;
  private final List<Waiting> open = new ArrayList<>();

  AllAtOnce(Session session, Arguments.Given given, SshCalls calls) {
    this.session = session;
    this.given = given;
    this.calls = calls;
    output = new HostOutput(session.terminal());
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
    calls
        .begin(host, alone, patient, false)
        .ifPresentOrElse(
            call -> open.add(new Waiting(index, call)),
            () -> answers.set(index, Optional.of(SshCalls.unstarted(host))));
  }

  /** Waits for whatever comes first, and takes it. */
  private void goOn(List<Optional<RemoteAnswer>> answers) {
    if (open.isEmpty()) {
      return;
    }
    calls.goOn(open.stream().map(one -> one.call).toList());
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
      output.complain(answer);
      return;
    }
    if (!given.has(Option.QUIET)) {
      boolean rows = given.verb() == Verb.LIST;
      terminal.print(
          rows
              ? HostOutput.lines(answer.output(), name + "\t")
              : (alone || answer.output().isEmpty() ? "" : name + ":\n")
                  + HostOutput.lines(answer.output(), alone ? "" : "  "));
    }
    terminal.printError(HostOutput.lines(answer.errors(), name + ": "));
  }

  private String document(List<RemoteAnswer> all) {
    RemoteJson json = new RemoteJson(Version.TEXT);
    for (RemoteAnswer answer : all) {
      String text = Escape.json(new Untrusted(answer.output()));
      boolean whole = answer.problem().isEmpty() && JsonReader.parse(text).isPresent();
      Optional<String> problem =
          whole ? Optional.empty() : answer.problem().or(() -> Optional.of("it answered no JSON"));
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
