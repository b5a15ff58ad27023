package inuse.core;

import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Report;
import inuse.core.fix.Waiter;

/** Hears how an address is given back. */
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

  /** The first act comes now; signals that are to interrupt are caught from here on. */
  void begins();

  /** Something was done. */
  void did(Report.Action action);
}
