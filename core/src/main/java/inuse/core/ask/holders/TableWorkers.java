package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.core.evidence.Pid;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.WorkQueue;
import inuse.kernel.Worker;
import inuse.kernel.proc.ProcessTables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads the tables of many processes in several workers at once, as many as there are processors.
 * What they do not tell, because there can be none, or one has ended, is left to whoever asks.
 */
final class TableWorkers {
  /** More would wait for each other in the kernel. */
  private static final int MOST_WORKERS = 4;

  /** sizeof(cpu_set_t). */
  private static final int PROCESSOR_BYTES = 128;

  /** Between two looks at the deadline. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final SystemCalls calls;
  private final Deadline deadline;
  private final Supplier<ProcessTables> source;

  /**
   * Workers for one search.
   *
   * @param source a way to read tables, one for each worker
   */
  TableWorkers(Host host, Deadline deadline, Supplier<ProcessTables> source) {
    calls = host.calls();
    this.deadline = deadline;
    this.source = source;
  }

  /**
   * Reads as many of them as can be.
   *
   * @param denied receives those that may not be read
   * @return those that were not read
   */
  List<Integer> read(List<Integer> pids, FoundHolders found, List<Integer> denied) {
    int count = Math.min(Math.min(processors(), MOST_WORKERS), pids.size());
    // As few as can be: one process may have as many descriptors as all the others.
    int slice = (pids.size() - 1) / WorkQueue.MOST + 1;
    if (count < 2
        || !(WorkQueue.of(calls, (pids.size() - 1) / slice + 1)
            instanceof CallResult.Ok<WorkQueue>(WorkQueue queue))) {
      return pids;
    }
    Set<Integer> read = new HashSet<>();
    List<Worker> workers = new ArrayList<>();
    try (queue) {
      for (int i = 0; i < count; i++) {
        if (Worker.start(calls, results -> work(pids, slice, queue, results))
            instanceof CallResult.Ok<Worker>(Worker worker)) {
          workers.add(worker);
        }
      }
      collect(
          workers,
          new TableRecords.Taker() {
            @Override
            public void begin() {
              found.begin();
            }

            @Override
            public void file(int fd, long inode) {
              if (inode == OtherFiles.RING) {
                found.ring(fd);
              } else {
                found.socket(fd, inode);
              }
            }

            @Override
            public void end(int pid) {
              found.end(new Pid(pid));
              told(pid);
            }

            @Override
            public void failed(int pid, Errno errno) {
              if (errno.isDenied()) {
                denied.add(pid);
              }
              told(pid);
            }

            private void told(int pid) {
              deadline.grow();
              read.add(pid);
            }
          });
    } finally {
      workers.forEach(Worker::close);
    }
    return pids.stream().filter(pid -> !read.contains(pid)).toList();
  }

  private int processors() {
    byte[] mask = new byte[PROCESSOR_BYTES];
    int length = calls.getAffinity(mask);
    int count = 0;
    for (int i = 0; i < length; i++) {
      count += Integer.bitCount(mask[i] & 0xff);
    }
    return count;
  }

  /** What a worker does. */
  private void work(List<Integer> pids, int slice, WorkQueue queue, Worker.Results results) {
    TableRecords records = new TableRecords(deadline);
    try (ProcessTables tables = source.get()) {
      for (int next = queue.next(); next >= 0; next = queue.next()) {
        int end = Math.min(pids.size(), (next + 1) * slice);
        for (int pid : pids.subList(next * slice, end)) {
          records.write(pid, tables);
        }
        if (!results.tell(records.taken()) || deadline.isOver()) {
          return;
        }
      }
    }
  }

  private void collect(List<Worker> workers, TableRecords.Taker taker) {
    byte[] chunk = new byte[1 << 16];
    List<Worker> left = new ArrayList<>(workers);
    List<TableRecords.Reader> readers = new ArrayList<>();
    workers.forEach(worker -> readers.add(new TableRecords.Reader(taker)));
    while (!left.isEmpty() && !deadline.isOver()) {
      int[] fds = new int[left.size()];
      for (int i = 0; i < fds.length; i++) {
        fds[i] = left.get(i).results();
      }
      int[] events = new int[fds.length];
      long nanos = deadline.soonerNanos(PAUSE) - calls.clockNanos(CLOCK_MONOTONIC);
      int ready = calls.awaitInputs(fds, events, Math.max(0, nanos));
      if (ready < 0 && ready != -Errno.EINTR.code()) {
        return;
      }
      for (int i = fds.length - 1; i >= 0 && ready > 0; i--) {
        if (events[i] != 0) {
          int count = calls.read(fds[i], chunk);
          if (count <= 0) {
            left.remove(i);
            readers.remove(i);
          } else {
            readers.get(i).take(chunk, count);
          }
        }
      }
    }
  }
}
