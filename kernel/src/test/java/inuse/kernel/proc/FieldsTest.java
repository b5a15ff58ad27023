package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", ":", "a", "a:b", ":a", "a:", "::", "a::b:", "0::/user.slice:x\n"})
  void splitsAsStringDoes(String text) {
    assertThat(Fields.split(text, ':')).isEqualTo(text.split(":", -1));
    for (int most = 1; most < 5; most++) {
      assertThat(Fields.split(text, ':', most)).isEqualTo(text.split(":", most));
    }
  }
}
