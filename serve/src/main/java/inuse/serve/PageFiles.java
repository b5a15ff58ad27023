package inuse.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page, which are part of the program. */
final class PageFiles {
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "page.js", SCRIPT,
          "text.js", SCRIPT,
          "timeline.js", SCRIPT,
          "page.css", STYLE,
          "icon.svg", "image/svg+xml",
          "uPlot.esm.js", SCRIPT,
          "uPlot.min.css", STYLE,
          "uPlot.LICENSE", "text/plain; charset=utf-8");

  private final Map<String, Reply> files = new HashMap<>();

  PageFiles() {
    TYPES.forEach((name, type) -> files.put("/" + name, new Reply(200, type, bytes(name))));
    files.put("/", new Reply(200, TYPES.getOrDefault("index.html", ""), bytes("index.html")));
  }

  static byte[] bytes(String name) {
    try (InputStream file = PageFiles.class.getResourceAsStream("page/" + name)) {
      if (file == null) {
        throw new IllegalStateException("the program is without its file " + name);
      }
      return file.readAllBytes();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  Optional<Reply> at(String path) {
    return Optional.ofNullable(files.get(path));
  }
}
