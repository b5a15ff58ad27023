package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Free after free while two hundred processes are being born and dying: nobody but the holder is
 * ended, and what is called freed is.
 */
final class ChurnFreeTest extends Scenarios {
  /** As many as the long run makes take a minute or two. */
  private static final int FREES = Boolean.getBoolean("inuse.long") ? 1000 : 100;

  ChurnFreeTest() {
    super(Way.EXECUTABLE);
  }

  @Test
  void everyFreeEndsItsHolderAndNobodyElse() {
    Bystanders bystanders = new Bystanders(lab);
    lab.startOwn(Programs.CHURN, "200", "9000", "9001", "9002").awaitReady();

    for (int i = 0; i < FREES; i++) {
      Running holder = lab.listener(8080);
      lab.question("8080")
          .whileSocketsComeAndGo()
          .free("--yes", "--settle", "0s")
          .outcome("freed")
          .did("terminate " + holder.pid() + " SIGTERM exited");
      assertThat(lab.tryBind(List.of(), List.of("tcp", "0.0.0.0", "8080"))).isEqualTo("ok");
      assertThat(holder.awaitExit()).isEqualTo(128 + 15);
    }
    bystanders.assertUnharmed();
  }
}
