package inuse.java;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A directory that no other user can change, nor exchange for another, and the executable in it.
 *
 * <p>Everything that is found there is checked before each use: who owns it, who may write it, that
 * it is not a link; and the content by its SHA-256, once for each file, which is known by its
 * inode, size and time of change afterwards.
 */
final class PrivateDirectory {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** S_IFMT, S_IFREG and S_IFDIR of inode(7), and who else may write. */
  private static final int TYPE = 0170000;

  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int STICKY = 01000;

  /** How often a file may be exchanged while it is read. */
  private static final int MAX_LOOKS = 100;

  /** What was read and found to be right. */
  private static final Map<Path, Identity> KNOWN = new ConcurrentHashMap<>();

  private final Path directory;
  private final int uid;

  /**
   * A directory, which need not exist.
   *
   * @param directory an absolute path, of which all but the last part exists and has no links
   * @param uid the user whom it has to belong to
   */
  PrivateDirectory(Path directory, int uid) {
    this.directory = directory;
    this.uid = uid;
  }

  /** Why it cannot be used. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(Path file, String why) {
      super(file + ": " + why);
    }
  }

  /**
   * What stat(2) says of a file.
   *
   * @param changed the time of the last change, ctime
   */
  private record Identity(
      long device, long inode, int mode, int uid, int links, long size, Object changed) {
    static Identity of(Path file) throws IOException {
      Map<String, Object> all =
          Files.readAttributes(file, "unix:dev,ino,mode,uid,nlink,size,ctime", NOFOLLOW_LINKS);
      return new Identity(
          number(all, "dev").longValue(),
          number(all, "ino").longValue(),
          number(all, "mode").intValue(),
          number(all, "uid").intValue(),
          number(all, "nlink").intValue(),
          number(all, "size").longValue(),
          String.valueOf(all.get("ctime")));
    }

    private static Number number(Map<String, Object> all, String name) throws IOException {
      if (all.get(name) instanceof Number number) {
        return number;
      }
      throw new IOException("stat says no " + name);
    }

    boolean is(int type) {
      return (mode & TYPE) == type;
    }
  }

  /**
   * The executable, which is unpacked if it is not there.
   *
   * @throws Refused if what is there cannot be trusted or cannot be run
   * @throws IOException if it cannot be written or read
   */
  Path executable(Bundle bundle) throws Refused, IOException {
    checkAncestors();
    make(directory);
    checkDirectory();
    Path file = directory.resolve(bundle.fileName());
    if (!Files.exists(file, NOFOLLOW_LINKS)) {
      unpack(bundle, file);
    }
    // Another process that unpacks at the same time puts the same file in its place.
    int looks = 1;
    while (!isRight(bundle, file)) {
      if (++looks > MAX_LOOKS) {
        throw new Refused(file, "it changes all the time");
      }
    }
    if (!Files.isExecutable(file)) {
      throw new Refused(file, "programs cannot be run there (noexec)");
    }
    return file;
  }

  /** A user who can rename something on the way could exchange all below it. */
  private void checkAncestors() throws Refused, IOException {
    int rootOwner = Identity.of(Path.of("/")).uid();
    for (Path above = directory.getParent(); above != null; above = above.getParent()) {
      Identity found = Identity.of(above);
      if (!found.is(DIRECTORY)) {
        throw new Refused(above, "not a directory");
      }
      // In a user namespace, the owner of / may be one that it has no number for.
      if (found.uid() != uid && found.uid() != 0 && found.uid() != rootOwner) {
        throw new Refused(above, "it belongs to user " + user(found.uid()) + ", not to " + uid);
      }
      if ((found.mode() & WRITABLE_BY_OTHERS) != 0 && (found.mode() & STICKY) == 0) {
        throw new Refused(above, "other users can write there");
      }
    }
  }

  /** Makes a directory that only this user can enter, unless there is something of that name. */
  static void make(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, OWNER_ONLY);
    } catch (FileAlreadyExistsException e) {
      // By an earlier run, at the same time, or by another user: what it is, is checked.
    }
  }

  private void checkDirectory() throws Refused, IOException {
    Identity found = Identity.of(directory);
    if (!found.is(DIRECTORY)) {
      throw new Refused(directory, "not a directory");
    }
    checkOwner(directory, found);
  }

  private void checkOwner(Path file, Identity found) throws Refused {
    if (found.uid() != uid) {
      throw new Refused(file, "it belongs to user " + user(found.uid()) + ", not to " + uid);
    }
    if ((found.mode() & WRITABLE_BY_OTHERS) != 0) {
      throw new Refused(file, "other users can write it");
    }
  }

  private static String user(int uid) {
    return Integer.toUnsignedString(uid);
  }

  /** Whether it is still the file that was looked at first. */
  private boolean isRight(Bundle bundle, Path file) throws Refused, IOException {
    Identity found = Identity.of(file);
    if (!found.is(REGULAR)) {
      throw new Refused(file, "not a regular file");
    }
    checkOwner(file, found);
    if (found.equals(KNOWN.get(file))) {
      return true;
    }
    if (found.size() != bundle.bytes() || !sha256(file).equals(bundle.sha256())) {
      throw new Refused(file, "not what was unpacked there; delete it to have it unpacked again");
    }
    boolean same = Identity.of(file).equals(found);
    if (same) {
      KNOWN.put(file, found);
    }
    return same;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream content =
        Files.newInputStream(file, StandardOpenOption.READ, NOFOLLOW_LINKS)) {
      byte[] bytes = new byte[1 << 16];
      for (int n = content.read(bytes); n >= 0; n = content.read(bytes)) {
        digest.update(bytes, 0, n);
      }
    }
    return hex(digest);
  }

  /** Under a name of its own first, so that a file of the final name is always whole. */
  private void unpack(Bundle bundle, Path file) throws IOException {
    Path part =
        directory.resolve(
            "." + ProcessHandle.current().pid() + "-" + ThreadLocalRandom.current().nextLong());
    try {
      write(bundle, part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void write(Bundle bundle, Path part) throws IOException {
    MessageDigest digest = digest();
    long size = 0;
    try (InputStream content = bundle.open();
        FileChannel channel =
            FileChannel.open(
                part,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, NOFOLLOW_LINKS),
                OWNER_ONLY)) {
      byte[] bytes = new byte[1 << 16];
      for (int n = content.read(bytes); n >= 0; n = content.read(bytes)) {
        size += n;
        if (size > bundle.bytes()) {
          break;
        }
        digest.update(bytes, 0, n);
        for (ByteBuffer rest = ByteBuffer.wrap(bytes, 0, n); rest.hasRemaining(); ) {
          channel.write(rest);
        }
      }
      channel.force(true);
    } catch (NoSuchFileException e) {
      throw new IOException(part.getParent() + " is gone", e);
    }
    if (size != bundle.bytes() || !hex(digest).equals(bundle.sha256())) {
      throw new IOException("what the jar has is damaged");
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest) {
    StringBuilder text = new StringBuilder();
    for (byte one : digest.digest()) {
      text.append(Character.forDigit(one >> 4 & 15, 16)).append(Character.forDigit(one & 15, 16));
    }
    return text.toString();
  }
}
