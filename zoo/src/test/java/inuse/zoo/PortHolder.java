package inuse.zoo;

import java.util.List;

/** What has port 8080 when an application wants it, and what is said of it then. */
enum PortHolder {
  LISTENER("python3 (pid ", "listens on 0.0.0.0:8080", "free 8080") {
    @Override
    void take(Lab lab) {
      lab.startForeign(Programs.python(), "-m", "http.server", "8080");
      lab.awaitState(8080, "LISTEN");
    }
  },
  ANOTHER_USERS("hold (pid ", "12345) listens on 0.0.0.0:8080", "free 8080") {
    @Override
    void take(Lab lab) {
      Lab.requireRoot("two users are needed");
      lab.hold("uid 12345", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");
    }
  },
  TIME_WAIT("TIME_WAIT", "", "wait 8080") {
    @Override
    void take(Lab lab) {
      lab.leaveTimeWait("# without SO_REUSEADDR");
    }
  },
  BOUND_ONLY("hold (pid ", "has bound 0.0.0.0:8080", "free 8080") {
    @Override
    void take(Lab lab) {
      lab.hold("socket s tcp4", "bind s 0.0.0.0 8080");
    }
  };

  private final String who;
  private final String how;
  private final String wayOut;

  PortHolder(String who, String how, String wayOut) {
    this.who = who;
    this.how = how;
    this.wayOut = wayOut;
  }

  /** Takes it. */
  abstract void take(Lab lab);

  /** Who has it, how, and the way out. */
  List<String> said() {
    return List.of(who, how, wayOut);
  }
}
