package inuse.core.tune;

import inuse.core.evidence.PortSet;

/** A change that the user requests. */
public sealed interface RequestedChange {
  /** Reserve these ports in addition to those already reserved. */
  record Reserve(PortSet ports) implements RequestedChange {}

  /**
   * Give a setting that value.
   *
   * @param value as we write it
   */
  record Assign(Setting setting, String value) implements RequestedChange {}
}
