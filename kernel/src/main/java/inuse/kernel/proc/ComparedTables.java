package inuse.kernel.proc;

import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the tables of descriptors of many processes, most of which have much in common with others
 * because they were forked. Whether a descriptor of one is the same open file as that of another,
 * which was read before, is told by kcmp(2) for a third of what its link takes.
 */
public final class ComparedTables implements ProcessTables {
  /*
   * A model is a table that was read by its links. Of another one the kernel says how many descriptors
   * it has (the size of /proc/PID/fd, since Linux 6.2; zero before). Each descriptor of the model is
   * compared with that of the same number. Where as many are the same as there are, that was all, and
   * no link is read. Where a few are missing, the links of the numbers that differ are read, and that may
   * be all. Else the directory is read, and the links of those that are not the same. So each open
   * descriptor is either compared or read, as with links alone.
   *
   * The comparison stands for the link that the model had. Therefore the model's process has to be the
   * same one still: a link of it is read after each comparison, through its open directory, which
   * leads nowhere once the process has ended; a different one each time, so that a model that changes
   * is soon none any more. The size is asked again as well: a descriptor that was opened meanwhile
   * must not be counted in place of one that was not compared.
   */

  /** Tables of fewer descriptors are read sooner than compared. */
  static final int FEW = 6;

  /** Models, of which each table is compared with the one that was of use last first. */
  private static final int MOST_MODELS = 2;

  /** Descriptors of a model; larger tables are not compared with. */
  private static final int MOST_FILES = 1 << 16;

  /** Descriptors of its own for which no directory is read, if the model has their numbers. */
  private static final int MOST_OWN = 16;

  /** Tables in a row that are like no model, before only some of the next ones are compared. */
  private static final int MOST_UNLIKE = 4;

  private static final int STRIDE = 8;

  /** How many more descriptors may differ than are the same, before the rest is not compared. */
  private static final int PATIENCE = 4;

  private final SystemCalls calls;
  private final Proc proc;
  private final List<Model> models = new ArrayList<>(MOST_MODELS + 1);
  private final Model nothing = new Model(0, -1);
  private int unlike;

  /** Reads below that root, whose pids have to be those of this process's namespace. */
  public ComparedTables(SystemCalls calls, Proc proc) {
    this.calls = calls;
    this.proc = proc;
  }

  /** Whether kcmp(2) is permitted, tried on this process itself. */
  public static CallResult<Boolean> permitted(SystemCalls calls, Proc proc) {
    int own = proc.openDirectory("/proc");
    if (own < 0) {
      return CallResult.failed("open", "/proc", own);
    }
    int pid = calls.getPid();
    int result = calls.compareFiles(pid, own, pid, own);
    calls.close(own);
    return result == 0
        ? new CallResult.Ok<>(true)
        : CallResult.failed("kcmp", "self", result < 0 ? result : -Errno.ENOSYS.code());
  }

  @Override
  public CallResult<Boolean> table(int pid, ProcessFiles.Table table) {
    String path = "/proc/" + pid + "/fd";
    int directory = proc.open(path);
    if (directory < 0) {
      return CallResult.failed("open", path, directory);
    }
    Model model = new Model(pid, directory);
    try {
      return table(model, path, table);
    } finally {
      if (!models.contains(model)) {
        proc.close(directory);
      }
    }
  }

  private CallResult<Boolean> table(Model its, String path, ProcessFiles.Table table) {
    long count = proc.size(its.directory);
    if (count > 0 && count < FEW) {
      return ProcessFiles.links(proc, its.directory, path, table);
    }
    Model like = nothing;
    for (Model model : isWorthIt() ? List.copyOf(models) : List.<Model>of()) {
      int same = model.compare(its.pid);
      if (same > 0 && !model.isStill()) {
        forget(model);
      } else if (same > 0 && its.isWholeBy(model, same, count)) {
        unlike = 0;
        prefer(same == model.count ? model : its);
        return new CallResult.Ok<>(its.give(table));
      } else if (2 * same >= model.count) {
        like = model;
        break;
      }
    }
    unlike = like == nothing ? unlike + 1 : 0;
    its.count = 0;
    CallResult<Boolean> read =
        ProcessFiles.links(proc, its.directory, path, new Taken(table, its, like));
    if (read instanceof CallResult.Ok<Boolean>(Boolean all) && all && its.isUseful()) {
      prefer(its);
    }
    return read;
  }

  /** Not for each of many processes that have nothing in common. */
  private boolean isWorthIt() {
    return unlike <= MOST_UNLIKE || unlike % STRIDE == 0;
  }

  private void prefer(Model model) {
    models.remove(model);
    models.addFirst(model);
    if (models.size() > MOST_MODELS) {
      forget(models.getLast());
    }
  }

  private void forget(Model model) {
    models.remove(model);
    proc.close(model.directory);
  }

  @Override
  public void close() {
    while (!models.isEmpty()) {
      forget(models.getLast());
    }
  }

  /** A table that was read, and what another one has in common with it. */
  private final class Model {
    /** In place of the inode of a socket: an io_uring, and anything else. */
    private static final long RING = 0;

    private static final long OTHER = -1;

    private final int pid;
    private final int directory;
    private int[] fds = new int[0];
    private long[] inodes = new long[0];
    private boolean[] same = new boolean[0];
    private int count;
    private int proved;

    Model(int pid, int directory) {
      this.pid = pid;
      this.directory = directory;
    }

    void add(int fd, long inode) {
      if (count < MOST_FILES) {
        if (count == fds.length) {
          fds = Arrays.copyOf(fds, 2 * count + FEW);
          inodes = Arrays.copyOf(inodes, 2 * count + FEW);
        }
        fds[count] = fd;
        inodes[count] = inode;
      }
      count++;
    }

    boolean isUseful() {
      return count >= FEW && count <= MOST_FILES;
    }

    /** How many descriptors of that process are the same open files. */
    int compare(int other) {
      same = same.length == count ? same : new boolean[count];
      Arrays.fill(same, false);
      int alike = 0;
      for (int i = 0, differ = 0; i < count && differ <= PATIENCE + alike; i++) {
        int result = calls.compareFiles(pid, fds[i], other, fds[i]);
        if (result < 0 && result != -Errno.EBADF.code()) {
          return 0;
        }
        same[i] = result == 0;
        alike += same[i] ? 1 : 0;
        differ += same[i] ? 0 : 1;
      }
      return alike;
    }

    /** Whether it is the same process as before, and one of its links too, another each time. */
    boolean isStill() {
      proved = (proved + 1) % count;
      Model now = new Model(pid, directory);
      ProcessFiles.link(proc, directory, fds[proved], new Taken(NONE, now, nothing));
      return now.count == 1 && now.inodes[0] == inodes[proved];
    }

    /**
     * Takes what is the same, and reads the links of the numbers where the two differ.
     *
     * @param there how many descriptors there are
     * @return whether that is all
     */
    boolean isWholeBy(Model model, int alike, long there) {
      int own = 0;
      count = 0;
      for (int i = 0; i < model.count && there - alike <= MOST_OWN && own <= MOST_OWN; i++) {
        if (model.same[i]) {
          add(model.fds[i], model.inodes[i]);
        } else if (alike < there) {
          own++;
          ProcessFiles.link(proc, directory, model.fds[i], new Taken(NONE, this, nothing));
        }
      }
      return count == there && proc.size(directory) == there;
    }

    /** Gives all of it; whether more is wanted. */
    boolean give(ProcessFiles.Table table) {
      for (int i = 0; i < count; i++) {
        give(i, table);
      }
      table.links(count);
      return !table.isOver();
    }

    void give(int index, ProcessFiles.Table table) {
      long inode = inodes[index];
      if (inode > 0) {
        table.socket(fds[index], inode);
      } else if (inode == RING) {
        table.ring(fds[index]);
      } else {
        table.other(fds[index]);
      }
    }
  }

  /** Takes what only a model is made of. */
  private static final ProcessFiles.Table NONE = (fd, inode) -> {};

  /** Gives a table on as it is read, makes a model of it, and knows what is in another model. */
  private static final class Taken implements ProcessFiles.Table {
    private final ProcessFiles.Table table;
    private final Model made;
    private final Model known;
    private int at;

    Taken(ProcessFiles.Table table, Model made, Model known) {
      this.table = table;
      this.made = made;
      this.known = known;
    }

    @Override
    public boolean knows(int fd) {
      // Both are in the order of the numbers; where not, the link is read.
      while (at < known.count && known.fds[at] < fd) {
        at++;
      }
      boolean knows = at < known.count && known.fds[at] == fd && known.same[at];
      if (knows) {
        known.give(at, this);
      }
      return knows;
    }

    @Override
    public void socket(int fd, long inode) {
      made.add(fd, inode);
      table.socket(fd, inode);
    }

    @Override
    public void ring(int fd) {
      made.add(fd, Model.RING);
      table.ring(fd);
    }

    @Override
    public void other(int fd) {
      made.add(fd, Model.OTHER);
      table.other(fd);
    }

    @Override
    public void links(int count) {
      table.links(count);
    }

    @Override
    public boolean isOver() {
      return table.isOver();
    }
  }
}
