package inuse.kernel.fake;

import inuse.kernel.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The content of the fake file system, by path. */
public final class FakePaths {
  private static final int DIRECTORY_TYPE = 4;
  private static final int FILE_TYPE = 8;
  private static final int DIRENT_BYTES = 19;
  private static final int MAX_LINKS = 40;

  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Map<String, String> links = new LinkedHashMap<>();
  private final Map<String, Long> inodes = new LinkedHashMap<>();
  private final Set<String> sockets = new HashSet<>();

  void file(String path, byte[] content) {
    files.put(path, content);
  }

  void link(String path, String target) {
    links.put(path, target);
  }

  void directory(String path, long inode) {
    inodes.put(path, inode);
  }

  /** Puts a socket there. */
  void socket(String path) {
    sockets.add(path);
    files.put(path, new byte[0]);
  }

  boolean isSocket(String path) {
    return sockets.contains(path) && files.containsKey(path);
  }

  Optional<byte[]> content(String path) {
    return Optional.ofNullable(files.get(path));
  }

  Optional<String> link(String path) {
    return Optional.ofNullable(links.get(path));
  }

  /** Removes a file. */
  Optional<byte[]> take(String path) {
    sockets.remove(path);
    return Optional.ofNullable(files.remove(path));
  }

  /** Everything at and below it. */
  void remove(String path) {
    files.keySet().removeIf(one -> isWithin(one, path));
    links.keySet().removeIf(one -> isWithin(one, path));
    inodes.keySet().removeIf(one -> isWithin(one, path));
  }

  /** Everything at and below it gets another path, and keeps its inode. */
  void move(String from, String to) {
    inodes.put(from, inode(from));
    moved(files, from, to);
    moved(links, from, to);
    moved(inodes, from, to);
  }

  private static <T> void moved(Map<String, T> all, String from, String to) {
    for (String path : List.copyOf(all.keySet())) {
      if (isWithin(path, from)) {
        all.put(to + path.substring(from.length()), all.remove(path));
      }
    }
  }

  /** An inode for what a test gave none. */
  long inode(String path) {
    return inodes.getOrDefault(path, 1_000_000L + (path.hashCode() & 0xffffff));
  }

  /** A path in a directory, its own with an empty name, and its parent with two dots. */
  static String below(String directory, String name) {
    if (name.equals("..")) {
      int slash = directory.lastIndexOf('/');
      return slash <= 0 ? "/" : directory.substring(0, slash);
    }
    return name.isEmpty() ? directory : (directory.equals("/") ? "" : directory) + "/" + name;
  }

  /**
   * The path without links; those to sockets and the like lead nowhere.
   *
   * @param whole whether a link at its end is followed too
   */
  String followed(String path, boolean whole) {
    String real = path;
    for (int count = 0; count < MAX_LINKS; count++) {
      Optional<String> link = firstLink(real, whole);
      if (link.isEmpty()) {
        return real;
      }
      String target = links.getOrDefault(link.get(), "");
      String there = target.startsWith("/") ? target : below(below(link.get(), ".."), target);
      real = there + real.substring(link.get().length());
    }
    return real;
  }

  private Optional<String> firstLink(String path, boolean whole) {
    for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      if (isFollowed(path.substring(0, end))) {
        return Optional.of(path.substring(0, end));
      }
    }
    return whole && isFollowed(path) ? Optional.of(path) : Optional.empty();
  }

  private boolean isFollowed(String path) {
    return links.containsKey(path) && links.get(path).indexOf(':') < 0;
  }

  static boolean isWithin(String one, String path) {
    return one.equals(path) || one.startsWith(path + "/");
  }

  boolean isDirectory(String path) {
    return path.equals("/")
        || inodes.containsKey(path)
        || files.keySet().stream().anyMatch(one -> one.startsWith(path + "/"))
        || links.keySet().stream().anyMatch(one -> one.startsWith(path + "/"))
        || inodes.keySet().stream().anyMatch(one -> one.startsWith(path + "/"));
  }

  /** The names in a directory, as records of struct linux_dirent64. */
  byte[] entries(String directory) {
    Map<String, Boolean> names = new LinkedHashMap<>();
    names.put(".", true);
    names.put("..", true);
    names.putAll(names(directory));
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    names.forEach((name, isDirectory) ->
        records.writeBytes(
            entry(name, inodes.getOrDefault(directory + "/" + name, 77L), isDirectory)));
    return records.toByteArray();
  }

  /** The names in a directory, and whether each is a directory. */
  Map<String, Boolean> names(String directory) {
    Map<String, Boolean> names = new LinkedHashMap<>();
    for (var paths : List.of(inodes.keySet(), files.keySet(), links.keySet())) {
      for (String path : paths) {
        if (path.startsWith(directory + "/")) {
          String rest = path.substring(directory.length() + 1);
          int slash = rest.indexOf('/');
          String name = slash < 0 ? rest : rest.substring(0, slash);
          names.merge(name, slash >= 0 || inodes.containsKey(path), (one, other) -> one || other);
        }
      }
    }
    return names;
  }

  /** One struct linux_dirent64. */
  public static byte[] entry(String name, long inode, boolean directory) {
    byte[] record = new byte[(DIRENT_BYTES + name.length() + 1 + 7) & ~7];
    Bytes.putLong(record, 0, inode);
    Bytes.putShort(record, 16, record.length);
    record[18] = (byte) (directory ? DIRECTORY_TYPE : FILE_TYPE);
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, record, DIRENT_BYTES, bytes.length);
    return record;
  }
}
