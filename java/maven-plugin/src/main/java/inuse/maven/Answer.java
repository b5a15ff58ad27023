package inuse.maven;

import inuse.java.Diagnosis;

/** A diagnosis as lines of a build's log: names and pids, no command lines. */
final class Answer {
  private Answer() {}

  static String text(Diagnosis diagnosis) {
    String wayOut = diagnosis.wayOut();
    return wayOut.isEmpty() ? diagnosis.summary() : diagnosis.summary() + "\n" + wayOut;
  }
}
