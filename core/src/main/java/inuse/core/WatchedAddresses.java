package inuse.core;

import inuse.core.evidence.Question;
import java.util.ArrayList;
import java.util.List;

/** The addresses that are watched from first to last, to be closed together. */
final class WatchedAddresses implements AutoCloseable {
  private final Diagnoser diagnoser;
  private final List<Proposal.Watched> watched = new ArrayList<>();

  WatchedAddresses(Diagnoser diagnoser) {
    this.diagnoser = diagnoser;
  }

  /** Watches an address until this is closed; what holds nothing open need not be closed. */
  Proposal.Watched watch(Question<?> question) {
    Proposal.Watched address = diagnoser.address(question);
    if (address.namespace().isPresent()) {
      watched.add(address);
    }
    return address;
  }

  @Override
  public void close() {
    watched.forEach(Proposal.Watched::close);
    watched.clear();
  }
}
