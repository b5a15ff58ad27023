package inuse.record;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDONLY;

import inuse.core.HeldSockets;
import inuse.core.Inuse;
import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Stamp;
import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.bpf.BindEvents;
import inuse.kernel.proc.Cgroup2;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** Records binds: from a look at what is bound, by what the kernel tells from then on. */
public final class Recorder implements AutoCloseable {
  /*
   * One thread waits for the kernel's ring buffer, and after each wakeup:
   *
   *   reads what is there into the model, which makes events of it, and refused binds
   *   has each refused bind diagnosed, within its bounds, and reads again before the next
   *   tells how much was lost, and then looks at everything again
   *   once a second: clocks, repeated refusals, and holders that have ended while their socket lives on
   *   writes what was collected, with one write(2)
   *
   * The programs are attached before the first look, so that nothing happens between the two unseen.
   * What the look finds and an event tells as well is the same socket by its cookie.
   */

  /** How often it looks where the kernel does not tell. */
  private static final long PERIOD = Duration.ofSeconds(1).toNanos();

  /** Soon enough to tell a refusal by time alone. */
  private static final long SOON = BindModel.PATIENCE / 4;

  /** Refused binds that may wait for a diagnosis: where there are more, some get none. */
  private static final int MOST_WAITING = 100;

  /** What an event leaves behind for the collector, in bytes. */
  private static final int GARBAGE_OF_AN_EVENT = 2_000;

  /** Processes that are remembered before those are forgotten that have ended. */
  private static final int MANY_PROCESSES = 20_000;

  private final Host host;
  private final RecorderOptions options;
  private final Consumer<String> complaints;
  private final RecordClock clock;
  private final HostNamespaces namespaces;
  private final ProcessBook processes;
  private final BoundTable table = new BoundTable();
  private final Garbage garbage = new Garbage();
  private final SocketLook sockets;
  private final BindModel model;
  private final Refusals refusals;
  private final Deque<RefusedBind> undiagnosed = new ArrayDeque<>();
  private final List<EventSink> sinks = new ArrayList<>();

  /** Those that are not the segments, which begin with more than events. */
  private final List<EventSink> others = new ArrayList<>();

  private final Optional<SegmentWriter> segments;
  private Optional<BindEvents> kernel = Optional.empty();
  private Optional<String> whyPolling = Optional.empty();
  private long lost;
  private long looked;
  private long events;

  /**
   * A recorder.
   *
   * @param inuse asked about each refused bind, within its own time
   * @param complaints receives sentences for the terminal or the log
   */
  public Recorder(Inuse inuse, RecorderOptions options, Consumer<String> complaints) {
    host = inuse.host();
    this.options = options;
    this.complaints = complaints;
    HeldSockets held = inuse.heldSockets();
    clock = new RecordClock(host.calls());
    namespaces = new HostNamespaces(host);
    processes = new ProcessBook(new HostProcesses(host, held, options.withArguments()));
    sockets = new SocketLook(held, table, processes, clock, garbage, this::tell);
    refusals = new Refusals(inuse, processes, new HostRights(host), clock::stamp, this::tell);
    model = new BindModel(host.calls().getPid(), table, processes, namespaces, new Changes());
    segments =
        options
            .segments()
            .map(where -> new SegmentWriter(host, where, new Beginning(), complaints));
    segments.ifPresent(sinks::add);
    others.addAll(options.sinks());
    options
        .metrics()
        .ifPresent(path -> others.add(new MetricsFile(host, path, table::count, complaints)));
    sinks.addAll(others);
  }

  /** What the model makes of events. */
  private final class Changes implements BindModel.Output {
    @Override
    public void changed(long nanos, Event.Change change, long cookie, int process, Place place) {
      tell(SocketLook.event(clock.stamp(nanos), change, cookie, process, place));
    }

    @Override
    public void refused(RefusedBind bind) {
      undiagnosed.add(bind);
    }
  }

  /** What segments begin with. */
  private final class Beginning implements SegmentWriter.Beginning {
    @Override
    public Event.Start start(boolean rotated) {
      return Recorder.this.start(rotated);
    }

    @Override
    public void held(Consumer<Event> each) {
      Stamp now = clock.now();
      table.each((cookie, process, place, listening) -> {
        garbage.made(GARBAGE_OF_AN_EVENT);
        each.accept(SocketLook.held(now, cookie, process, place, listening));
      });
    }

    @Override
    public Optional<RecordedProcess> process(int number) {
      return processes.get(number);
    }

    @Override
    public Stamp now() {
      return clock.now();
    }
  }

  private Event.Start start(boolean rotated) {
    List<String> boot = host.lines("/proc/sys/kernel/random/boot_id");
    return new Event.Start(
        clock.now(),
        boot.isEmpty() ? "" : boot.getFirst().trim(),
        namespaces.own(),
        options.version(),
        rotated,
        source());
  }

  private void tell(Event event) {
    events++;
    garbage.made(GARBAGE_OF_AN_EVENT);
    sinks.forEach(sink -> sink.take(event, processes::get));
  }

  /** How it learns of binds. */
  public Event.Source source() {
    return kernel.isPresent() ? Event.Source.BPF : Event.Source.POLLING;
  }

  /** Why the kernel does not tell; empty where it does. */
  public Optional<String> whyPolling() {
    return whyPolling;
  }

  /**
   * Begins: from here on nothing that the kernel tells is missed.
   *
   * @return why nothing can be recorded
   */
  public Optional<String> begin() {
    switch (attached()) {
      case CallResult.Ok<BindEvents>(BindEvents attached) -> kernel = Optional.of(attached);
      case CallResult.Failed<BindEvents>(SyscallFailed why) -> whyPolling = Optional.of(why(why));
    }
    boolean unfinished = segments.filter(SegmentWriter::isUnfinished).isPresent();
    sockets.look(SocketLook.News.NONE, kernel);
    looked = clock.nanos();
    if (segments.isPresent()) {
      Optional<String> refused = segments.get().begin();
      if (refused.isPresent()) {
        return refused;
      }
    }
    Stamp now = clock.now();
    if (unfinished) {
      tell(new Event.Gap(now, Event.Loss.STOPPED_UNEXPECTEDLY, Optional.empty(), Optional.empty()));
    }
    Event.Start start = start(false);
    others.forEach(sink -> sink.take(start, processes::get));
    flush();
    garbage.collect();
    return Optional.empty();
  }

  private CallResult<BindEvents> attached() {
    if (!new ProcessNumbers(host).areOfWholeHost()) {
      return new CallResult.Failed<>(
          new SyscallFailed("bpf", "another pid namespace", Errno.EPERM));
    }
    String path = options.group().or(() -> wholeGroup(host)).orElse("");
    if (path.isEmpty()) {
      return new CallResult.Failed<>(new SyscallFailed("open", "cgroup v2", Errno.ENOENT));
    }
    int group = host.calls().open(AT_FDCWD, Bytes.of(path), O_RDONLY | O_CLOEXEC);
    if (group < 0) {
      return CallResult.failed("open", path, group);
    }
    try {
      return BindEvents.open(host.calls(), group);
    } finally {
      host.calls().close(group);
    }
  }

  /** Where the whole of cgroup v2 is mounted. */
  static Optional<String> wholeGroup(Host host) {
    return host.proc().text("/proc/self/mountinfo") instanceof CallResult.Ok<String>(String text)
        ? Cgroup2.mountPoint(text)
        : Optional.empty();
  }

  private static String why(SyscallFailed failed) {
    return failed.toString();
  }

  /** Readable when the kernel tells something; empty where it does not tell. */
  public OptionalInt descriptor() {
    return kernel.isPresent() ? OptionalInt.of(kernel.get().fd()) : OptionalInt.empty();
  }

  /** How long it may be waited for that before {@link #look()} is due. */
  public long dueIn() {
    long soon = model.isWaiting() ? SOON : PERIOD;
    return Math.max(0, Math.min(soon, looked + PERIOD - clock.nanos()));
  }

  /** Takes what there is, and does what is due. */
  public void look() {
    kernel.ifPresent(this::read);
    long now = clock.nanos();
    model.settle(now);
    kernel.filter(any -> !undiagnosed.isEmpty()).ifPresent(this::read);
    if (now - looked >= PERIOD) {
      looked = now;
      clock.look().forEach(this::tell);
      kernel.ifPresent(this::tellLost);
      if (kernel.isEmpty()) {
        sockets.look(SocketLook.News.EVENTS, kernel);
      }
      sockets.passOn();
      refusals.tick(now);
      if (processes.size() > MANY_PROCESSES) {
        prune();
      }
      flush();
      garbage.collect();
    }
    flush();
  }

  /** A diagnosis takes its time: the kernel's buffer is emptied before each. */
  private void read(BindEvents from) {
    do {
      while (from.read(model::take)) {
        flush();
      }
    } while (diagnosesOne());
  }

  /**
   * Tells how many events were lost, and looks at everything again: once a second at most, because
   * a user with very many sockets can make it happen all the time.
   */
  private void tellLost(BindEvents from) {
    long total = from.lost();
    if (total > lost) {
      tell(
          new Event.Gap(clock.now(), Event.Loss.LOST, Optional.of(total - lost), Optional.empty()));
      complaints.accept((total - lost) + " events were lost: they came faster than they are read");
      lost = total;
      sockets.look(SocketLook.News.STATES, kernel);
    }
  }

  private boolean diagnosesOne() {
    RefusedBind next = undiagnosed.poll();
    if (next != null) {
      refusals.take(next, undiagnosed.size() > MOST_WAITING);
    }
    return next != null;
  }

  private void flush() {
    sinks.forEach(EventSink::flush);
  }

  private void prune() {
    Set<Integer> used = new HashSet<>();
    table.each((cookie, process, place, listening) -> used.add(process));
    processes.prune(used::contains);
  }

  /** How many events it has told. */
  public long events() {
    return events;
  }

  /** How many binds were refused for another reason than a port in use. */
  public long otherRefusals() {
    return refusals.others();
  }

  /** Takes what is left, and ends as it should. */
  public void end() {
    kernel.ifPresent(this::read);
    model.settle(Long.MAX_VALUE);
    kernel.ifPresent(this::read);
    refusals.tick(Long.MAX_VALUE);
    kernel.ifPresent(this::tellLost);
    tell(new Event.End(clock.now()));
    flush();
  }

  /** Detaches from the kernel. */
  @Override
  public void close() {
    kernel.ifPresent(BindEvents::close);
    segments.ifPresent(SegmentWriter::close);
  }
}
