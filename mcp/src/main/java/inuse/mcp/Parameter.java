package inuse.mcp;

import inuse.render.Json;
import java.util.List;

/**
 * A parameter of a tool.
 *
 * @param help for the model
 * @param isRequired whether nothing can be done without it
 */
record Parameter(String name, Kind kind, String help, boolean isRequired) {
  /** What it may be. */
  sealed interface Kind {
    /** Any text. */
    record Text() implements Kind {}

    /** True or false. */
    record Flag() implements Kind {}

    /** A whole number. */
    record Whole(int least, int most, int otherwise) implements Kind {}

    /** One of these words, the first of which is meant where none is given. */
    record Choice(List<String> words) implements Kind {}
  }

  static Parameter text(String name, String help) {
    return new Parameter(name, new Kind.Text(), help, false);
  }

  static Parameter flag(String name, String help) {
    return new Parameter(name, new Kind.Flag(), help, false);
  }

  static Parameter whole(String name, int least, int most, int otherwise, String help) {
    return new Parameter(name, new Kind.Whole(least, most, otherwise), help, false);
  }

  static Parameter choice(String name, List<String> words, String help) {
    return new Parameter(name, new Kind.Choice(words), help, false);
  }

  Parameter required() {
    return new Parameter(name, kind, help, true);
  }

  /** Writes its schema. */
  void schema(Json json) {
    json.name(name).beginObject();
    switch (kind) {
      case Kind.Text text -> json.name("type").value("string");
      case Kind.Flag flag -> json.name("type").value("boolean");
      case Kind.Whole(int least, int most, int otherwise) -> {
        json.name("type").value("integer").name("minimum").value(least);
        json.name("maximum").value(most).name("default").value(otherwise);
      }
      case Kind.Choice(List<String> words) -> {
        json.name("type").value("string").name("enum").beginArray();
        words.forEach(json::value);
        json.endArray().name("default").value(words.getFirst());
      }
    }
    json.name("description").value(help).endObject();
  }
}
