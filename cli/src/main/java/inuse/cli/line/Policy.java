package inuse.cli.line;

import java.util.Optional;

/** What {@code inuse run} does about an address that is taken. */
public enum Policy {
  /** Says what holds it, and does not start. */
  FAIL,
  /** Waits until it is free. */
  WAIT,
  /** Stops an earlier run of the same command, and nothing else. */
  REPLACE,
  /** Stops any process that {@code inuse free} may stop. */
  TAKE,
  /** Takes the next port that is free. */
  NEXT;

  public String word() {
    return switch (this) {
      case FAIL -> "fail";
      case WAIT -> "wait";
      case REPLACE -> "replace";
      case TAKE -> "take";
      case NEXT -> "next";
    };
  }

  public static Optional<Policy> named(String word) {
    for (Policy policy : values()) {
      if (policy.word().equals(word)) {
        return Optional.of(policy);
      }
    }
    return Optional.empty();
  }
}
