package inuse.core.tune;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortUse;
import java.util.List;

/** Phrases about servers that several classes share. */
final class ServerPhrases {
  /** Maximum servers in one sentence. */
  private static final int MAX_NAMED = 3;

  private ServerPhrases() {}

  /** As {@code nginx (pid 10) has tcp 0.0.0.0:40000}. */
  static Phrase servers(List<PortUse.Server> servers) {
    Phrase phrase = Phrase.of("");
    int named = Math.min(servers.size(), MAX_NAMED);
    for (int i = 0; i < named; i++) {
      PortUse.Server one = servers.get(i);
      phrase = phrase.then(i == 0 ? "" : ", ");
      phrase =
          one.holder().isPresent()
              ? phrase
                  .then(one.holder().get().command())
                  .then(" (pid " + one.holder().get().pid() + ")")
              : phrase.then("an unseen process");
      phrase = phrase.then(" has " + one.protocol().word() + " " + one.local());
    }
    return named == servers.size()
        ? phrase
        : phrase.then(" and " + (servers.size() - named) + " more");
  }
}
