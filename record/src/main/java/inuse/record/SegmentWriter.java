package inuse.record;

import static inuse.kernel.abi.Constants.LOCK_EX;
import static inuse.kernel.abi.Constants.LOCK_NB;
import static inuse.kernel.abi.Constants.O_APPEND;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.O_WRONLY;

import inuse.core.events.Event;
import inuse.core.events.RecentEvents;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Segments;
import inuse.core.events.Stamp;
import inuse.core.evidence.Moment;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.WholeWrite;
import inuse.render.EventJson;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes events into segments: files that are only ever appended to, with one write(2) for all that
 * came at once. Each names the processes that it speaks of, and begins with what is bound. Where
 * nothing can be written, that is told, and an event says so as soon as something can be again.
 */
public final class SegmentWriter implements EventSink {
  /** Only root, and the group that may read. */
  private static final int OF_A_FILE = 0640;

  /** What is collected before it is written. */
  private static final int BATCH = 16 * 1024;

  private final Host host;
  private final SystemCalls calls;
  private final SegmentOptions options;
  private final SegmentDirectory directory;
  private final Beginning beginning;
  private final Consumer<String> complaints;

  /** What each process that was named stands behind, in bytes of the segment. */
  private final Map<Integer, Long> named = new HashMap<>();

  private final StringBuilder batch = new StringBuilder();
  private Optional<FileStatus> status = Optional.empty();
  private int fd = -1;
  private long written;
  private long inBatch;
  private boolean torn;
  private long unwritten;
  private Moment unwrittenSince = new Moment(0);
  private Errno refusal = Errno.ENOENT;
  private boolean first = true;
  private boolean isBeginning;
  private int begun;
  private String currentPath = "";

  /** What each segment begins with. */
  interface Beginning {
    /**
     * The first line.
     *
     * @param rotated whether this recorder wrote the segment before
     */
    Event.Start start(boolean rotated);

    /** What is bound now. */
    void held(Consumer<Event> each);

    /** The process of a number. */
    Optional<RecordedProcess> process(int number);

    /** The time. */
    Stamp now();
  }

  /**
   * A writer; nothing is written before {@link #begin}.
   *
   * @param complaints receives a sentence when nothing can be written, and when it can be again
   */
  SegmentWriter(
      Host host, SegmentOptions options, Beginning beginning, Consumer<String> complaints) {
    this.host = host;
    calls = host.calls();
    this.options = options;
    directory = new SegmentDirectory(host, options);
    this.beginning = beginning;
    this.complaints = complaints;
  }

  /**
   * Begins the first segment.
   *
   * @return why it cannot be written
   */
  Optional<String> begin() {
    directory.make();
    if (new Segments(host, options.directory()).isRecording()) {
      return Optional.of("another inuse record writes to " + options.directory());
    }
    int opened = open();
    if (opened < 0) {
      return Optional.of(options.directory() + ": " + Errno.of(opened));
    }
    beginSegment();
    return Optional.empty();
  }

  private int open() {
    Stamp now = beginning.now();
    String path = directory.path(now.time(), calls.getPid(), begun++);
    int flags = O_WRONLY | O_APPEND | O_EXCL | O_CLOEXEC;
    int opened = calls.create(Bytes.of(path), flags, OF_A_FILE);
    if (opened < 0) {
      return opened;
    }
    calls.changeMode(opened, OF_A_FILE);
    // By which those who read it know that it is being written.
    calls.lock(opened, LOCK_EX | LOCK_NB);
    fd = opened;
    status =
        FileStatus.of(calls, opened) instanceof CallResult.Ok<FileStatus>(FileStatus of)
            ? Optional.of(of)
            : Optional.empty();
    currentPath = path;
    return opened;
  }

  private void beginSegment() {
    named.clear();
    written = 0;
    torn = false;
    append(beginning.start(!first));
    first = false;
    // However much is bound, it belongs to this segment.
    isBeginning = true;
    beginning.held(event -> take(event, beginning::process));
    isBeginning = false;
    directory.removeOld(beginning.now().time(), currentPath);
  }

  /** Whether the newest segment that is there has no end. */
  boolean isUnfinished() {
    return directory.isUnfinished();
  }

  @Override
  public void take(Event event, Names names) {
    switch (event) {
      case Event.Socket socket -> socket.process().ifPresent(number -> name(number, event, names));
      case Event.Refused refused -> {
        refused.process().ifPresent(number -> name(number, event, names));
        refused.holders().forEach(number -> name(number, event, names));
      }
      case Event.Start other -> {}
      case Event.Named other -> {}
      case Event.Gap other -> {}
      case Event.End other -> {}
    }
    append(event);
  }

  private void name(int number, Event event, Names names) {
    long at = written + batch.length();
    Long before = named.get(number);
    // The last lines alone tell what happened last (RecentEvents).
    if (before == null || at - before > RecentEvents.BYTES / 2) {
      named.put(number, at);
      names.process(number).ifPresent(known -> append(new Event.Named(event.stamp(), known)));
    }
  }

  private void append(Event event) {
    batch.append(EventJson.line(event));
    inBatch++;
    if (batch.length() >= BATCH && isBeginning) {
      write();
    } else if (batch.length() >= BATCH) {
      flush();
    }
  }

  /** Writes what was collected, and begins the next segment where this one is full or gone. */
  @Override
  public void flush() {
    if (batch.isEmpty()) {
      return;
    }
    if (isGone()) {
      complaints.accept("the segment was moved or removed; a new one is begun");
      close();
      directory.make();
    }
    if (fd < 0) {
      reopen();
    }
    write();
    if (fd >= 0 && written > options.segmentBytes()) {
      close();
      if (open() >= 0) {
        beginSegment();
        write();
      }
    }
  }

  /** Another segment, whose beginning comes before what was collected. */
  private void reopen() {
    if (open() < 0) {
      return;
    }
    String collected = batch.toString();
    long count = inBatch;
    batch.setLength(0);
    inBatch = 0;
    beginSegment();
    batch.append(collected);
    inBatch += count;
  }

  /** Whether the path is no longer that of the open file. */
  private boolean isGone() {
    return fd >= 0
        && status.isPresent()
        && !(FileStatus.read(calls, Bytes.of(currentPath))
                instanceof CallResult.Ok<FileStatus>(FileStatus there)
            && there.isSameFile(status.get()));
  }

  private void write() {
    if (batch.isEmpty()) {
      return;
    }
    if (unwritten > 0) {
      Stamp now = beginning.now();
      Event gap =
          new Event.Gap(
              now, Event.Loss.NOT_WRITTEN, Optional.of(unwritten), Optional.of(unwrittenSince));
      batch.insert(0, EventJson.line(gap));
    }
    if (torn) {
      // The line that a full disk cut short ends here, and is none.
      batch.insert(0, '\n');
    }
    byte[] bytes = Bytes.utf8(batch.toString());
    int result = fd < 0 ? fd : writeAll(bytes);
    if (result < 0) {
      notWritten(Errno.of(result));
    } else {
      torn = false;
      if (unwritten > 0) {
        complaints.accept("segments can be written again; " + unwritten + " events are missing");
      }
      unwritten = 0;
    }
    batch.setLength(0);
    inBatch = 0;
  }

  /** Zero, or a negated errno; what was written of it stays. */
  private int writeAll(byte[] bytes) {
    int result = WholeWrite.of(calls, fd, bytes);
    long size = result < 0 ? FileStatus.size(calls, fd) : written + bytes.length;
    torn |= result < 0 && size > written;
    written = size;
    return result;
  }

  private void notWritten(Errno why) {
    if (unwritten == 0) {
      unwrittenSince = beginning.now().time();
    }
    if (unwritten == 0 || !why.equals(refusal)) {
      complaints.accept(options.directory() + ": " + why + ": nothing is recorded meanwhile");
    }
    refusal = why;
    unwritten += inBatch;
    // What the lost lines named is named again.
    named.clear();
  }

  void close() {
    if (fd >= 0) {
      calls.close(fd);
    }
    fd = -1;
  }
}
