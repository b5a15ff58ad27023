package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a port with very many connections all are attributed, however they are searched for. */
@ExtendWith(Skips.class)
final class BusyPortTest {
  @ParameterizedTest
  @ValueSource(strings = {KernelSearchScenarios.PROC, KernelSearchScenarios.TASK_FILE})
  void everyConnectionIsOneOfTheListenersProcesses(String way) {
    CrowdedHost host = CrowdedHost.asked(way, "busy 6000 2500");

    assertThat(host.search().get("by").getAsString()).isEqualTo(way);
    assertThat(host.holders()).contains(host.pid());
    host.assertServed(6000);
  }
}
