package inuse.kernel.proc;

import inuse.kernel.CallResult;

/** A way to read the tables of descriptors of processes, one after the other. */
public interface ProcessTables extends AutoCloseable {
  /**
   * Reads the table of a process's main thread, as {@link ProcessFiles#table} does.
   *
   * @return whether all of it was wanted
   */
  CallResult<Boolean> table(int pid, ProcessFiles.Table table);

  @Override
  default void close() {}

  /** By all of their links. */
  static ProcessTables byLinks(Proc proc) {
    return (pid, table) -> ProcessFiles.table(proc, "/proc/" + pid, table);
  }
}
