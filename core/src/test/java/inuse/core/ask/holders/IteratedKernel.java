package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.CAP_BPF;
import static inuse.kernel.abi.Constants.CAP_PERFMON;

import inuse.kernel.Bytes;
import inuse.kernel.btf.KernelTypes;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeTypes;

/** A kernel of Linux 6.18, as far as the programs need it, with what its iterators tell. */
public final class IteratedKernel {
  /** The ids of the iterators' functions among {@link #types}. */
  public static final int TASK = 1;

  public static final int TASK_FILE = 2;

  public final FakeKernel kernel = new FakeKernel();

  /** A kernel that lets us ask it. */
  public IteratedKernel() {
    kernel.capabilities(1L << CAP_BPF | 1L << CAP_PERFMON);
    kernel.link("/proc/self/ns/pid", "pid:[4026531836]");
    kernel.file("/proc/self/environ", "");
    types("");
  }

  /** Takes the kernel's types, but for one name. */
  public IteratedKernel types(String without) {
    FakeTypes types = new FakeTypes();
    for (String function :
        new String[] {
          "bpf_iter_task",
          "bpf_iter_task_file",
          "bpf_rdonly_cast",
          "bpf_iter_num_new",
          "bpf_iter_num_next",
          "bpf_iter_num_destroy"
        }) {
      types.function(function.equals(without) ? "other" : function);
    }
    types
        .structure(
            "task_struct",
            "pid 1264",
            "tgid 1268",
            "group_leader 1328",
            "thread_pid 1368",
            without.equals("files") ? "other 1824" : "files 1824")
        .structure(
            "file",
            "f_op 8",
            "private_data 24",
            "f_inode 32",
            without.equals("f_ref") ? "f_count 176" : "f_ref 176")
        .structure("inode", "i_ino 64")
        .structure("files_struct", "fdt 32")
        .structure("fdtable", "max_fds 0", "fd 8")
        .structure("pid", "level 4", "numbers 144")
        .structure("list_head", "next 0", "prev 8")
        .structure("socket", without.equals("sk") ? "other 24" : "sk 24");
    kernel.file(KernelTypes.PATH, types.text());
    return this;
  }

  /** Lets a process have so many descriptors of other sockets in /proc. */
  public IteratedKernel crowd(int pid, int links) {
    for (int fd = 0; fd < links; fd++) {
      kernel.link("/proc/" + pid + "/fd/" + fd, "socket:[" + (1_000_000 + fd) + "]");
    }
    return this;
  }

  /** What an iterator tells of one descriptor. */
  public static byte[] seen(
      int process, int thread, int fd, long inode, long references, long table) {
    byte[] bytes = new byte[SeenFile.BYTES];
    Bytes.putInt(bytes, 0, process);
    Bytes.putInt(bytes, 4, thread);
    Bytes.putInt(bytes, 8, fd);
    Bytes.putInt(bytes, 12, (int) inode);
    Bytes.putLong(bytes, 16, references);
    Bytes.putLong(bytes, 24, table);
    return bytes;
  }

  /** Several of them, as one read gives them. */
  public static byte[] together(byte[]... records) {
    byte[] all = new byte[SeenFile.BYTES * records.length];
    for (int i = 0; i < records.length; i++) {
      System.arraycopy(records[i], 0, all, SeenFile.BYTES * i, SeenFile.BYTES);
    }
    return all;
  }
}
