package inuse.java;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the documents of {@code inuse --json}, schema {@code inuse.diagnosis/1}. What this version
 * does not know is passed over; what is missing is an answer that is not understood.
 */
final class Answers {
  private final Path executable;
  private final boolean byName;

  /**
   * Of that executable.
   *
   * @param byName whether a shell finds it as {@code inuse}
   */
  Answers(Path executable, boolean byName) {
    this.executable = executable;
    this.byName = byName;
  }

  /**
   * The document of that schema.
   *
   * @throws InuseException if it is another one; with what the executable complains of, if it does
   */
  static JsonValue document(String printed, String schema) throws InuseException {
    JsonValue document = json(printed);
    String found = document.member("schema").text().orElse("");
    if (found.equals("inuse.error/1")) {
      JsonValue error = document.member("error");
      throw new InuseException(
          Optional.of(text(error, "message"))
              .map(message -> message + "; " + error.member("instead").text().orElse(""))
              .map(message ->
                  message.endsWith("; ") ? message.substring(0, message.length() - 2) : message)
              .get());
    }
    if (!found.equals(schema)) {
      throw new InuseException("it answered in the schema '" + found + "' instead of " + schema);
    }
    return document;
  }

  /** One value of JSON. */
  static JsonValue json(String printed) throws InuseException {
    if (printed.isEmpty()) {
      throw new InuseException("it printed nothing");
    }
    try {
      return JsonReader.read(printed);
    } catch (JsonReader.Malformed e) {
      throw new InuseException(
          "its answer is not JSON: " + PrintableText.of(String.valueOf(e.getMessage())), e);
    }
  }

  /** A member that has to be there. */
  static String text(JsonValue of, String name) throws InuseException {
    Optional<String> text = of.member(name).text();
    if (text.isEmpty()) {
      throw new InuseException("its answer has no " + name);
    }
    return text.get();
  }

  /** All diagnoses of a document; at least one. */
  List<Diagnosis> diagnoses(String printed) throws InuseException {
    List<Diagnosis> all = new ArrayList<>();
    for (JsonValue one : document(printed, "inuse.diagnosis/1").member("diagnoses").items()) {
      all.add(diagnosis(one));
    }
    if (all.isEmpty()) {
      throw new InuseException("its answer has no diagnosis");
    }
    return all;
  }

  private Diagnosis diagnosis(JsonValue value) throws InuseException {
    List<Cause> causes = new ArrayList<>();
    for (JsonValue one : value.member("causes").items()) {
      causes.add(cause(one));
    }
    List<Note> notes = new ArrayList<>();
    for (JsonValue one : value.member("notes").items()) {
      notes.add(new Note(text(one, "id"), text(one, "summary")));
    }
    List<Gap> gaps = new ArrayList<>();
    for (JsonValue one : value.member("not_looked_at").items()) {
      gaps.add(new Gap(text(one, "what"), text(one, "why"), text(one, "remedy")));
    }
    return new Diagnosis(
        target(value.member("target")), verdict(text(value, "verdict")), causes, notes, gaps);
  }

  private static Verdict verdict(String word) throws InuseException {
    for (Verdict verdict : Verdict.values()) {
      if (verdict.word().equals(word)) {
        return verdict;
      }
    }
    throw new InuseException("its answer has an unknown verdict: " + PrintableText.of(word));
  }

  private static String target(JsonValue target) throws InuseException {
    Optional<Long> port = target.member("port").whole();
    if (port.isEmpty()) {
      Optional<String> path = target.member("path").text();
      return PrintableText.of(path.isPresent() ? path.get() : "@" + text(target, "abstract"));
    }
    String address = text(target, "address");
    String protocol = text(target, "protocol");
    String host =
        address.equals("*") ? "" : address.contains(":") ? "[" + address + "]:" : address + ":";
    return (protocol.equals("tcp") ? "" : protocol + "/") + host + port.get();
  }

  private Cause cause(JsonValue value) throws InuseException {
    List<Holder> holders = new ArrayList<>();
    for (JsonValue one : value.member("holders").items()) {
      holders.add(holder(one));
    }
    List<Remedy> remedies = new ArrayList<>();
    for (JsonValue one : value.member("remedies").items()) {
      remedies.add(remedy(one));
    }
    return new Cause(
        text(value, "id"), text(value, "severity"), text(value, "summary"), holders, remedies);
  }

  private static Holder holder(JsonValue value) throws InuseException {
    Optional<Long> pid = value.member("pid").whole();
    if (pid.isEmpty()) {
      throw new InuseException("its answer has a holder without a pid");
    }
    return new Holder(
        pid.get(),
        value.member("started_at").text().flatMap(Answers::instant),
        PrintableText.of(text(value, "command")),
        value.member("args").items().stream()
            .map(word -> PrintableText.of(word.text().orElse("")))
            .toList(),
        value.member("exe").text().map(PrintableText::of),
        value.member("cwd").text().map(PrintableText::of),
        value
            .member("uid")
            .whole()
            .map(uid -> OptionalInt.of(uid.intValue()))
            .orElse(OptionalInt.empty()),
        value.member("user").text().map(PrintableText::of));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Its own commands begin with {@code inuse}, or {@code sudo inuse}: a shell has to find it. */
  private Remedy remedy(JsonValue value) throws InuseException {
    List<String> words = new ArrayList<>();
    for (JsonValue word : value.member("command").items()) {
      boolean first = words.isEmpty() || words.equals(List.of("sudo"));
      String text = word.text().orElse("");
      words.add(
          first && !byName && text.equals(ExecutableSearch.NAME) ? executable.toString() : text);
    }
    return new Remedy(
        text(value, "id"),
        words,
        value.member("needs_root") == JsonValue.Word.TRUE,
        text(value, "effect"));
  }
}
