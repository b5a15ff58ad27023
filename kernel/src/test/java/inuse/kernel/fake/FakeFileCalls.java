package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.FD_CLOEXEC;
import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.F_GETFD;
import static inuse.kernel.abi.Constants.F_GETFL;
import static inuse.kernel.abi.Constants.F_SETFL;

import inuse.kernel.SystemCalls;

/** The parts of a fake kernel, and its calls about files and sockets, each passed to its part. */
public abstract class FakeFileCalls implements SystemCalls {
  private static final int EBADF = 9;

  final FakeRefusals refusals = new FakeRefusals();
  final FakeDescriptors descriptors = new FakeDescriptors();
  final FakeTerminal terminal = new FakeTerminal(refusals);
  final FakeClock clock = new FakeClock();
  final FakeIdentity identity = new FakeIdentity(refusals);
  final FakeFiles files = new FakeFiles(refusals, descriptors, identity);
  final FakeNetlink netlink = new FakeNetlink(refusals, descriptors);
  final FakeUnixSockets unix = new FakeUnixSockets(refusals, descriptors, identity, files.paths());
  final FakeNetwork network = new FakeNetwork(refusals, descriptors, identity, netlink, unix);
  final FakeProcesses processes = new FakeProcesses(refusals, descriptors, files.paths());
  final FakeBpf bpf = new FakeBpf(refusals, descriptors);
  final FakeSeccomp seccomp = new FakeSeccomp(refusals, descriptors, processes);

  @Override
  public int open(int directory, byte[] path, int flags) {
    return files.open(directory, path, flags);
  }

  @Override
  public int create(byte[] path, int flags, int mode) {
    return files.create(path, flags);
  }

  @Override
  public int close(int fd) {
    return descriptors.close(fd);
  }

  @Override
  public int read(int fd, byte[] into) {
    if (fd == 0) {
      return terminal.read(into);
    }
    return descriptors.get(fd).path.equals(FakeBpf.ITERATOR)
        ? bpf.read(fd, into)
        : files.read(fd, into);
  }

  @Override
  public int readAt(int fd, byte[] into, long offset) {
    return files.readAt(fd, into, offset);
  }

  /** How much was read by mapping files, in bytes. */
  public int mapped() {
    return files.mapped;
  }

  @Override
  public int readMapped(int fd, byte[] into, int length, long offset) {
    return files.readMapped(fd, into, length, offset);
  }

  @Override
  public int bpf(int command, byte[] attributes) {
    return bpf.call(command, attributes);
  }

  @Override
  public int loadProgram(byte[] attributes, byte[] instructions, byte[] licence, byte[] log) {
    return bpf.load(attributes, instructions, licence, log);
  }

  @Override
  public int write(int fd, byte[] from, int offset, int length) {
    if (fd == 1 || fd == 2) {
      return terminal.write(fd, from, offset, length);
    }
    return descriptors
        .find(fd)
        .filter(one -> one.path.equals("pipe"))
        .map(one -> descriptors.write(one, from, offset, length))
        .orElseGet(() -> files.write(fd, from, offset, length));
  }

  @Override
  public int getDirectoryEntries(int fd, byte[] into) {
    return files.entries(fd, into);
  }

  @Override
  public int readLink(int directory, byte[] path, byte[] into) {
    return files.readLink(directory, path, into);
  }

  @Override
  public int access(int directory, byte[] path, int mode, int flags) {
    return refusals.of("faccessat2", FakeFiles.text(path));
  }

  @Override
  public int statx(int directory, byte[] path, int flags, int mask, byte[] into) {
    return files.statx(directory, path, flags, into);
  }

  @Override
  public int renameNoReplace(int directory, byte[] from, byte[] to) {
    return files.renameNoReplace(directory, from, to);
  }

  @Override
  public int rename(byte[] from, byte[] to) {
    return files.rename(from, to);
  }

  @Override
  public int unlink(int directory, byte[] path) {
    return files.unlink(directory, path);
  }

  @Override
  public int makeDirectory(byte[] path, int mode) {
    return files.makeDirectory(path, mode);
  }

  @Override
  public int changeMode(int fd, int mode) {
    return refusals.of("fchmod", descriptors.get(fd).path);
  }

  @Override
  public int sync(int fd) {
    return refusals.of("fsync", descriptors.get(fd).path);
  }

  @Override
  public int lock(int fd, int operation) {
    return refusals.of("flock", descriptors.get(fd).path);
  }

  @Override
  public int openByHandle(int mount, byte[] handle, int flags) {
    return files.openByHandle(mount, handle);
  }

  @Override
  public int getAttribute(byte[] path, byte[] name) {
    return files.attribute(path, name);
  }

  @Override
  public int pipe(int[] ends, int flags) {
    FakeDescriptor reading = new FakeDescriptor("pipe");
    reading.isStream = true;
    FakeDescriptor writing = new FakeDescriptor("pipe");
    ends[0] = descriptors.add(reading);
    writing.pid = ends[0];
    ends[1] = descriptors.add(writing);
    return 0;
  }

  @Override
  public int fileControl(int fd, int command, long argument) {
    if (command == F_DUPFD_CLOEXEC) {
      return descriptors.duplicate(fd);
    }
    if (command == F_GETFD) {
      return descriptors.find(fd).map(one -> one.passed ? 0 : FD_CLOEXEC).orElse(-EBADF);
    }
    FakeSocket socket = descriptors.get(fd).socket.orElseThrow();
    if (command == F_SETFL) {
      socket.flags((int) argument);
    }
    return command == F_GETFL ? socket.flags() : 0;
  }

  @Override
  public int socket(int domain, int type, int protocol) {
    return network.socket(domain, type, protocol);
  }

  @Override
  public int bind(int fd, byte[] socketAddress) {
    return network.bind(fd, socketAddress);
  }

  @Override
  public int connect(int fd, byte[] socketAddress) {
    return network.connect(fd, socketAddress);
  }

  @Override
  public int listen(int fd, int backlog) {
    return network.listen(fd, backlog);
  }

  @Override
  public int accept(int fd, int flags) {
    return network.accept(fd);
  }

  @Override
  public int socketPair(int[] ends, int type) {
    return unix.pair(ends, type);
  }

  @Override
  public int setSocketOption(int fd, int level, int option, byte[] value) {
    return network.setOption(fd, level, option, value);
  }

  @Override
  public int getSocketOption(int fd, int level, int option, byte[] into) {
    return network.option(fd, level, option, into);
  }

  @Override
  public int getSocketName(int fd, byte[] into) {
    return network.name(fd, into);
  }

  @Override
  public int sendTo(int fd, byte[] message, byte[] socketAddress) {
    return network.sendTo(fd, message, socketAddress);
  }

  @Override
  public int send(int fd, byte[] message, int flags) {
    return network.send(fd, message);
  }

  @Override
  public int receiveFrom(int fd, byte[] into, int flags, byte[] from) {
    return network.receiveFrom(fd, into, flags, from);
  }

  @Override
  public int sendMessage(int fd, byte[] message, byte[] control, int flags) {
    return network.sendMessage(fd, message, control);
  }

  @Override
  public int receiveMessage(int fd, byte[] into, byte[] control, int flags) {
    return network.receiveMessage(fd, into, control);
  }
}
