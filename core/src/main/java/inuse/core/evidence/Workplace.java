package inuse.core.evidence;

import java.util.Optional;

/**
 * Where a process works.
 *
 * @param directory its working directory, as its own mount namespace names it
 * @param removed whether that directory has been removed since
 * @param project the nearest directory above that has a {@code .git}, or the directory itself
 * @param branch what is checked out there; a short commit id where it is no branch
 */
public record Workplace(
    Untrusted directory,
    boolean removed,
    Optional<Untrusted> project,
    Optional<Untrusted> branch) {}
