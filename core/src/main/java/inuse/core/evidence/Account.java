package inuse.core.evidence;

import java.util.Optional;

/** A user, with the name that /etc/passwd has for it, if any. */
public record Account(Uid uid, Optional<Untrusted> name) {}
