package inuse.cli.help;

import inuse.cli.line.Verb;
import java.util.List;

/** A line that people type, in the help of its command and in the manual page. */
record Example(Verb verb, String line, String about) {
  static final List<Example> ALL =
      List.of(
          new Example(Verb.ASK, "inuse 8080", "who has it, and why bind fails"),
          new Example(Verb.ASK, "npm start 2>&1 | inuse -", "passes it on, and answers its errors"),
          new Example(Verb.LIST, "inuse", "everything that is bound"),
          new Example(Verb.LIST, "inuse list --exposed", "what the network can reach"),
          new Example(
              Verb.LIST, "inuse list --left-over --under .", "forgotten servers of a project"),
          new Example(Verb.WATCH, "inuse watch", "what comes and goes, with keys to act"),
          new Example(Verb.WATCH, "inuse watch --json | jq .change", "a line a change"),
          new Example(Verb.RECORD, "sudo inuse record", "from now on, until Ctrl-C"),
          new Example(
              Verb.RECORD, "sudo inuse record -- npm test", "which bind failed, and who was there"),
          new Example(Verb.HISTORY, "inuse history 8080 --at 03:12", "who had it in that minute"),
          new Example(Verb.HISTORY, "inuse history --refused --since 1h", "which binds failed"),
          new Example(Verb.SERVE, "inuse serve", "a page at http://127.0.0.1:9180/"),
          new Example(Verb.FLEET, "inuse fleet 9100", "which hosts have 9100"),
          new Example(Verb.FREE, "inuse free 8080", "shows what it ends, asks, and proves it"),
          new Example(Verb.FREE, "inuse free -n 8080", "only shows it"),
          new Example(Verb.WAIT, "inuse wait --timeout 1m 8080", "until it can be bound"),
          new Example(Verb.WAIT, "inuse wait --until listening 8080", "until a server is there"),
          new Example(Verb.NEXT, "inuse next 3000", "prints the first one from 3000 on"),
          new Example(Verb.HOLD, "inuse hold -- npm test", "a free port in PORT, until it ends"),
          new Example(
              Verb.HOLD, "inuse hold 3000 -- node app.js", "no process comes before it at 3000"),
          new Example(Verb.RUN, "inuse -- ./server", "each bind that fails is explained"),
          new Example(
              Verb.RUN, "inuse run -p 8080 --on-conflict wait -- ./server", "when 8080 is free"),
          new Example(Verb.TUNE, "inuse tune --reserve 8080", "no outgoing connection gets it"),
          new Example(Verb.MCP, "claude mcp add inuse -- inuse mcp", "for one agent of many"),
          new Example(Verb.EXPLAIN, "inuse explain kill -9", "reads it offline"),
          new Example(Verb.HOOK, "inuse hook < event.json", "denies it, or {}: it passes"),
          new Example(Verb.HOOK, "inuse hook skill > SKILL.md", "what an agent needs to know"),
          new Example(Verb.HOOK, "inuse hook agents >> AGENTS.md", "the same, as a section"),
          new Example(
              Verb.COMPLETION, "source <(inuse completion bash)", "completion in this shell"));

  static List<Example> of(Verb verb) {
    return ALL.stream().filter(one -> one.verb() == verb).toList();
  }
}
