package inuse.mcp;

import inuse.core.Inuse;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.text.Note;
import inuse.render.Escape;
import inuse.render.InuseLine;
import inuse.render.Json;
import java.util.List;
import java.util.Optional;

/** Why an address is in use, and by what. */
final class WhyTool {
  private final Inuse inuse;
  private final Places places;
  private final boolean withArguments;

  WhyTool(Inuse inuse, boolean withArguments) {
    this.inuse = inuse;
    places = new Places(inuse);
    this.withArguments = withArguments;
  }

  Answer answer(Given given) {
    return switch (places.of(given)) {
      case Places.Read.Wrong(Answer.Problem why) -> why;
      case Places.Read.Understood(List<? extends Target> targets) -> {
        Json json = Json.line();
        json.beginObject().name("answers").beginArray();
        targets.forEach(target -> diagnosis(json, target, inuse.ask(places.plain(target))));
        yield new Answer.Document(json.endArray().endObject().text());
      }
    };
  }

  private void diagnosis(Json json, Target target, Diagnosis diagnosis) {
    Facts facts = new Facts(json, withArguments);
    json.beginObject().name("target").value(Escape.text(target));
    json.name("verdict").value(diagnosis.verdict().word());
    json.name("causes").beginArray();
    diagnosis.causes().forEach(cause -> cause(json, facts, cause, diagnosis));
    json.endArray().name("notes").beginArray();
    for (Note note : diagnosis.notes()) {
      json.beginObject().name("id").value(note.id().word());
      facts.untrusted("summary", Optional.of(note.summary()));
      json.endObject();
    }
    json.endArray();
    facts.gaps(diagnosis.unseen());
    json.endObject();
  }

  private static void cause(Json json, Facts facts, Cause cause, Diagnosis diagnosis) {
    json.beginObject().name("id").value(cause.id());
    json.name("severity").value(cause.severity().word());
    json.name("blocks").beginArray();
    cause.blocks().forEach(kind -> json.value(kind.word()));
    json.endArray();
    facts.holders(cause.holders());
    json.name("remedies").beginArray();
    for (Remedy remedy : diagnosis.remedies(cause)) {
      json.beginObject().name("id").value(remedy.id().word());
      json.name("needs_root").value(remedy.needsRoot());
      facts.beginUntrusted();
      json.name("effect").value(Facts.cut(remedy.effect()));
      json.name("command");
      json.value(remedy.command().isEmpty() ? null : InuseLine.line(remedy.command()));
      json.endObject();
      json.endObject();
    }
    json.endArray();
    facts.untrusted("summary", Optional.of(cause.summary()));
    json.endObject();
  }
}
