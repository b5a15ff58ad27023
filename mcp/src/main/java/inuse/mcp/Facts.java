package inuse.mcp;

import inuse.core.evidence.Account;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.list.Program;
import inuse.render.Escape;
import inuse.render.Json;
import inuse.render.Timestamp;
import java.util.List;
import java.util.Optional;

/**
 * Facts as a model gets them: short, and with all that other processes chose under the name {@code
 * untrusted}, escaped and cut.
 */
final class Facts {
  /** Characters of each text that another process chose. */
  static final int MAX_TEXT = 200;

  /** Processes that are told of; there may be thousands of workers. */
  private static final int MAX_HOLDERS = 20;

  /** Arguments of a process, where they are wanted. */
  private static final int MAX_ARGUMENTS = 50;

  private final Json json;
  private final boolean withArguments;

  /**
   * Facts for a document.
   *
   * @param withArguments whether command lines are told, which may have secrets in them
   */
  Facts(Json json, boolean withArguments) {
    this.json = json;
    this.withArguments = withArguments;
  }

  /** What another process chose, escaped and cut. */
  static String cut(Untrusted text) {
    return Escape.text(text, MAX_TEXT);
  }

  /** A sentence, with each of the words in it that another process chose escaped and cut. */
  static String cut(Phrase phrase) {
    StringBuilder text = new StringBuilder();
    for (Phrase.Part part : phrase.parts()) {
      text.append(
          part instanceof Phrase.Part.Theirs(Untrusted theirs)
              ? cut(theirs)
              : Escape.text(new Phrase(List.of(part))));
    }
    return text.toString();
  }

  /** Opens the object for what other processes chose. */
  void beginUntrusted() {
    json.name("untrusted").beginObject();
  }

  void text(String name, Optional<Untrusted> text) {
    json.name(name).value(text.map(Facts::cut).orElse(null));
  }

  /** The whole object with a sentence in it. */
  void untrusted(String name, Optional<Phrase> sentence) {
    beginUntrusted();
    json.name(name).value(sentence.map(Facts::cut).orElse(null)).endObject();
  }

  /** The program of a process and its script, and no argument. */
  void program(Optional<Holder> holder) {
    Optional<Program> program = holder.map(Program::of);
    text("program", program.map(Program::name));
    text("script", program.flatMap(Program::script));
  }

  void user(Optional<Account> account) {
    text("user", account.flatMap(Account::name));
  }

  void holders(List<Holder> holders) {
    json.name("holders").beginArray();
    holders.stream().limit(MAX_HOLDERS).forEach(this::holder);
    json.endArray().name("more_holders").value(Math.max(0, holders.size() - MAX_HOLDERS));
  }

  private void holder(Holder holder) {
    json.beginObject().name("pid").value(holder.pid().number());
    json.name("started_at");
    json.value(holder.startedAt().toOptional().map(Timestamp::of).orElse(null));
    json.name("uid").value(holder.user().map(Uid::number).orElse(null));
    json.name("state").value(holder.state().map(state -> state.word()).orElse(null));
    json.name("parents").beginArray();
    holder.ancestry().forEach(one -> json.value(one.pid().number()));
    json.endArray();
    beginUntrusted();
    program(Optional.of(holder));
    text("name", Optional.of(holder.command()));
    user(holder.account().toOptional());
    text("directory", holder.workingDirectory().toOptional());
    json.name("unit")
        .value(holder.unit().map(Statement::content).map(Unit::name).map(Facts::cut).orElse(null));
    json.name("container")
        .value(
            holder
                .container()
                .map(Statement::content)
                .map(Container::shortName)
                .map(Facts::cut)
                .orElse(null));
    if (withArguments) {
      arguments(holder);
    }
    json.endObject().endObject();
  }

  private void arguments(Holder holder) {
    json.name("arguments").beginArray();
    holder.invocation().shownArguments().stream()
        .limit(MAX_ARGUMENTS)
        .forEach(one -> json.value(cut(one)));
    json.endArray();
  }

  /** A name that was checked for its characters, cut. */
  static String cut(String name) {
    return name.length() > MAX_TEXT ? name.substring(0, MAX_TEXT - 1) + "…" : name;
  }

  /** What could not be looked at. */
  void gaps(List<Gap> gaps) {
    json.name("not_looked_at").beginArray();
    for (Gap gap : gaps) {
      json.beginObject().name("what").value(gap.what());
      json.name("why").value(gap.why().word()).endObject();
    }
    json.endArray();
  }
}
