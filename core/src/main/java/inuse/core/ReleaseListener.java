package inuse.core;

import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Report;
import inuse.core.fix.Waiter;
import java.util.function.Consumer;

/** Callbacks while an address is freed. */
public interface ReleaseListener extends Waiter.Progress {
  /** For callers that only want the report. */
  ReleaseListener SILENT = ofActs(action -> {});

  /** For callers that want the report, and each act when it is done. */
  static ReleaseListener ofActs(Consumer<Report.Action> acts) {
    return new ReleaseListener() {
      @Override
      public void begins() {}

      @Override
      public void did(Report.Action action) {
        acts.accept(action);
      }

      @Override
      public void tell(AddressMonitor.Expiry expiry) {}
    };
  }

  /** Called before the first act; signals that interrupt are caught from here on. */
  void begins();

  /** Called after each act. */
  void did(Report.Action action);
}
