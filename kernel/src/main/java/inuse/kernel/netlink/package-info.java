/** Netlink (RFC 3549) as sock_diag(7) speaks it: framing, dumps, and bytes to records. */
@NullMarked
package inuse.kernel.netlink;

import org.jspecify.annotations.NullMarked;
