package inuse.core.tune;

import inuse.core.evidence.PortSet;

/** What somebody wants changed. */
public sealed interface RequestedChange {
  /** These ports besides what is reserved already. */
  record Reserve(PortSet ports) implements RequestedChange {}

  /**
   * That value instead of what it is.
   *
   * @param value as we write it
   */
  record Assign(Setting setting, String value) implements RequestedChange {}
}
