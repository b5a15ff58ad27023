package inuse.core.evidence;

/** The kind of a file (inode(7)). */
public enum FileKind {
  SOCKET("a socket"),
  REGULAR("a regular file"),
  DIRECTORY("a directory"),
  LINK("a symbolic link"),
  DANGLING_LINK("a dangling symbolic link"),
  PIPE("a named pipe"),
  DEVICE("a device"),
  OTHER("a file of an unknown kind");

  private final String words;

  FileKind(String words) {
    this.words = words;
  }

  /** The words for people. */
  public String words() {
    return words;
  }
}
