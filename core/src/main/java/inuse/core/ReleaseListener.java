package inuse.core;

import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Report;
import inuse.core.fix.Waiter;

/** Callbacks while an address is freed. */
public interface ReleaseListener extends Waiter.Progress {
  /** For callers that only want the report. */
  ReleaseListener SILENT =
      new ReleaseListener() {
        @Override
        public void begins() {}

        @Override
        public void did(Report.Action action) {}

        @Override
        public void tell(AddressMonitor.Expiry expiry) {}
      };

  /** Called before the first act; signals that interrupt are caught from here on. */
  void begins();

  /** Called after each act. */
  void did(Report.Action action);
}
