package inuse.core.ask;

import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Target;

/**
 * What is asked.
 *
 * @param probe whether the kernel may be asked by real binds
 */
public record Question(Target target, Newcomer newcomer, boolean probe) {}
