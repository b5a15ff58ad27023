package inuse.render;

import inuse.core.explain.Diagnosis;

/**
 * Answers to several questions, written one after the other: none is kept, so that there may be any
 * number of them. What is short is written at once, when all is said.
 */
public interface Answer {
  /** Characters that are kept before they are written. */
  int CHUNK = 64 * 1024;

  /** Writes one. */
  void add(Diagnosis diagnosis);

  /** All were added. */
  void end();
}
