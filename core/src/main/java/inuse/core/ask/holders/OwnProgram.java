package inuse.core.ask.holders;

import inuse.core.evidence.Late;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether a process runs the program that this one runs: the same file, by device and inode,
 * and no name. A Java virtual machine runs any program: there its arguments tell which.
 */
final class OwnProgram {
  private static final String OURS = "/proc/self/exe";
  private static final String VIRTUAL_MACHINE = "java";

  private static final Untrusted JAR_FOLLOWS = new Untrusted("-jar");

  /** Of a virtual machine that was given no jar, but classes. */
  private static final Untrusted MAIN_CLASS = new Untrusted("inuse.jvm.Main");

  private final Host host;
  private final Late<Optional<Untrusted>> path;
  private final Late<Optional<FileStatus>> file;

  OwnProgram(Host host) {
    this.host = host;
    path = new Late<>(this::path);
    file = new Late<>(() -> file(OURS));
  }

  /**
   * Whether it is run by the process of that link; false where that cannot be seen.
   *
   * @param executable where the link leads
   */
  boolean isRun(String link, Reading<Untrusted> executable, Reading<List<Untrusted>> arguments) {
    Optional<Untrusted> theirs = executable.toOptional();
    // The link tells most of them apart at once.
    if (theirs.isEmpty() || !theirs.equals(path.get())) {
      return false;
    }
    boolean same =
        file(link).flatMap(one -> file.get().filter(own -> own.isSameFile(one))).isPresent();
    boolean any = theirs.get().baseName().bytes().equals(VIRTUAL_MACHINE);
    return same && (!any || arguments.toOptional().orElse(List.of()).contains(toldOurs()));
  }

  /** The word by which a virtual machine is told what to run. */
  private Untrusted toldOurs() {
    List<Untrusted> words =
        host.proc().text("/proc/self/cmdline") instanceof CallResult.Ok<String>(String line)
            ? HolderFacts.arguments(line)
            : List.of();
    int jar = words.indexOf(JAR_FOLLOWS) + 1;
    return jar > 0 && jar < words.size() ? words.get(jar) : MAIN_CLASS;
  }

  private Optional<Untrusted> path() {
    return host.proc().link(OURS) instanceof CallResult.Ok<String>(String target)
        ? Optional.of(new Untrusted(target))
        : Optional.empty();
  }

  private Optional<FileStatus> file(String path) {
    return FileStatus.follow(host.calls(), Bytes.of(path))
            instanceof CallResult.Ok<FileStatus>(FileStatus status)
        ? Optional.of(status)
        : Optional.empty();
  }
}
