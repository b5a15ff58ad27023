package inuse.cli.help;

import inuse.cli.line.Verb;

/** What a command does, in some sentences, for the manual page. */
final class VerbProse {
  private VerbProse() {}

  static String of(Verb verb) {
    return switch (verb) {
      case ASK ->
          """
          Asks the kernel by real binds, with and without SO_REUSEADDR, whether the address can be bound. If
          not, it names each cause with its processes, and the step that gives the address back. A port
          alone stands for every address of this host, IPv4 and IPv6. Without privileges the processes of
          other users cannot be named, only their user and control group; what could not be looked at is
          said. With - as the only TARGET, standard input is passed on and the bind errors in it are
          answered. Asking changes nothing.
          """;
      case LIST ->
          """
          One row for a program and its ports: how far it can be reached, what keeps it running, since when
          and from which directory. Without any word inuse does the same. On a pipe it prints a line for a
          row, with tabs between the fields. --save writes down what is served, and --expect compares.
          """;
      case WATCH ->
          """
          The list, live. Enter shows the whole answer for a row, f shows what inuse free would do and
          asks, ? lists the keys; no key alone ever ends anything. On a pipe, or with --json, it prints a
          line for each row and then one for each change.
          """;
      case RECORD ->
          """
          Writes down every bind of this host, TCP and UDP, as the kernel makes it: who has a port, from when
          to when, and which binds are refused, by whom the port was held in that moment. inuse history reads
          it. It runs until SIGTERM or Ctrl-C, as root or with CAP_BPF and CAP_NET_ADMIN; CAP_SYS_PTRACE adds
          directories. A conflict that arises only in listen(2), unix sockets, and what was refused before it
          ran are not seen. Where the kernel takes no programs it looks once a second, and misses refusals.
          With COMMAND only the binds of COMMAND and what it starts are recorded, and a table of them is
          printed when it ends; nothing is written unless --directory is given.
          """;
      case HISTORY ->
          """
          Reads what inuse record wrote: who had a port and until when, and which binds were refused, by
          whom. Times are local. It needs no recorder that runs, only its files; what was not recorded is
          said. With --follow it goes on as a recorder writes. --forget erases all of them.
          """;
      case SERVE ->
          """
          Starts inuse-serve, a program of its own that needs Java 25: what is bound here, which binds were
          refused and by whom the port was held, in a browser and as metrics. It changes nothing. All words
          are its own; inuse-serve --help lists them. It is inuse-serve.jar of the release behind two lines:
          (printf '#!/bin/sh\\nexec java -jar "$0" "$@"\\n'; cat inuse-serve.jar) >inuse-serve, executable and
          in a directory of PATH.
          """;
      case FLEET ->
          """
          Starts inuse-serve fleet, which asks every host whose inuse-serve is joined to a NATS server: who
          has TARGET, which binds were refused, who had a port then. Hosts that do not answer are named.
          Nothing is ever ended over it. All words are its own; inuse-serve fleet --help lists them.
          """;
      case FREE ->
          """
          Shows what it will do, and asks; --yes does it without asking, --dry-run only shows it. A service
          is stopped through what manages it: systemd, a container engine, a process manager. Any other
          process gets SIGTERM, and SIGKILL after --grace. Each signal goes through a pidfd to the process
          that was shown, and to no other. Success is proved by a bind, and watched for --settle. It
          refuses to end PID 1, itself and what runs above it, the session that it was called from, and
          what cannot be identified for certain; --only-mine, --under, --command and --max make it refuse
          more. What a limit forbids is never offered in another way.
          """;
      case WAIT ->
          """
          Returns when the server that is asked for can bind each TARGET; with --until listening, when
          something listens there.
          """;
      case NEXT ->
          """
          Prints the first port from TARGET on that can be bound, each tried by a real bind. Another program
          can still take it before yours does; inuse run --on-conflict next starts a command with a port
          in one step.
          """;
      case HOLD ->
          """
          Takes exactly the ports of TARGET, and --count free ones, outside the range that clients get, and
          keeps them until COMMAND ends; without COMMAND it prints the numbers, and keeps them until its
          reader or its standard input ends, or a signal arrives. A held port is a socket that is bound with
          SO_REUSEADDR and never listens: no client and no bind to port 0 is given it, a server without the
          option is refused, and one that sets it, as most do, starts there at once. Another program that
          names the number and sets the option is not kept away. COMMAND has the numbers in PORT, PORT1,
          PORT2, ... and in place of {port}, {port1}, ...; it gets the signals that inuse gets, and its exit
          status is that of inuse. What it leaves running is ended with it, unless --keep-daemons is given.
          """;
      case RUN ->
          """
          Starts COMMAND when the ports of --port can be bound. If one is in use, --on-conflict says what to
          do: fail explains it, wait waits, replace ends an earlier run of the same command, take ends what
          holds it, next gives COMMAND another port in PORT. With --guard, or written as inuse -- COMMAND, it
          does so at each bind that COMMAND itself makes. --handover passes the listeners of the running
          instance to the next one, without a gap. --listen binds for COMMAND and hands it the socket, as
          systemd's socket activation does. --hold keeps the ports for COMMAND, between restarts too. Where
          there is something left to do, inuse stays as the parent of COMMAND: it forwards signals, reaps
          zombies, and exits as COMMAND does.
          """;
      case TUNE ->
          """
          Shows the kernel settings that concern ports, each with a verdict and the reason. --reserve keeps
          ports from being given to outgoing connections, --set changes a setting, now and in
          /etc/sysctl.d/60-inuse.conf; --undo puts everything back.
          """;
      case MCP ->
          """
          A server of the Model Context Protocol over standard input and output, to be started by a coding
          agent. Its tools answer why a port is in use, list what is bound, wait, and give a port back: the
          plan of free is shown to the user through the agent, and nothing but what was agreed to is ended.
          An agent that cannot ask its user gets the plan; with --may-free, processes of the same user that
          work below --under, or else below the directory that the server was started in, may be ended all
          the same. --read-only leaves out what changes anything. Command lines are told with
          --with-arguments alone, since they may have secrets in them.
          """;
      case EXPLAIN ->
          """
          Prints a page about a cause, an errno, a kernel setting, a socket option, or a line from the web
          such as kill -9. It needs no network. Without NAME it lists the pages.
          """;
      case HOOK ->
          """
          Reads the event before a command of a coding agent from standard input, in the form of Claude Code,
          Codex, Gemini CLI, Cursor or GitHub Copilot, and answers in that form, in one line. A command line
          that would end processes by a port or a name, such as lsof -ti:3000 | xargs kill, fuser -k, pkill or
          kill-port, is denied with the one that was meant; everything else passes, with {}, and what it cannot
          read. It looks at nothing and runs nothing. With skill or agents it prints a page for agents instead:
          a skill file, or a section of AGENTS.md.
          """;
      case SCHEMA ->
          """
          Prints the JSON Schema of all that --json prints. Fields may be added to a document; those that are
          there keep their names and meaning.
          """;
      case MAN -> "Prints this page.";
      case COMPLETION ->
          """
          Prints a script that completes lines of inuse: its commands, options, and the ports that are in
          use, with their holders.
          """;
    };
  }
}
