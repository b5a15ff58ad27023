package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.Severity;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A port that inuse keeps for a server to come. */
final class HeldPortTest {
  private static HolderBuilder inuse(String... arguments) {
    return holder(812, "inuse").arguments(arguments).holds(3, 101);
  }

  private static HolderBuilder hold() {
    return inuse("inuse", "hold", "8080", "--", "npm", "test").ours();
  }

  private static SocketBuilder bound() {
    return socket(SocketState.BOUND).inode(101).reuseAddress(true);
  }

  private static SnapshotBuilder held() {
    return snapshot().freeWithReuseAddress().sockets(bound());
  }

  private static Cause only(SnapshotBuilder seen) {
    Diagnosis diagnosis = Explainer.explain(seen.build());
    assertThat(diagnosis.causes()).hasSize(1);
    return diagnosis.causes().getFirst();
  }

  private static String text(Phrase phrase) {
    return phrase.parts().stream()
        .map(part ->
            switch (part) {
              case Phrase.Part.Ours(String words) -> words;
              case Phrase.Part.Theirs(Untrusted words) -> "<" + words.bytes() + ">";
              case Phrase.Part.Line line -> "(line)";
              case Phrase.Part.Option option -> "(option)";
            })
        .collect(Collectors.joining());
  }

  @Test
  void itSaysForWhatItIsHeldAndThatAServerMayCome() {
    Cause cause = only(held().holders(hold()));

    assertThat(cause.id()).isEqualTo("held-port");
    assertThat(text(cause.summary()))
        .isEqualTo("0.0.0.0:8080 is held by inuse (pid 812, <alice>) for <npm test>");
    assertThat(text(cause.why())).startsWith("a server that sets SO_REUSEADDR can bind it now");
    assertThat(cause.blocks()).contains(BindMode.PLAIN).doesNotContain(BindMode.REUSEADDR);
    assertThat(cause.severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void theFirstWayOutIsTheOptionAndTheSecondItsEnd() {
    assertThat(only(held().holders(hold())).remedies())
        .extracting(Remedy::id)
        .containsExactly(Remedy.Id.USE_REUSEADDR, Remedy.Id.TERMINATE);
  }

  @Test
  void withoutACommandNoneIsNamed() {
    Cause cause = only(held().holders(inuse("inuse", "hold", "8080").ours()));

    assertThat(text(cause.summary())).endsWith("is held by inuse (pid 812, <alice>)");
  }

  @Test
  void aLongCommandIsCut() {
    Cause cause = only(held().holders(inuse("inuse", "hold", "--", "a".repeat(90)).ours()));

    assertThat(text(cause.summary())).endsWith(" for <" + "a".repeat(37) + "...>");
  }

  @Test
  void anotherProgramOfThatNameAndThoseWordsIsNotInuse() {
    Cause cause = only(held().holders(inuse("inuse", "hold", "8080", "--", "npm", "test")));

    assertThat(cause.id()).isEqualTo("bound-not-listening");
  }

  @Test
  void withoutTheOptionNothingIsHeldForAServer() {
    Cause cause =
        only(
            snapshot()
                .blocked()
                .sockets(socket(SocketState.BOUND).inode(101).reuseAddress(false))
                .holders(hold()));

    assertThat(cause.id()).isEqualTo("bound-not-listening");
  }

  @Test
  void aSocketThatAnotherProcessHasTooIsNotHeld() {
    Cause cause = only(held().holders(hold(), holder(900, "server").holds(5, 101)));

    assertThat(cause.id()).isEqualTo("bound-not-listening");
  }

  @Test
  void theServerThatCameIsACauseOfItsOwn() {
    Diagnosis diagnosis =
        Explainer.explain(
            snapshot()
                .blocked()
                .sockets(bound(), listener().inode(102).reuseAddress(true))
                .holders(hold(), holder(900, "node").holds(5, 102))
                .build());

    assertThat(diagnosis.causes()).extracting(Cause::id).containsExactly("listener", "held-port");
  }

  @Test
  void aServerWithTheOptionIsToldBesideWhomItComesAndThatNothingNeedsToEnd() {
    Newcomer server = Newcomer.plain(new Uid(1000)).withReuseAddress();
    Cause cause = only(snapshot().probes("ok").newcomer(server).sockets(bound()).holders(hold()));

    assertThat(cause.id()).isEqualTo("held-port");
    assertThat(cause.remedies()).isEmpty();
  }
}
