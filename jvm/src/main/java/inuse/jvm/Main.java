package inuse.jvm;

import inuse.cli.Command;
import inuse.core.io.Host;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The command as a jar. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    List<String> words =
        Arrays.stream(arguments)
            .map(word -> word.getBytes(StandardCharsets.UTF_8))
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
            .toList();
    System.exit(new Command(Host.of(new ForeignSystemCalls())).run(words));
  }
}
