/**
 * A Linux made of maps, for tests of whatever is written over {@link inuse.kernel.SystemCalls}.
 *
 * <p>It is published as a jar of its own (classifier {@code tests} of {@code inuse-kernel}), so
 * that programs that embed inuse need no root, no free port and no real process in their tests:
 *
 * <pre>{@code
 * FakeSockets table = new FakeSockets();
 * table.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
 * FakeKernel kernel =
 *     new FakeKernel()
 *         .dumps(table)
 *         .binds((socket, address) -> -Errno.EADDRINUSE.code())
 *         .file("/proc/10/stat", "10 (server) S 1 1 1 0 ...")
 *         .link("/proc/10/fd/3", "socket:[100]");
 * Inuse inuse = Inuse.open(kernel);
 * assertThat(kernel.openDescriptors()).isEmpty();
 * }</pre>
 *
 * <p>{@link inuse.kernel.fake.FakeKernel} is the face: a test says there what the machine is like,
 * and asks there what was done to it. Behind it each part answers one kind of system calls: files,
 * sockets, netlink, unix sockets, processes, seccomp notifications, time, the terminal. A call that
 * no test has prepared ends the test, and so does a descriptor that is used or closed when it is
 * not open. Time passes only where something waits.
 */
@NullMarked
package inuse.kernel.fake;

import org.jspecify.annotations.NullMarked;
