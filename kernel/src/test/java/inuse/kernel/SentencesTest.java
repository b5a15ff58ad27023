package inuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {
  @Test
  void everyTestIsReadAsASentence(TestInfo test) {
    assertThat(test.getDisplayName()).isEqualTo("Every test is read as a sentence");
  }

  @ParameterizedTest
  @CsvSource({
    "theIPv4AddressOfAURLIsRead, The ipv4 address of a url is read",
    "fiftyRunsOfPid1, Fifty runs of pid1",
    "one, One"
  })
  void capitalsBeginWords(String name, String sentence) {
    assertThat(Sentences.of(name)).isEqualTo(sentence);
  }
}
