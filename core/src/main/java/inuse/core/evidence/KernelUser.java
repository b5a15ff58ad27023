package inuse.core.evidence;

import java.util.Optional;

/**
 * A part of the kernel that has this port without a process.
 *
 * @param subsystem {@code vxlan}, {@code wireguard}, {@code nfsd}
 * @param device the network device whose port it is
 * @param proven whether the kernel reports that port for it, and not only that it may have one
 */
public record KernelUser(String subsystem, Optional<Untrusted> device, boolean proven) {}
