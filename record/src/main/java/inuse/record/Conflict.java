package inuse.record;

import inuse.core.events.Place;
import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.explain.rule.BindRule;
import java.util.Optional;

/** Whether a bound socket may refuse a bind, by what the recorder knows: no options of either. */
final class Conflict {
  private static final Newcomer PLAIN = Newcomer.plain(Uid.ROOT);
  private static final BoundSocket.Options UNREAD =
      new BoundSocket.Options(
          Reading.unknown(Reading.Why.NOT_ASKED),
          Reading.unknown(Reading.Why.NOT_ASKED),
          Reading.unknown(Reading.Why.NOT_ASKED));
  private static final BoundSocket.Origin UNKNOWN =
      new BoundSocket.Origin(
          Reading.unknown(Reading.Why.NOT_ASKED), Reading.unknown(Reading.Why.NOT_ASKED));

  private Conflict() {}

  /** What depends on an option may; the bind was refused, and another holder is not known. */
  static boolean isBetween(Place held, boolean listening, Place asked) {
    return held.protocol() == asked.protocol()
        && held.port().equals(asked.port())
        && held.netns().equals(asked.netns())
        && BindRule.bind(socket(held, listening), PLAIN, asked.address())
            != BindRule.Outcome.ALLOWED;
  }

  private static BoundSocket socket(Place held, boolean listening) {
    return new BoundSocket(
        held.protocol(),
        listening ? SocketState.LISTEN : SocketState.BOUND,
        new Endpoint(held.address(), held.port()),
        Optional.empty(),
        new Account(Uid.ROOT, Optional.empty()),
        Optional.empty(),
        0,
        Optional.empty(),
        Reading.unknown(Reading.Why.NOT_ASKED),
        Optional.empty(),
        UNREAD,
        UNKNOWN);
  }
}
