package inuse.record;

import static inuse.kernel.abi.Constants.AT_FDCWD;

import inuse.core.events.Segments;
import inuse.core.evidence.Moment;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import inuse.render.Timestamp;
import java.util.ArrayList;
import java.util.List;

/** The directory of the segments: how they are called, and which of them go. */
final class SegmentDirectory {
  private static final int OF_A_DIRECTORY = 0750;

  private static final String PREFIX = "inuse-";
  private static final String SUFFIX = Segments.SUFFIX;

  /** Longer than the last line of a recorder that came to its end. */
  private static final int LAST_LINE = 512;

  /** {@code inuse-2026-11-29T03-12-04-123Z-}, by which all are in order. */
  private static final int NAME_TIME_END = PREFIX.length() + "2026-11-29T03-12-04-123Z".length();

  private final Host host;
  private final SystemCalls calls;
  private final SegmentOptions options;

  SegmentDirectory(Host host, SegmentOptions options) {
    this.host = host;
    calls = host.calls();
    this.options = options;
  }

  /** The path of a segment that is begun then, the one of that number of that process. */
  String path(Moment now, int pid, int number) {
    return options.directory() + "/" + PREFIX + word(now) + "-" + pid + "-" + number + SUFFIX;
  }

  /** A time, so that names are in order. */
  private static String word(Moment time) {
    return Timestamp.millis(time).replace(':', '-').replace('.', '-');
  }

  /** Whether the newest segment that is there has no end. */
  boolean isUnfinished() {
    List<String> names = segmentNames();
    if (names.isEmpty()) {
      return false;
    }
    String path = options.directory() + "/" + names.getLast();
    int file = host.proc().openFile(path);
    byte[] end = new byte[LAST_LINE];
    int count =
        file < 0
            ? file
            : calls.readAt(file, end, Math.max(0, FileStatus.size(calls, file) - LAST_LINE));
    if (file >= 0) {
      calls.close(file);
    }
    return count > 0 && !Bytes.text(end, 0, count).contains("\"event\": \"end\"");
  }

  /** The segments of this directory by name, the oldest first. */
  private List<String> segmentNames() {
    List<String> names = new ArrayList<>(host.names(options.directory()));
    names.removeIf(name -> !isSegment(name));
    names.sort((one, other) -> one.compareTo(other));
    return names;
  }

  /** Makes it, with those above it. */
  void make() {
    StringBuilder path = new StringBuilder();
    for (String part : Fields.split(options.directory(), '/')) {
      path.append(part);
      if (!path.isEmpty()) {
        calls.makeDirectory(Bytes.of(path.toString()), OF_A_DIRECTORY);
      }
      path.append('/');
    }
  }

  /**
   * Removes what is too old or too much; only what has a segment's name.
   *
   * @param currentPath which stays
   */
  void removeOld(Moment now, String currentPath) {
    List<String> names = segmentNames();
    String oldest = PREFIX + word(new Moment(now.epochMillis() - options.keepTime().toMillis()));
    long left = options.keepBytes() - options.segmentBytes();
    for (int i = names.size() - 1; i >= 0; i--) {
      String path = options.directory() + "/" + names.get(i);
      if (path.equals(currentPath)) {
        continue;
      }
      left -= FileStatus.size(calls, Bytes.of(path));
      if (left < 0 || names.get(i).substring(0, NAME_TIME_END).compareTo(oldest) < 0) {
        calls.unlink(AT_FDCWD, Bytes.of(path));
      }
    }
  }

  private static boolean isSegment(String name) {
    return name.startsWith(PREFIX)
        && name.endsWith(SUFFIX)
        && name.length() > NAME_TIME_END
        && name.charAt(NAME_TIME_END - 1) == 'Z';
  }
}
