package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Innocents that run where a port is freed, and run on afterwards. */
record Bystanders(Lab lab, List<Running> innocents) {
  /** A port that no scenario is about. */
  private static final String PORT = "28099";

  /** A second service of the same user, its client, and a shell that waits. */
  static Bystanders beside(Lab lab) {
    if (lab.isElsewhere()) {
      return new Bystanders(lab, List.of());
    }
    Running service =
        lab.hold(
            "socket s tcp4",
            "set s reuseaddr",
            "bind s 127.0.0.1 " + PORT,
            "listen s",
            "socket c tcp4",
            "connect c 127.0.0.1 " + PORT);
    return new Bystanders(lab, List.of(service, lab.startOwn("sh", "-c", "read line")));
  }

  void assertUnharmed() {
    assertThat(innocents).as("bystanders that live").allMatch(Running::isAlive);
    if (!innocents.isEmpty()) {
      assertThat(lab.tryBind(List.of(), List.of("tcp", "127.0.0.1", PORT)))
          .as("a bind to the bystander's port")
          .isEqualTo("EADDRINUSE");
    }
  }
}
