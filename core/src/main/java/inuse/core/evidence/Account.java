package inuse.core.evidence;

import java.util.Optional;

/** A user, with its name in /etc/passwd, if any. */
public record Account(Uid uid, Optional<Untrusted> name) {}
