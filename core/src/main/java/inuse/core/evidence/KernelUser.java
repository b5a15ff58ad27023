package inuse.core.evidence;

import java.util.Optional;

/**
 * A part of the kernel that has this port, without any process.
 *
 * @param subsystem {@code vxlan}, {@code wireguard}, {@code nfsd}
 * @param device the network device whose port it is
 * @param proven whether the kernel tells that port of it, and not only that it may have one
 */
public record KernelUser(String subsystem, Optional<Untrusted> device, boolean proven) {}
