package inuse.jvm;

import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_NONBLOCK;

import inuse.kernel.Errno;
import inuse.kernel.RawSystemCalls;
import inuse.kernel.abi.Architecture;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * System calls on a JVM, all through one handle of syscall(2). Not thread-safe: there is one
 * scratch memory.
 */
public final class ForeignSystemCalls extends RawSystemCalls {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH_BYTES, 16);
  private final MemorySegment state = Arena.ofAuto().allocate(STATE);
  private final MethodHandle syscall;

  /**
   * The calls of this machine.
   *
   * @throws IllegalStateException on an architecture whose numbers are not known
   */
  @SuppressWarnings("restricted") // the one place that may: see ARCHITECTURE.md
  public ForeignSystemCalls() {
    super(thisMachine());
    Linker linker = Linker.nativeLinker();
    syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));
  }

  private static Architecture thisMachine() {
    String name = System.getProperty("os.arch");
    return Architecture.named(name)
        .orElseThrow(() -> new IllegalStateException("no system call numbers for " + name));
  }

  @Override
  protected long call(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    try {
      result = (long) syscall.invokeExact(state, number, a, b, c, d, e, f);
    } catch (RuntimeException | Error fault) {
      throw fault;
    } catch (Throwable impossible) {
      throw new IllegalStateException("syscall", impossible);
    }
    return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
  }

  @Override
  protected int spawn(
      long path, long arguments, long environment, long workspace, int[] descriptors) {
    long actions = workspace + SPAWN_ACTIONS_AT;
    long attributes = workspace + SPAWN_ATTRIBUTES_AT;
    libc("posix_spawn_file_actions_init", actions, 0, 0, 0, 0, 0);
    for (int i = 0; i < descriptors.length; i++) {
      libc("posix_spawn_file_actions_adddup2", actions, descriptors[i], i, 0, 0, 0);
    }
    libc("posix_spawnattr_init", attributes, 0, 0, 0, 0, 0);
    libc("posix_spawnattr_setflags", attributes, POSIX_SPAWN_SETSIGMASK, 0, 0, 0, 0);
    int error = libc("posix_spawn", workspace, path, actions, attributes, arguments, environment);
    libc("posix_spawn_file_actions_destroy", actions, 0, 0, 0, 0, 0);
    return error == 0 ? scratch.get(ValueLayout.JAVA_INT, workspace - scratch.address()) : -error;
  }

  /**
   * A function of the C library that returns an int. It takes its arguments in the first registers,
   * where six words are as good as fewer.
   */
  @SuppressWarnings("restricted") // as above
  private static int libc(String name, long a, long b, long c, long d, long e, long f) {
    Linker linker = Linker.nativeLinker();
    MethodHandle function =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));
    try {
      return (int) function.invokeExact(a, b, c, d, e, f);
    } catch (RuntimeException | Error fault) {
      throw fault;
    } catch (Throwable impossible) {
      throw new IllegalStateException(name, impossible);
    }
  }

  /** A pipe: signalfd(2) takes only what every thread of this JVM has blocked. */
  @Override
  public int signalDescriptor(int... signals) {
    int[] ends = new int[2];
    int piped = pipe(ends, O_CLOEXEC | O_NONBLOCK);
    if (piped < 0) {
      return piped;
    }
    try {
      // Open as long as the handlers are there, and not through these calls, which belong to one
      // thread.
      @SuppressWarnings("resource")
      OutputStream writing = new FileOutputStream("/proc/self/fd/" + ends[1]);
      if (CaughtSignals.write(writing, signals)) {
        return ends[0];
      }
      writing.close();
    } catch (IOException unwritable) {
      // As where signals cannot be caught.
    } finally {
      close(ends[1]);
    }
    close(ends[0]);
    return -Errno.ENOSYS.code();
  }

  @Override
  protected long scratch() {
    return scratch.address();
  }

  @Override
  protected void store(int at, byte[] bytes, int from, int length) {
    MemorySegment.copy(bytes, from, scratch, ValueLayout.JAVA_BYTE, at, length);
  }

  @Override
  protected void load(int at, byte[] into, int length) {
    MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, at, into, 0, length);
  }

  @Override
  @SuppressWarnings("restricted") // the kernel's own mapping, of that length
  protected void copy(long address, byte[] into, int length) {
    MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(length);
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, into, 0, length);
  }

  @Override
  @SuppressWarnings("restricted") // as above
  protected void put(long address, long value) {
    WORD.setRelease(MemorySegment.ofAddress(address).reinterpret(Long.BYTES), 0L, value);
  }
}
