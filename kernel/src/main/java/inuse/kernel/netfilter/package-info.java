/**
 * Rules of the packet filter as the kernel holds them: nf_tables over netlink, and the older tables
 * of iptables over getsockopt(2). Both are read into the same {@link
 * inuse.kernel.netfilter.Expression expressions}.
 */
@NullMarked
package inuse.kernel.netfilter;

import org.jspecify.annotations.NullMarked;
