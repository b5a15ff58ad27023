package inuse.mcp;

import inuse.core.io.RandomIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the user is being asked, since 2026-07-28: the client sends the answer with a new request,
 * and with it the state that it was given. That is a number, which holds once, and a seal over it,
 * the target, the plan and the identities of all that the plan would touch.
 */
final class Questions {
  /** How long an answer may take. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Questions that may be open; of more, the oldest are forgotten. */
  static final int MAX_OPEN = 16;

  private final RandomIds ids;
  private final List<Open> open = new ArrayList<>();
  private Optional<Seal> seal = Optional.empty();

  Questions(RandomIds ids) {
    this.ids = ids;
  }

  /** A question that was asked. */
  private record Open(String number, Duration until, Asked asked) {
    String text() {
      return number + "\n" + until.toNanos() + "\n" + asked.identity();
    }
  }

  /** Remembers a question; the state to give to the client. */
  String ask(Asked asked, Duration now) {
    if (open.size() == MAX_OPEN) {
      open.remove(0);
    }
    Open one = new Open(ids.next(), now.plus(PATIENCE), asked);
    open.add(one);
    return one.number + seal().of(one.text());
  }

  /** The question that a state belongs to, once; empty where it was altered, used, or is late. */
  Optional<Asked> take(String state, Duration now) {
    for (Open one : open) {
      if (state.startsWith(one.number)) {
        open.remove(one);
        boolean isOurs = Seal.areEqual(state.substring(one.number.length()), seal().of(one.text()));
        return isOurs && now.compareTo(one.until) < 0 ? Optional.of(one.asked) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Seal seal() {
    if (seal.isEmpty()) {
      seal = Optional.of(new Seal(Seal.bytes(ids.next())));
    }
    return seal.get();
  }
}
