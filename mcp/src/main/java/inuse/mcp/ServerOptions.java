package inuse.mcp;

import inuse.core.evidence.Directory;
import java.util.Optional;

/**
 * What whoever started the server allows.
 *
 * @param readOnly whether there are no tools that change anything
 * @param under only processes that work in that directory or below may be ended, whoever agrees
 * @param unasked where the client cannot ask its user, those processes of this user may be ended
 *     that work in that directory or below; empty for none
 * @param withArguments whether command lines are told, which may have secrets in them
 */
public record ServerOptions(
    boolean readOnly,
    Optional<Directory> under,
    Optional<Directory> unasked,
    boolean withArguments) {}
