package inuse.core.evidence;

/** The inode of a socket's file; it matches descriptors to sockets. */
public record Inode(long number) {
  public Inode {
    if (number < 1) {
      throw new IllegalArgumentException("a socket's inode is 1 or more, not " + number);
    }
  }
}
