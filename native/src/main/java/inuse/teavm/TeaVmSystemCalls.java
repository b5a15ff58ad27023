package inuse.teavm;

import inuse.kernel.ExecArguments;
import inuse.kernel.RawSystemCalls;
import inuse.kernel.abi.Architecture;
import java.util.List;
import java.util.Optional;
import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/**
 * System calls in the executable. The address of an array is taken in the expression that uses it:
 * it holds until the garbage collector may run.
 */
public final class TeaVmSystemCalls extends RawSystemCalls {
  private final Address scratch = malloc(SCRATCH_BYTES);

  /** The calls of this machine. */
  public TeaVmSystemCalls() {
    super(isAarch64() == 0 ? Architecture.X86_64 : Architecture.AARCH64);
  }

  @Include("unistd.h")
  @Import(name = "syscall")
  private static native long syscall(long number, long a, long b, long c, long d, long e, long f);

  @Include("errno.h")
  @Import(name = "__errno_location")
  private static native Address errnoLocation();

  /** malloc(3), or the end of the program. */
  @Import(name = "inuse_memory")
  private static native Address malloc(int bytes);

  @Include("stdlib.h")
  @Import(name = "free")
  private static native void free(Address memory);

  @Include("string.h")
  @Import(name = "memcpy")
  private static native void memcpy(Address to, Address from, int bytes);

  @Import(name = "inuse_given_bytes")
  private static native int givenBytes(int environment);

  @Import(name = "inuse_given")
  private static native void given(int environment, Address into);

  @Import(name = "inuse_is_aarch64")
  private static native int isAarch64();

  @Import(name = "inuse_is_secure")
  private static native int secure();

  @Include("spawn.h")
  @Import(name = "posix_spawn")
  private static native int posixSpawn(
      Address pid,
      Address path,
      Address actions,
      Address attributes,
      Address arguments,
      Address environment);

  @Include("spawn.h")
  @Import(name = "posix_spawn_file_actions_init")
  private static native int initActions(Address actions);

  @Include("spawn.h")
  @Import(name = "posix_spawn_file_actions_adddup2")
  private static native int addDuplicate(Address actions, int fd, int newFd);

  @Include("spawn.h")
  @Import(name = "posix_spawn_file_actions_destroy")
  private static native int destroyActions(Address actions);

  @Include("spawn.h")
  @Import(name = "posix_spawnattr_init")
  private static native int initAttributes(Address attributes);

  @Include("spawn.h")
  @Import(name = "posix_spawnattr_setflags")
  private static native int setFlags(Address attributes, short flags);

  @Import(name = "inuse_become")
  private static native int becomeImage(
      Address path, Address arguments, Address environment, Address sockets, int count);

  @Import(name = "inuse_launch")
  private static native int launchImage(
      Address path,
      Address arguments,
      Address environment,
      Address sockets,
      int count,
      int ownListenPid,
      Address filter,
      int filterBytes,
      Address listener);

  /** In the copy zero. */
  @Import(name = "inuse_fork")
  private static native int forkProcess();

  @Include("unistd.h")
  @Import(name = "_exit")
  private static native void exit(int status);

  /** The arguments that this process was given, each with a zero byte behind it. */
  static byte[] arguments() {
    byte[] arguments = new byte[givenBytes(0)];
    given(0, Address.ofData(arguments));
    return arguments;
  }

  @Override
  public Optional<byte[]> environment() {
    byte[] variables = new byte[givenBytes(1)];
    given(1, Address.ofData(variables));
    return Optional.of(variables);
  }

  @Override
  public boolean isSecure() {
    return secure() != 0;
  }

  @Override
  protected long call(long number, long a, long b, long c, long d, long e, long f) {
    long result = syscall(number, a, b, c, d, e, f);
    return result == -1 ? -errnoLocation().getInt() : result;
  }

  @Override
  protected int spawn(
      long path, long arguments, long environment, long workspace, int[] descriptors) {
    Address pid = Address.fromLong(workspace);
    Address actions = Address.fromLong(workspace + SPAWN_ACTIONS_AT);
    Address attributes = Address.fromLong(workspace + SPAWN_ATTRIBUTES_AT);
    initActions(actions);
    for (int i = 0; i < descriptors.length; i++) {
      addDuplicate(actions, descriptors[i], i);
    }
    initAttributes(attributes);
    setFlags(attributes, (short) POSIX_SPAWN_SETSIGMASK);
    int error =
        posixSpawn(
            pid,
            Address.fromLong(path),
            actions,
            attributes,
            Address.fromLong(arguments),
            Address.fromLong(environment));
    destroyActions(actions);
    return error == 0 ? pid.getInt() : -error;
  }

  @Override
  public int become(byte[] path, List<byte[]> arguments, List<byte[]> environment, int[] sockets) {
    Address memory = room(path, arguments, environment);
    ExecArguments image = placed(memory, path, arguments, environment);
    int error =
        becomeImage(
            memory,
            Address.fromLong(image.arguments()),
            Address.fromLong(image.environment()),
            Address.ofData(sockets),
            sockets.length);
    free(memory);
    return error;
  }

  @Override
  public int launch(
      byte[] path,
      List<byte[]> arguments,
      List<byte[]> environment,
      int[] sockets,
      boolean ownListenPid,
      byte[] filter,
      int[] listener) {
    Address memory = room(path, arguments, environment);
    ExecArguments image = placed(memory, path, arguments, environment);
    int pid =
        launchImage(
            memory,
            Address.fromLong(image.arguments()),
            Address.fromLong(image.environment()),
            Address.ofData(sockets),
            sockets.length,
            ownListenPid ? 1 : 0,
            Address.ofData(filter),
            filter.length,
            Address.ofData(listener));
    free(memory);
    return pid;
  }

  @Override
  public int fork(Runnable inTheCopy) {
    int pid = forkProcess();
    if (pid == 0) {
      // Nothing of the copy goes on from here, whatever happens.
      try {
        inTheCopy.run();
      } finally {
        exit(0);
      }
    }
    return pid;
  }

  /** Room for the arguments of an execve(2), which may be more than any other call moves. */
  private static Address room(byte[] path, List<byte[]> arguments, List<byte[]> environment) {
    return malloc(ExecArguments.of(0, path, arguments, environment).bytes().length);
  }

  private static ExecArguments placed(
      Address memory, byte[] path, List<byte[]> arguments, List<byte[]> environment) {
    ExecArguments image = ExecArguments.of(memory.toLong(), path, arguments, environment);
    memcpy(memory, Address.ofData(image.bytes()), image.bytes().length);
    return image;
  }

  @Override
  protected long scratch() {
    return scratch.toLong();
  }

  @Override
  protected void store(int at, byte[] bytes, int from, int length) {
    memcpy(scratch.add(at), Address.ofData(bytes).add(from), length);
  }

  @Override
  protected void load(int at, byte[] into, int length) {
    memcpy(Address.ofData(into), scratch.add(at), length);
  }

  @Override
  protected void copy(long address, byte[] into, int length) {
    memcpy(Address.ofData(into), Address.fromLong(address), length);
  }

  @Override
  protected void put(long address, long value) {
    Address.fromLong(address).putLong(value);
  }
}
