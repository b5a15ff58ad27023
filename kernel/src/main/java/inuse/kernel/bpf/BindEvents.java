package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.BPF_F_NO_PREALLOC;
import static inuse.kernel.abi.Constants.BPF_MAP_DELETE_ELEM;
import static inuse.kernel.abi.Constants.BPF_MAP_LOOKUP_ELEM;
import static inuse.kernel.abi.Constants.BPF_MAP_TYPE_ARRAY;
import static inuse.kernel.abi.Constants.BPF_MAP_TYPE_HASH;
import static inuse.kernel.abi.Constants.BPF_MAP_UPDATE_ELEM;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SyscallFailed;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The binds of a control group and all below it, as the kernel makes them, whichever network
 * namespace they are in: six small programs (Linux 5.9), attached for as long as this process
 * lives. A group is that in which a socket was made.
 *
 * <p>What is not seen: sockets of before, until {@link #know} says them; ports that the kernel
 * chooses at connect(2) or sendto(2); and a bind that succeeds and is refused by listen(2) alone.
 */
public final class BindEvents implements AutoCloseable {
  /** Room for 29,000 events that are not read yet. */
  static final int RING_BYTES = 1 << 21;

  /** Sockets whose release is told. */
  static final int MAX_SOCKETS = 1 << 18;

  private final SystemCalls calls;
  private final RingBuffer ring;
  private final int sockets;
  private final int lost;
  private final List<Integer> open = new ArrayList<>();

  private BindEvents(SystemCalls calls, RingBuffer ring, int sockets, int lost) {
    this.calls = calls;
    this.ring = ring;
    this.sockets = sockets;
    this.lost = lost;
  }

  /**
   * Attaches the programs.
   *
   * @param group a directory of cgroup v2, open
   */
  public static CallResult<BindEvents> open(SystemCalls calls, int group) {
    return open(calls, group, RING_BYTES);
  }

  static CallResult<BindEvents> open(SystemCalls calls, int group, int ringBytes) {
    // Until Linux 5.11 what programs and maps take counts as locked memory, of which 64 kB are
    // allowed.
    try (LockedMemory _ = new LockedMemory(calls)) {
      return switch (RingBuffer.create(calls, ringBytes)) {
        case CallResult.Failed<RingBuffer>(var why) -> new CallResult.Failed<>(why);
        case CallResult.Ok<RingBuffer>(RingBuffer ring) -> open(calls, group, ring);
      };
    }
  }

  private static CallResult<BindEvents> open(SystemCalls calls, int group, RingBuffer ring) {
    Bpf bpf = new Bpf(calls);
    CallResult<Integer> sockets =
        bpf.map(BPF_MAP_TYPE_HASH, Long.BYTES, Integer.BYTES, MAX_SOCKETS, BPF_F_NO_PREALLOC);
    CallResult<Integer> lost = bpf.map(BPF_MAP_TYPE_ARRAY, Integer.BYTES, Long.BYTES, 1, 0);
    BindEvents events = new BindEvents(calls, ring, descriptor(sockets), descriptor(lost));
    for (CallResult<Integer> map : List.of(sockets, lost)) {
      if (map instanceof CallResult.Failed<Integer>(SyscallFailed why)) {
        events.close();
        return new CallResult.Failed<>(why);
      }
    }
    for (BindProgram program : BindProgram.values()) {
      if (events.attach(bpf, program, group)
          instanceof CallResult.Failed<Integer>(SyscallFailed why)) {
        events.close();
        return new CallResult.Failed<>(why);
      }
    }
    return new CallResult.Ok<>(events);
  }

  /** Its descriptor, or none. */
  private static int descriptor(CallResult<Integer> map) {
    return map instanceof CallResult.Ok<Integer>(Integer fd) ? fd : -1;
  }

  /** What does not say who (Linux before 5.15, of listen(2)) says the rest. */
  private CallResult<Integer> attach(Bpf bpf, BindProgram program, int group) {
    CallResult<Integer> link = bpf.attach(program.assembled(maps(), true), group);
    if (program == BindProgram.LISTENING && link instanceof CallResult.Failed<Integer>) {
      link = bpf.attach(program.assembled(maps(), false), group);
    }
    if (link instanceof CallResult.Ok<Integer>(Integer fd)) {
      open.add(fd);
    }
    return link;
  }

  /** The maps by the names that the tables have for them. */
  Map<String, Integer> maps() {
    return Map.of("ring", ring.fd(), "sockets", sockets, "lost", lost);
  }

  /** Readable when there are events. */
  public int fd() {
    return ring.fd();
  }

  /**
   * Reads events, in the order in which they happened, except for those that came at the same time
   * on two processors.
   *
   * @return whether there were any: there may be more
   */
  public boolean read(Consumer<BindEvent> reader) {
    return ring.read((bytes, at) -> reader.accept(BindEvent.read(bytes, at)));
  }

  /** How many events were lost since the beginning, because nothing read them for too long. */
  public long lost() {
    byte[] count = new byte[Long.BYTES];
    int read = calls.mapElement(BPF_MAP_LOOKUP_ELEM, lost, new byte[Integer.BYTES], count);
    return read < 0 ? 0 : Bytes.getLong(count, 0);
  }

  /** Lets the release of a socket that was bound before be told. */
  public void know(long cookie) {
    calls.mapElement(BPF_MAP_UPDATE_ELEM, sockets, key(cookie), new byte[Integer.BYTES]);
  }

  /** Takes {@link #know} back. */
  public void forget(long cookie) {
    calls.mapElement(BPF_MAP_DELETE_ELEM, sockets, key(cookie), new byte[0]);
  }

  private static byte[] key(long cookie) {
    byte[] key = new byte[Long.BYTES];
    Bytes.putLong(key, 0, cookie);
    return key;
  }

  /** Detaches the programs: nothing stays in the kernel. */
  @Override
  public void close() {
    open.forEach(calls::close);
    for (int map : new int[] {sockets, lost}) {
      if (map >= 0) {
        calls.close(map);
      }
    }
    ring.close();
  }
}
