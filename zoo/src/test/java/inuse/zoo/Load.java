package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

/** Clients on four threads that connect to 127.0.0.1 again and again, and count what they see. */
final class Load {
  /** What clients would use up: classes with them have it one after the other. */
  static final String PROCESSOR = "processor";

  private final Running clients;

  private Load(Running clients) {
    this.clients = clients;
  }

  static Load start(Lab lab, int port) {
    return new Load(
        // Behind the servers that they call, and behind other scenarios.
        lab.startOwn(
                "nice",
                "--adjustment=10",
                Programs.LOAD.toString(),
                "127.0.0.1",
                Integer.toString(port),
                "4")
            .awaitReady());
  }

  /** What they have seen, which on a busy machine may still be little when this is called. */
  String end(int atLeast) {
    clients.say(Integer.toString(atLeast));
    return clients.awaitLine("answered");
  }

  /** They have seen nothing but answers, and many of them. */
  void assertNothingLost(int atLeast) {
    String counts = end(atLeast);
    assertThat(counts).matches("\\d+ refused 0 reset 0 other 0");
    assertThat(Integer.parseInt(counts.split(" ", -1)[0])).isGreaterThanOrEqualTo(atLeast);
  }
}
