/** The kernel's rules of binding, and which sockets are in the way by them. */
@NullMarked
package inuse.core.explain.rule;

import org.jspecify.annotations.NullMarked;
