package inuse.render;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.outgoing;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;

import inuse.core.evidence.Account;
import inuse.core.evidence.Container;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import java.util.List;
import java.util.Optional;

/** One answer of each kind. */
final class Examples {
  /** What a hostile process calls itself, to the byte. */
  static final String HOSTILE =
      "\u001b[31mred\u0007\n\r"
          + "\t\\x1b\"'\u009b2J\u00c2\u009b\u00e2\u0080\u00ae\u00ff\u00c0\u0080\u00ed\u00a0\u0080\0";

  private Examples() {}

  /** Of a listener: 97,999 connections of pid 10, one that was not found, 2 of the dead. */
  static Crowd crowd() {
    Account alice = new Account(new Uid(1000), Optional.of(new Untrusted("alice")));
    return new Crowd(
        List.of(
            new Crowd.Kind(SocketState.ESTABLISHED, alice, true, 98_000),
            new Crowd.Kind(SocketState.TIME_WAIT, alice, false, 2)),
        97_999,
        0,
        1,
        List.of(new Crowd.Share(new Pid(10), 97_999)));
  }

  static Diagnosis diagnosed(SnapshotBuilder snapshot) {
    return Explainer.explain(snapshot.build());
  }

  static HolderBuilder python() {
    return holder(812, "python3")
        .holds(3, 100)
        .arguments("python3", "-m", "http.server", "8080")
        .executable("/usr/bin/python3.11")
        .directory("/home/alice/my site")
        .startedAt(SnapshotBuilder.NOW - 180_000);
  }

  static Diagnosis listening() {
    return diagnosed(snapshot().blocked().sockets(listener().reuseAddress(true)).holders(python()));
  }

  static Diagnosis closed() {
    return diagnosed(snapshot().freeWithReuseAddress().sockets(timeWait(41_001)));
  }

  static Diagnosis free() {
    return diagnosed(snapshot().probes("ok").gap("/proc/1/fd", Reading.Why.DENIED, "run as root"));
  }

  /** Held on 127.0.0.1 only... of the wildcard IPv4 address, and free on IPv6. */
  static Diagnosis split() {
    return diagnosed(
        snapshot()
            .probe("0.0.0.0", false, "EADDRINUSE")
            .probe("0.0.0.0", true, "EADDRINUSE")
            .probe("::", false, "ok")
            .sockets(listener())
            .holders(python()));
  }

  /** Every kind of cause, note, gap and remedy, and hostile words wherever there can be any. */
  static List<Diagnosis> everything() {
    String id = "0123456789abcdef".repeat(4);
    return List.of(
        listening(),
        closed(),
        free(),
        split(),
        diagnosed(
            snapshot()
                .blocked()
                .sockets(
                    listener().device(3, "eth0\u001b[m").cgroup("/a\u001b[m").owner(33, HOSTILE),
                    accepted().inode(101),
                    outgoing().inode(102).autoPort(true),
                    socket(SocketState.BOUND).inode(103).at("::").ipv6Only(true),
                    socket(SocketState.CLOSE_WAIT).inode(104).peer("::1", 9),
                    socket(SocketState.OTHER).noInode().unknownOptions(),
                    listener().inode(105).owner(0, "root"),
                    timeWait(1))
                .holders(
                    holder(10, HOSTILE)
                        .holds(3, 100)
                        .arguments(HOSTILE, "", "a b")
                        .executable(HOSTILE)
                        .directory(HOSTILE)
                        .owner(33, HOSTILE)
                        .unit("nginx.service")
                        .below(1),
                    holder(11, "b").holds(4, 101).container(Container.Engine.DOCKER, id),
                    holder(12, "c").holds(5, 102).state(ProcessState.STOPPED).unknownOwner(),
                    holder(13, "d").holds(6, 103).userUnit("web.service"),
                    holder(14, "e").holds(7, 104).below(4, 3, 2, 1))
                .udpAlso(socket(SocketState.BOUND).inode(200))
                .client(990, HOSTILE)
                .gap("/proc/PID/fd of 7 processes", Reading.Why.TIMED_OUT, "ask again")),
        diagnosed(
            snapshot()
                .blocked()
                .sockets(listener().inode(100))
                .holders(holder(10, "a").holds(3, 100))
                .crowd(crowd())),
        diagnosed(snapshot().udp().freeWithReuseAddress().sockets(socket(SocketState.BOUND).udp())),
        diagnosed(
            snapshot().port(80).probes("EACCES").sockets(listener().port(80).owner(0, "root"))),
        diagnosed(snapshot().port(80).probes("EACCES")),
        diagnosed(snapshot().address("10.9.9.9").probes("EADDRNOTAVAIL")),
        diagnosed(snapshot().blocked().unknownSettings()),
        diagnosed(snapshot().probes("EMFILE").sockets(listener()).holders(python())),
        diagnosed(snapshot()));
  }
}
