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
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  /** Sockets whose holders are searched for in one go. */
  private static final int AT_ONCE = 10_000;

  /**
   * Events between garbage collections. The executable collects only when the whole heap has been
   * written to, which would make a small recorder a large one.
   */
  private static final int EVENTS_BETWEEN_COLLECTIONS = 4_000;

  /** Processes that are remembered before those are forgotten that have ended. */
  private static final int MANY_PROCESSES = 20_000;

  private final Host host;
  private final RecorderOptions options;
  private final Consumer<String> complaints;
  private final HeldSockets sockets;
  private final RecordClock clock;
  private final HostNamespaces namespaces;
  private final ProcessBook processes;
  private final BoundTable table = new BoundTable();
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
  private long collected;

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
    sockets = inuse.heldSockets();
    clock = new RecordClock(host.calls());
    namespaces = new HostNamespaces(host);
    processes = new ProcessBook(new HostProcesses(host, sockets, options.withArguments()));
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
      tell(new Event.Socket(clock.stamp(nanos), change, false, cookie, number(process), place));
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
      table.each((cookie, process, place, listening) ->
          each.accept(Recorder.this.held(now, cookie, process, place, listening)));
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

  private Event held(Stamp at, long cookie, int process, Place place, boolean listening) {
    Event.Change state = listening ? Event.Change.LISTENING : Event.Change.BOUND;
    return new Event.Socket(at, state, true, cookie, number(process), place);
  }

  private static Optional<Integer> number(int process) {
    return process == BoundTable.UNKNOWN ? Optional.empty() : Optional.of(process);
  }

  private void tell(Event event) {
    events++;
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
    look(News.NONE);
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
        look(News.EVENTS);
      }
      passOn();
      refusals.tick(now);
      if (processes.size() > MANY_PROCESSES) {
        prune();
      }
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
      look(News.STATES);
    }
  }

  private boolean diagnosesOne() {
    RefusedBind next = undiagnosed.poll();
    if (next != null) {
      refusals.take(next);
    }
    return next != null;
  }

  private void flush() {
    sinks.forEach(EventSink::flush);
    if (events - collected >= EVENTS_BETWEEN_COLLECTIONS) {
      collected = events;
      System.gc();
    }
  }

  /** How a look tells what is new. */
  private enum News {
    /** Not at all: the segment that is begun next says everything. */
    NONE,
    /** As what has been so for an unknown time. */
    STATES,
    /** As what was done a moment ago. */
    EVENTS
  }

  /** What was found that is not in the table. */
  private record Found(HeldSockets.One socket, boolean isNew) {}

  /**
   * Looks at everything that is bound here, and makes the table the same.
   *
   * @param news how what is new is told
   */
  private void look(News news) {
    Stamp now = clock.now();
    table.unmark();
    List<Found> found = new ArrayList<>();
    boolean whole =
        sockets.look(one -> {
          if (!table.has(one.cookie())) {
            found.add(new Found(one, true));
            kernel.ifPresent(programs -> programs.know(one.cookie()));
          } else if (one.listening() && !table.isListening(one.cookie())) {
            found.add(new Found(one, false));
          }
          table.mark(one.cookie());
          if (found.size() >= AT_ONCE) {
            add(now, found, news);
          }
        });
    add(now, found, news);
    if (whole) {
      for (long cookie : table.unmarked()) {
        Optional<Place> place = table.place(cookie);
        if (place.isPresent() && place.get().netns().isEmpty()) {
          int process = table.process(cookie);
          table.remove(cookie);
          kernel.ifPresent(programs -> programs.forget(cookie));
          tell(
              new Event.Socket(
                  now, Event.Change.RELEASED, false, cookie, number(process), place.get()));
        }
      }
    }
  }

  private void add(Stamp now, List<Found> found, News news) {
    Set<Inode> inodes = new HashSet<>();
    found.forEach(one -> inodes.add(one.socket.inode()));
    Map<Inode, Pid> holders = inodes.isEmpty() ? new HashMap<>() : sockets.holders(inodes);
    for (Found one : found) {
      HeldSockets.One socket = one.socket;
      Pid pid = holders.get(socket.inode());
      int known = table.process(socket.cookie());
      int process =
          one.isNew
              ? (pid == null ? BoundTable.UNKNOWN : processes.of(pid.number(), now.nanos()))
              : known;
      Place place =
          new Place(
              socket.protocol(), socket.local().address(), socket.local().port(), Optional.empty());
      table.put(socket.cookie(), process, place, socket.listening());
      table.mark(socket.cookie());
      switch (news) {
        case NONE -> {}
        case STATES -> tell(held(now, socket.cookie(), process, place, socket.listening()));
        case EVENTS -> changed(now, socket, one.isNew, process, place);
      }
    }
    found.clear();
  }

  private void changed(Stamp now, HeldSockets.One socket, boolean isNew, int process, Place place) {
    if (isNew) {
      tell(
          new Event.Socket(
              now, Event.Change.BOUND, false, socket.cookie(), number(process), place));
    }
    if (socket.listening()) {
      tell(
          new Event.Socket(
              now, Event.Change.LISTENING, false, socket.cookie(), number(process), place));
    }
  }

  /** Finds who has the sockets of processes that have ended, and tells it. */
  private void passOn() {
    Set<Integer> ended = new HashSet<>();
    Set<Integer> alive = new HashSet<>();
    table.eachProcess(process -> {
      if (process != BoundTable.UNKNOWN && !alive.contains(process) && !ended.contains(process)) {
        (processes.isAlive(process) ? alive : ended).add(process);
      }
    });
    if (ended.isEmpty()) {
      return;
    }
    Set<Long> cookies = new HashSet<>();
    table.each((cookie, process, place, listening) -> {
      if (place.netns().isEmpty() && ended.contains(process)) {
        cookies.add(cookie);
      }
    });
    if (cookies.isEmpty()) {
      return;
    }
    Map<Inode, HeldSockets.One> wanted = new HashMap<>();
    sockets.look(one -> {
      if (cookies.contains(one.cookie()) && wanted.size() < AT_ONCE) {
        wanted.put(one.inode(), one);
      }
    });
    Stamp now = clock.now();
    sockets
        .holders(wanted.keySet())
        .forEach((inode, pid) -> {
          HeldSockets.One socket = wanted.get(inode);
          Optional<Place> place = socket == null ? Optional.empty() : table.place(socket.cookie());
          if (socket != null && place.isPresent()) {
            int process = processes.of(pid.number(), now.nanos());
            table.put(socket.cookie(), process, place.get(), socket.listening());
            tell(held(now, socket.cookie(), process, place.get(), socket.listening()));
          }
        });
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
