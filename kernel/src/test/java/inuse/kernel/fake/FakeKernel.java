package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.IPPROTO_IP;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPT_SO_GET_ENTRIES;
import static inuse.kernel.abi.Constants.IPT_SO_GET_INFO;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A fake Linux in memory. It has only the files, links and directories that a test created, and
 * answers dumps as the test scripted them; time passes only during waits. Closing a descriptor
 * twice, or using one that is not open, fails the test.
 */
public final class FakeKernel extends FakeCalls {
  /** A program that can be spawned, or a server behind a unix socket. */
  public interface Peer {
    /** What it says to that command line or request; nothing when it never answers. */
    Optional<String> answer(String asked);
  }

  /** Processes: programs that are launched, their ends and signals, sockets that they hold. */
  public FakeProcesses processes() {
    return processes;
  }

  /** System calls that programs make under a filter, and how they were answered. */
  public FakeSeccomp seccomp() {
    return seccomp;
  }

  /** Programs that are given to the kernel, and what its iterators tell. */
  public FakeBpf bpf() {
    return bpf;
  }

  /** Puts a program there, which runs at once, or never ends when it has no answer. */
  public FakeKernel program(String path, Peer program) {
    processes.spawns().program(path, program);
    return this;
  }

  /** The exit status of that program, zero where no test said. */
  public FakeKernel exits(String path, int status) {
    processes.spawns().exits(path, status);
    return this;
  }

  /** Does something while something waits, when that much time has passed. */
  public FakeKernel later(long nanos, Runnable action) {
    clock.later(nanos, action);
    return this;
  }

  /** Lets the next waits be interrupted. */
  public FakeKernel interrupts(int times) {
    clock.interrupt(times);
    return this;
  }

  /** Lets a server of root listen on a unix socket. */
  public FakeKernel server(String path, Peer server) {
    return server(path, 0, server);
  }

  /** Lets a server of that user listen on a unix socket. */
  public FakeKernel server(String path, long uid, Peer server) {
    network.server(path, uid, server);
    return this;
  }

  /** Puts a file there. */
  public FakeKernel file(String path, String text) {
    files.paths().file(path, text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Puts a symbolic link there. */
  public FakeKernel link(String path, String target) {
    files.paths().link(path, target);
    return this;
  }

  /** Puts an empty directory there, or gives a directory its inode. */
  public FakeKernel directory(String path, long inode) {
    files.paths().directory(path, inode);
    return this;
  }

  /** Takes everything away at and below a path. */
  public FakeKernel remove(String path) {
    files.paths().remove(path);
    return this;
  }

  /** Lets statx(2) tell of a file, links not followed. */
  public FakeKernel status(String path, FileStatus status) {
    files.status(path, status);
    return this;
  }

  /** Gives a file an extended attribute of that many bytes. */
  public FakeKernel attribute(String path, String name, int length) {
    files.attribute(path, name, length);
    return this;
  }

  /** Takes a file from statx(2) again. */
  public FakeKernel noStatus(String path) {
    files.noStatus(path);
    return this;
  }

  /** Does something just before a path is opened, each time. */
  public FakeKernel beforeOpen(String path, Runnable action) {
    files.before("open", path, action);
    return this;
  }

  /** Does something just before a link is read, each time. */
  public FakeKernel beforeReadLink(String path, Runnable action) {
    files.before("readlink", path, action);
    return this;
  }

  /** Does something just before a file gets another name, each time. */
  public FakeKernel beforeRename(String path, Runnable action) {
    files.before("renameat2", path, action);
    return this;
  }

  /** Renames a directory with all that is in it; what is open stays open. */
  public FakeKernel move(String from, String to) {
    files.move(from, to);
    return this;
  }

  /** Lets open_by_handle_at(2) find a directory by its id. */
  public FakeKernel handle(long id, String path) {
    files.handle(id, path);
    return this;
  }

  /**
   * Gives a process other numbers in /proc, which is of another pid namespace: the first is its
   * number there, the others those in the namespaces below.
   */
  public FakeKernel numberedInProc(int pid, String numbers) {
    files.numbered(pid, numbers.replace(' ', '\t'));
    return this;
  }

  /** Takes /proc/self away: /proc is of a pid namespace in which this process is not. */
  public FakeKernel withoutSelfInProc() {
    files.hideItself();
    return this;
  }

  /**
   * Lets a call on a path, or on nothing in particular, fail.
   *
   * @param call open, create, fchmod, fsync, flock, mkdirat, read, getdents64, readlink, statx,
   *     faccessat2, setns, setresuid, setresgid, prctl; write with a descriptor; renameat2,
   *     posix_spawn, launch; socket, sendto, send, sendmsg, socketpair, listen, addfd, seccomp,
   *     pidfd_open, pidfd_getfd, pidfd_send_signal, recvmsg, kcmp, openByHandle, unlinkat,
   *     signalfd, clock, setgroups, capget, capset, fork with an empty path, socket with the number
   *     of the domain, pidfd_open with thread, bind with netlink, setsockopt and getsockopt with
   *     level and name; pread64 and mmap with a path; bpf with load, load and the iterator's id,
   *     link, iterate
   */
  public FakeKernel refuse(String call, String path, Errno errno) {
    refusals.refuse(call, path, errno);
    return this;
  }

  /** Lets such a call succeed again. */
  public FakeKernel allow(String call, String path) {
    refusals.allow(call, path);
    return this;
  }

  /** Scripts the answer to the next dump for which nothing is scripted yet. */
  public FakeKernel dump(FakeNetlink.Datagram... datagrams) {
    netlink.script(List.of(datagrams));
    return this;
  }

  /** Answers all dumps that are not scripted. */
  public FakeKernel dumps(FakeNetlink.Dumper answers) {
    netlink.answers(answers);
    return this;
  }

  /** A table of iptables-legacy, for who has CAP_NET_ADMIN. */
  public FakeKernel filterTable(boolean v6, byte[] info, byte[] entries) {
    int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
    int end = 0;
    while (info[end] != 0) {
      end++;
    }
    String name = Bytes.text(info, 0, end);
    network.tables.put(level + "/" + IPT_SO_GET_INFO + "/" + name, info.clone());
    network.tables.put(level + "/" + IPT_SO_GET_ENTRIES + "/" + name, entries.clone());
    return this;
  }

  /** Lets the process run on that many processors; one unless a test says otherwise. */
  public FakeKernel processors(int count) {
    processes.processors(count);
    return this;
  }

  /** RLIMIT_NOFILE: how many descriptors the process may have, and may allow itself. */
  public FakeKernel descriptorLimits(long soft, long hard) {
    descriptors.limits(soft, hard);
    return this;
  }

  /** Answers bind(2), which succeeds unless a test says otherwise. */
  public FakeKernel binds(FakeNetwork.Binder answers) {
    network.binds(answers);
    return this;
  }

  /** Answers connect(2) likewise; nothing is there unless a test says so. */
  public FakeKernel connects(FakeNetwork.Binder answers) {
    network.connects(answers);
    return this;
  }

  /** Lets pidfd_getfd(2) take this socket. */
  public FakeKernel holds(int pid, int fd, FakeNetwork.HeldSocket socket) {
    processes.holds(pid, fd, FakeSocket.held(socket));
    return this;
  }

  /** Lets pidfd_getfd(2) take a unix socket to which descriptors of these things were sent. */
  public FakeKernel sentTo(int pid, int fd, String... targets) {
    processes.sentTo(pid, fd, List.of(targets));
    return this;
  }

  /** Gives a thread a table of descriptors of its own. */
  public FakeKernel ownTable(int thread) {
    processes.ownTable(thread);
    return this;
  }

  /** Does something when that process gets that signal. */
  public FakeKernel onSignal(int pid, int signal, Runnable reaction) {
    processes.onSignal(pid, signal, reaction);
    return this;
  }

  /** Puts the file of a network namespace there, as a link that can be opened too. */
  public FakeKernel networkNamespace(String path, long inode) {
    identity.file(path, inode);
    files.paths().link(path, "net:[" + inode + "]");
    return this;
  }

  /** Puts the asking thread into a network namespace. */
  public FakeKernel inNetworkNamespace(long inode) {
    identity.enter(inode);
    return this;
  }

  /** Adds a network interface. */
  public FakeKernel networkInterface(int index, String name) {
    network.interfaces().add(index, name);
    return this;
  }

  /** Sets a clock of linux/time.h. */
  public FakeKernel clock(int id, long nanos) {
    clock.set(id, nanos);
    return this;
  }

  /** SO_NETNS_COOKIE of sockets made here; a negated errno where the kernel has none. */
  public FakeKernel namespaceCookie(long cookie) {
    identity.namespaceCookie = cookie;
    return this;
  }

  /** The effective user, 1000 unless a test says otherwise. */
  public FakeKernel user(long effectiveUid) {
    identity.user(effectiveUid);
    return this;
  }

  /** The capabilities of the calling thread, none unless a test says otherwise. */
  public FakeKernel capabilities(long bits) {
    identity.credentials().have(bits);
    return this;
  }

  /** Starts the process with capabilities of its file, which whoever started it has not. */
  public FakeKernel fileCapabilities(long bits) {
    secure = true;
    return capabilities(bits);
  }

  /** Makes standard output a terminal. */
  public FakeKernel terminal(int width) {
    terminal.columns = Optional.of(width);
    return this;
  }

  /** Makes all standard streams a terminal of that size, or gives it another one. */
  public FakeKernel terminal(int width, int height) {
    terminal.rows = height;
    return terminal(width);
  }

  /** Whether keys are read at once and without an echo, and not in lines. */
  public boolean isRaw() {
    return terminal.isRaw();
  }

  /** The environment that the kernel handed to this process, beside what /proc tells of it. */
  public FakeKernel environment(String variables) {
    environment = Optional.of(variables.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Who has descriptors in flight peeks at them from there on (SO_PEEK_OFF). */
  public FakeKernel peekOffset(int offset) {
    network.peekOffset = offset;
    return this;
  }

  /** A line that was typed already, and is read once. */
  public FakeKernel stdin(String line) {
    terminal.type(line);
    return this;
  }

  /** A line that is typed when the program waits for one, and not before. */
  public FakeKernel answers(String line) {
    terminal.answer(line);
    return this;
  }

  /** Bytes that one write(2) takes at most, as of a pipe that is nearly full. */
  public FakeKernel mostWritten(int bytes) {
    terminal.mostWritten = bytes;
    return this;
  }

  /** Nobody reads the standard streams, pipes with room for so many bytes. */
  public FakeKernel unread(int room) {
    terminal.room = Optional.of(room);
    return this;
  }

  /** Somebody reads them again. */
  public FakeKernel read() {
    terminal.room = Optional.empty();
    return this;
  }

  /** Lets time pass. */
  public void advance(long nanos) {
    clock.advance(nanos);
  }

  /** A signal comes to whatever reads signals from a descriptor. */
  public void raise() {
    raise(0);
  }

  /** That signal comes likewise. */
  public void raise(int signal) {
    processes.raise(signal, 0);
  }

  /** The kernel tells something to all who listen to it over netlink. */
  public void news(FakeNetlink.Datagram datagram) {
    netlink.news(datagram);
  }

  /** The child that was spawned last ends now, after printing that. */
  public void endChild(String printed) {
    processes.spawns().endLast(printed);
  }

  /** What is in a file now; nothing where there is none. */
  public Optional<String> content(String path) {
    return files.paths().content(path).map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
  }
}
