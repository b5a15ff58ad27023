package inuse.mcp;

import inuse.core.Inuse;
import inuse.core.evidence.Target;
import inuse.core.io.JsonValue;
import inuse.render.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The calls of tools, and the questions to the user that come of them. */
final class Calls implements AutoCloseable {
  /** The name of the one question that is asked. */
  private static final String CONSENT = "consent";

  private static final String LATE =
      "that requestState was altered, has been used, or is older than "
          + Questions.PATIENCE.toMinutes()
          + " minutes: nothing was done; call free again";

  private final Replies replies;
  private final Waits waits;
  private final Questions questions;
  private final Supplier<Duration> clock;
  private final Places places;
  private final WhyTool why;
  private final ListTool list;
  private final HistoryTool history;
  private final HoldTool hold;
  private final FreeTool free;

  /** Questions within a session, until the client answers them. */
  private final List<Pending> pending = new ArrayList<>();

  private int asked;

  Calls(
      Inuse inuse,
      ServerOptions options,
      Replies replies,
      Waits waits,
      Questions questions,
      Supplier<Duration> clock) {
    this.replies = replies;
    this.waits = waits;
    this.questions = questions;
    this.clock = clock;
    places = new Places(inuse);
    why = new WhyTool(inuse, options.withArguments());
    list = new ListTool(inuse);
    history = new HistoryTool(inuse);
    hold = new HoldTool(inuse);
    free = new FreeTool(inuse, options);
  }

  /**
   * A question that was sent to the client.
   *
   * @param question the id of our request
   * @param call the id of the request that it is asked for
   */
  private record Pending(String question, JsonValue call, Client client, Asked asked) {}

  /** Runs a tool. */
  void run(Tool tool, Given given, Message.Request request, Client client) {
    JsonValue parameters = request.parameters();
    Optional<String> state = parameters.at("requestState").text();
    if (state.isPresent() && client.revision().isStateless()) {
      resume(state.get(), tool, given, request, client);
      return;
    }
    answer(
        request.id(),
        client,
        switch (tool) {
          case WHY -> why.answer(given);
          case LIST -> list.answer(given);
          case HISTORY -> history.answer(given);
          case WAIT -> waits.begin(request, client, given);
          case HOLD -> hold.answer(given);
          case FREE -> free.answer(given, client);
        });
  }

  private void answer(JsonValue id, Client client, Answer answer) {
    switch (answer) {
      case Answer.Document(String json) -> ToolResult.write(replies, id, client, json);
      case Answer.Problem(String problem) -> ToolResult.problem(replies, id, client, problem);
      case Answer.Question(Asked question) -> ask(id, client, question);
      case Answer.Later later -> {}
    }
  }

  private void ask(JsonValue id, Client client, Asked question) {
    if (client.revision().isStateless()) {
      String state = questions.ask(question, clock.get());
      replies.inputRequired(
          id,
          json -> {
            json.name("inputRequests").beginObject().name(CONSENT).beginObject();
            json.name("method").value("elicitation/create").name("params").beginObject();
            form(json, question);
            json.endObject().endObject().endObject();
            json.name("requestState").value(state);
          });
    } else if (pending.size() == Questions.MAX_OPEN) {
      ToolResult.problem(
          replies, id, client, Questions.MAX_OPEN + " questions are open: answer or cancel one");
    } else {
      asked++;
      String number = "inuse-" + asked;
      pending.add(new Pending(number, id, client, question));
      replies.request(number, "elicitation/create", json -> form(json, question));
    }
  }

  private void form(Json json, Asked question) {
    json.name("message").value(free.words(question));
    json.name("requestedSchema").beginObject().name("type").value("object");
    json.name("properties").beginObject().endObject().endObject();
  }

  /** A request that comes with the answer to a question. */
  private void resume(
      String state, Tool tool, Given given, Message.Request request, Client client) {
    Optional<Asked> question =
        tool == Tool.FREE ? questions.take(state, clock.get()) : Optional.empty();
    boolean isSame =
        question.isPresent()
            && places.only(given) instanceof Places.Read.Understood(List<? extends Target> targets)
            && targets.getFirst().equals(question.get().target());
    if (!isSame) {
      replies.error(Optional.of(request.id()), Fault.PARAMETERS, LATE);
      return;
    }
    JsonValue consented = request.parameters().at("inputResponses", CONSENT);
    answer(
        request.id(),
        client,
        consented.at("action").text().isEmpty() && client.canAsk()
            ? new Answer.Question(question.get())
            : free.answered(question.get(), consent(consented), client.canAsk()));
  }

  private static FreeTool.Consent consent(JsonValue answer) {
    return switch (answer.at("action").text().orElse("")) {
      case "accept" -> FreeTool.Consent.ACCEPTED;
      case "decline" -> FreeTool.Consent.DECLINED;
      default -> FreeTool.Consent.NONE;
    };
  }

  /** The answer to a question within a session. */
  void answered(JsonValue id, Optional<JsonValue> result) {
    Optional<Pending> one =
        pending.stream().filter(it -> id.text().equals(Optional.of(it.question))).findFirst();
    if (one.isPresent()) {
      pending.remove(one.get());
      FreeTool.Consent consent = result.map(Calls::consent).orElse(FreeTool.Consent.NONE);
      answer(
          one.get().call,
          one.get().client,
          free.answered(one.get().asked, consent, one.get().client.canAsk()));
    }
  }

  /** The client does not want an answer any more. */
  void cancel(JsonValue call) {
    waits.cancel(call);
    for (Pending one : List.copyOf(pending)) {
      if (one.call.equals(call)) {
        pending.remove(one);
        replies.notification(
            "notifications/cancelled", json -> json.name("requestId").value(one.question));
      }
    }
  }

  /** Gives up what is held for the client. */
  @Override
  public void close() {
    hold.close();
  }
}
