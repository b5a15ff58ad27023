package inuse.core.ask.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.ProcessManager.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What starts a server again, by how it is called. */
final class WatchersTest {
  private static Optional<Kind> of(String command, String line) {
    return Watchers.of(command, () -> List.of(line.split(" ")));
  }

  @ParameterizedTest
  @CsvSource({
    "node, node --watch app.js, NODE_WATCH",
    "MainThread, node --inspect --watch-path=src app.js, NODE_WATCH",
    "node, node /srv/node_modules/.bin/nodemon app.js, NODEMON",
    "node, node /usr/bin/tsx watch app.ts, TSX_WATCH",
    "node, node /srv/node_modules/tsx/dist/cli.mjs watch app.ts, TSX_WATCH",
    "node, node node_modules/.bin/ts-node-dev app.ts, TS_NODE_DEV",
    "node, node node_modules/.bin/concurrently --restart-tries 3 a, CONCURRENTLY_RESTARTING",
    "node, node node_modules/.bin/concurrently a b, CONCURRENTLY",
    "nodemon, -, NODEMON",
    "entr, entr -r node app.js, ENTR",
    "watchexec, -, WATCHEXEC",
    "air, -, AIR",
    "cargo-watch, -, CARGO_WATCH",
    "autossh, -, AUTOSSH",
    "foreman: master, -, FOREMAN"
  })
  void itIsKnownByItsNameOrItsCommandLine(String command, String line, Kind kind) {
    assertThat(of(command, line)).contains(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "node, node app.js --watch",
    "node, node app.js",
    "node, node",
    "node, node --watchful app.js",
    "node, node /usr/bin/tsx app.ts",
    "node, node /srv/my-nodemon.js",
    "bash, bash -c nodemon",
    "sh, sh loop.sh"
  })
  void anythingElseIsNot(String command, String line) {
    assertThat(of(command, line)).isEmpty();
  }

  @Test
  void aCommandLineIsReadOnlyWhereTheNameDoesNotTell() {
    assertThat(
            Watchers.of(
                "entr",
                () -> {
                  throw new AssertionError("was read");
                }))
        .contains(Kind.ENTR);
  }

  @ParameterizedTest
  @CsvSource({
    "NODE_WATCH, node20, true",
    "NODE_WATCH, dash, false",
    "ENTR, entr, true",
    "ENTR, dash, false",
    "FOREMAN, ruby3.1, true"
  })
  void itsFileHasToBeOneThatRunsIt(Kind kind, String program, boolean may) {
    assertThat(Watchers.isFileOf(kind, program)).isEqualTo(may);
  }
}
