package inuse.core;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.Supervision;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which connections systemd keeps for sessions. */
final class SessionsTest {
  private static final HolderBuilder SYSTEMD =
      holder(1, "systemd").holds(12, 100).manager(Supervision.Init.SYSTEM);

  private final List<SocketBuilder> connections = new ArrayList<>();
  private int looks;
  private final Sessions sessions = new Sessions(this::look);

  private Diagnosis look() {
    looks++;
    return Explainer.explain(
        snapshot()
            .freeWithReuseAddress()
            .sockets(connections.toArray(SocketBuilder[]::new))
            .holders(SYSTEMD, holder(10, "sshd").holds(0, 100), holder(11, "web").holds(5, 101))
            .build());
  }

  private BoundSocket connection(long inode) {
    SocketBuilder one = accepted().inode(inode);
    connections.add(one);
    return one.build();
  }

  @Test
  void theConnectionThatSystemdHasAsWellIsOne() {
    BoundSocket session = connection(100);

    assertThat(sessions.isOne(session)).as("before the look").isFalse();
    assertThat(sessions.areAll(List.of(session))).isTrue();
    assertThat(sessions.isOne(session)).isTrue();
  }

  @Test
  void aServersOwnConnectionIsNone() {
    BoundSocket session = connection(100);
    BoundSocket other = connection(101);

    assertThat(sessions.areAll(List.of(session, other))).isFalse();
    assertThat(sessions.areAll(List.of(session))).isTrue();
  }

  @Test
  void eachIsLookedAtOnceAlsoOneThatTheLookDidNotSee() {
    BoundSocket gone = accepted().inode(103).build();

    assertThat(sessions.areAll(List.of(gone))).isFalse();
    assertThat(sessions.areAll(List.of(gone))).isFalse();
    assertThat(looks).isEqualTo(1);
    assertThat(sessions.areAll(List.of(connection(100)))).isTrue();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void manyAreNotLookedAt() {
    List<BoundSocket> many =
        LongStream.rangeClosed(1, 65).mapToObj(one -> connection(200 + one)).toList();

    assertThat(sessions.areAll(many)).isFalse();
    assertThat(looks).isZero();
  }
}
