package inuse.serve.fleet;

import inuse.core.events.HistoryQuery;
import inuse.core.evidence.PortTarget;
import java.io.IOException;
import java.util.List;

/** What a host can say of itself. */
public interface Here {
  /**
   * What {@code inuse --json} says of these ports.
   *
   * @throws IOException where it says nothing; the message says why
   */
  String present(List<PortTarget> targets) throws IOException, InterruptedException;

  /**
   * What {@code inuse history --json} says.
   *
   * @throws IOException where it says nothing; the message says why
   */
  String past(HistoryQuery query) throws IOException;

  /** How many addresses and ports are served, or -1 where that is not known. */
  int listeners() throws InterruptedException;

  /** The version of this program. */
  String version();
}
