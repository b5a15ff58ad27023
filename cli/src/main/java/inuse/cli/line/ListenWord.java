package inuse.cli.line;

import inuse.core.ask.input.TargetParser;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import java.util.List;

/**
 * A parsed value of {@code --listen}: {@code 8080}, {@code web=127.0.0.1:8080}, {@code
 * /run/app.sock}.
 */
public sealed interface ListenWord {
  /**
   * Something to listen on.
   *
   * @param name of its descriptor
   */
  record Wanted(String name, List<Target> places) implements ListenWord {}

  record Wrong(String problem, String instead) implements ListenWord {}

  /** Parses one value. */
  static ListenWord parse(String word, TargetParser reader) {
    int equals = word.indexOf('=');
    boolean named = equals > 0 && Untrusted.isPlain(word.substring(0, equals), "_-");
    String target = named ? word.substring(equals + 1) : word;
    String name = named ? word.substring(0, equals) : target.replace(':', '.');
    return switch (reader.parse(target)) {
      case TargetParser.Parsed.Understood(List<PortTarget> ports) ->
          new Wanted(name, List.copyOf(ports));
      case TargetParser.Parsed.Unix(UnixTarget place) -> new Wanted(name, List.of(place));
      case TargetParser.Parsed.Wrong(String problem, String instead) ->
          new Wrong("'" + word + "': " + problem, instead);
    };
  }
}
