package inuse.core.ask.holders;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes what a program in the kernel wrote: of the wanted sockets an object for each descriptor, of
 * the others of a port, which may be a hundred thousand, numbers alone.
 */
final class SeenRecords {
  private final InodeTable wanted = new InodeTable();
  private final List<SeenFile> files = new ArrayList<>();
  private final Optional<OtherFiles> others;

  /** The process of which the others are being taken; zero for none. */
  private int process;

  SeenRecords(HolderProgram.Sockets sockets) {
    sockets.inodes().forEach(wanted::add);
    others = sockets.port().map(any -> OtherFiles.ofPort());
  }

  /** Takes the records in that many bytes. */
  void take(byte[] bytes, int length) {
    for (int at = 0; at + SeenFile.BYTES <= length; at += SeenFile.BYTES) {
      if (SeenFile.isUnread(bytes, at) || wanted.contains(SeenFile.inode(bytes, at))) {
        files.add(SeenFile.of(bytes, at));
      } else if (others.isPresent()) {
        add(others.get(), bytes, at);
      }
    }
  }

  /** What a thread has in a table of its own is left out, as /proc/PID/fd leaves it out. */
  private void add(OtherFiles all, byte[] bytes, int at) {
    int its = SeenFile.process(bytes, at);
    if (its > 0 && its == SeenFile.thread(bytes, at)) {
      if (its != process) {
        end();
        process = its;
        all.begin();
      }
      all.add(SeenFile.fd(bytes, at), SeenFile.inode(bytes, at));
    }
  }

  private void end() {
    if (process > 0) {
      others.ifPresent(all -> all.end(process));
    }
  }

  /** The descriptors of the wanted sockets, and what says that a table was not read to its end. */
  List<SeenFile> files() {
    return files;
  }

  /** The other sockets of the asked port, once all is taken; empty where none was asked for. */
  Optional<OtherFiles> others() {
    end();
    process = 0;
    return others;
  }
}
