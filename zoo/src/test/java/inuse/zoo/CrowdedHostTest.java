package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts at the limits: what the executable says of them from its own small heap is whole. */
@Isolated("it takes the whole machine")
@Tag("long")
@ExtendWith(Skips.class)
final class CrowdedHostTest {
  @ParameterizedTest
  @ValueSource(strings = {"20000 7", "1 19900", "threads 2000", "busy 100000 16000"})
  void theHolderIsNamedAndNothingIsLeftOut(String crowd) {
    CrowdedHost host = CrowdedHost.asked("", crowd);
    JsonObject search = host.search();

    assertThat(host.holders()).contains(host.pid());
    assertThat(search.get("complete").getAsBoolean()).as("%s", search).isTrue();
    assertThat(search.get("hidden").getAsInt()).as("%s", search).isZero();
  }

  @Test
  void everyConnectionOfABusyPortIsAttributed() {
    CrowdedHost.asked("", "busy 100000 16000").assertServed(100_000);
  }
}
