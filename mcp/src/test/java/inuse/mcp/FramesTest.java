package inuse.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.io.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Input becomes frames, and frames messages. */
final class FramesTest {
  private final Frames frames = new Frames();

  private List<Frames.Frame> all() {
    List<Frames.Frame> all = new ArrayList<>();
    for (Optional<Frames.Frame> one = frames.next(); one.isPresent(); one = frames.next()) {
      all.add(one.get());
    }
    return all;
  }

  @Test
  void aFrameIsALineHoweverItComes() {
    for (char one : "ab\n\nc".toCharArray()) {
      frames.add(String.valueOf(one));
    }
    frames.add("d\ne\nf");

    assertThat(all())
        .containsExactly(
            new Frames.Frame.Line("ab"),
            new Frames.Frame.Line(""),
            new Frames.Frame.Line("cd"),
            new Frames.Frame.Line("e"));
  }

  @Test
  void aLineHasALimitAndTheNextBeginsAnew() {
    String most = "x".repeat(Frames.MAX_BYTES);
    frames.add(most + "\n" + most);
    frames.add("y");
    frames.add(most + "\nz\n");

    assertThat(all())
        .containsExactly(
            new Frames.Frame.Line(most), new Frames.Frame.TooLong(), new Frames.Frame.Line("z"));
  }

  @Test
  void anIdIsATextOrANumberOfBoundedLength() {
    assertThat(Message.of("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"m\"}"))
        .isEqualTo(new Message.Request(new JsonValue.Text("a"), "m", new JsonValue.Nothing()));
    assertThat(
            Message.of("{\"jsonrpc\":\"2.0\",\"id\":\"" + "a".repeat(300) + "\",\"method\":\"m\"}"))
        .isInstanceOf(Message.Invalid.class);
    assertThat(Message.of("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{}}"))
        .isInstanceOf(Message.Notification.class);
  }

  @Test
  void anErrorIsNoResultWhateverElseItHas() {
    assertThat(Message.of("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}"))
        .isEqualTo(new Message.Response(new JsonValue.Numeric("1"), Optional.empty()));
  }

  @Test
  void whateverComesIsAMessageOrIsNot() {
    Random random = new Random(11);
    String letters = "{}[]\",:\\u0123456789.eE+-truefalsnjsonrpcidmethod \t\u0000\u00ff";
    int valid = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder line = new StringBuilder("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}");
      for (int change = random.nextInt(5); change > 0; change--) {
        int at = random.nextInt(line.length());
        line.setCharAt(at, letters.charAt(random.nextInt(letters.length())));
      }
      valid += Message.of(line.toString()) instanceof Message.Invalid ? 0 : 1;
    }
    assertThat(valid).isBetween(10_000, 90_000);
  }
}
