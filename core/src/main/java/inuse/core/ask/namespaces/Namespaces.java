package inuse.core.ask.namespaces;

import static inuse.kernel.abi.Constants.CLONE_NEWNET;
import static inuse.kernel.abi.Constants.NS_GET_NSTYPE;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.supervision.Containers;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Container;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.MountInfo;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The network namespaces of this host, and the lookup of the one that a user names. */
@SuppressWarnings("exports") // made by Inuse
public final class Namespaces {
  /** Maximum namespaces of one listing. */
  static final int MAX = 1024;

  private static final int MAX_LISTED = 10;
  private static final List<String> DIRECTORIES = List.of("/run/netns/", "/run/docker/netns/");

  private final SystemCalls calls;
  private final Proc proc;
  private final HolderFacts facts;
  private final Containers vouched;
  private final Reading<Long> own;

  /**
   * The namespaces as seen by this process.
   *
   * @param host root of /proc and /run
   */
  public Namespaces(Host host) {
    calls = host.calls();
    proc = host.proc();
    facts = new HolderFacts(host, new UserNames(proc));
    vouched = new Containers(host);
    own = inode(NamespaceSwitch.OWN);
  }

  /** The result of looking for a namespace. */
  public sealed interface Found {
    /** The namespace was found. */
    record One(Namespace namespace) implements Found {}

    /**
     * There is no such namespace.
     *
     * @param problem what is wrong
     * @param instead what exists instead
     */
    record None(String problem, Phrase instead) implements Found {
      /** No such namespace; what exists instead is in our own words. */
      public None(String problem, String instead) {
        this(problem, Phrase.of(instead));
      }
    }
  }

  /** Finds a namespace by the name of its file, the path of one, or the pid of a process. */
  public Found named(String word) {
    if (word.indexOf('/') >= 0) {
      return at(word);
    }
    for (String directory : DIRECTORIES) {
      if (!word.isEmpty() && !word.startsWith(".") && canOpen(directory + word)) {
        return at(directory + word);
      }
    }
    return Numeral.decimal(word).isPresent()
        ? ofProcess(word)
        : new Found.None("no network namespace '" + word + "'", known());
  }

  /** The namespace of a process. */
  public Found ofProcess(String word) {
    long pid = Numeral.decimal(word).orElse(0);
    Optional<Ancestor> process =
        pid > 0 && pid <= Integer.MAX_VALUE ? facts.name(new Pid((int) pid)) : Optional.empty();
    return process.isEmpty()
        ? new Found.None(
            "no process '" + word + "'", Phrase.of("ps -e lists the processes; ").then(known()))
        : new Found.One(of(process.get(), Optional.empty()));
  }

  /** The namespace of a container, by its name, its id or a prefix of the id. */
  public Found ofContainer(String word) {
    Map<Container, Pid> containers = vouched.running();
    // As in the engines, a name takes precedence over a prefix of an id, which "db" might be too.
    String id = Container.isId(word) ? word : vouched.idOf(word).orElse(word);
    List<Container> matching =
        containers.keySet().stream()
            .filter(one -> !id.isEmpty() && one.id().startsWith(id))
            .toList();
    if (matching.size() == 1) {
      Container one = matching.getFirst();
      Optional<Ancestor> first = Optional.ofNullable(containers.get(one)).flatMap(facts::name);
      if (first.isPresent()) {
        return new Found.One(
            of(first.get(), Optional.of(vouched.detailed(one, first.get().pid()))));
      }
    }
    List<String> ids =
        containers.keySet().stream().map(one -> one.engine().word() + " " + one.shortId()).toList();
    return new Found.None(
        matching.isEmpty()
            ? "no running container '" + word + "'"
            : matching.size() + " containers begin with '" + word + "'",
        ids.isEmpty() ? "no container runs here" : "there are " + list(ids));
  }

  /** How many there are besides our own, as far as may be seen. */
  public int others() {
    Set<Long> inodes = new HashSet<>(members().keySet());
    mounted().forEach(one -> one.inode().toOptional().ifPresent(inodes::add));
    own.toOptional().ifPresent(inodes::remove);
    return inodes.size();
  }

  /** A process in each namespace. */
  private Map<Long, Pid> members() {
    Map<Long, Pid> members = new TreeMap<>();
    if (ProcessFiles.processes(proc)
        instanceof CallResult.Ok<ProcessFiles.Processes>(var processes)) {
      for (int pid : processes.own()) {
        inode(file(pid))
            .toOptional()
            .ifPresent(inode -> members.computeIfAbsent(inode, any -> new Pid(pid)));
      }
    }
    return members;
  }

  /** All that can be found through files and processes, the caller's own first. */
  public List<Namespace> all() {
    Map<Long, Pid> members = members();
    List<Namespace> all = new ArrayList<>();
    all.add(own());
    own.toOptional().ifPresent(members::remove);
    for (Namespace mounted : mounted()) {
      Optional<Ancestor> member =
          mounted.inode().toOptional().map(members::remove).flatMap(facts::name);
      all.add(
          new Namespace(
              mounted.inode(),
              mounted.name(),
              mounted.path(),
              member,
              member.flatMap(this::container),
              false));
    }
    members.forEach((inode, pid) ->
        facts.name(pid).ifPresent(member -> all.add(of(member, container(member)))));
    return all.subList(0, Math.min(all.size(), MAX));
  }

  /** The caller's own namespace. */
  public Namespace own() {
    return new Namespace(
        own, Optional.empty(), NamespaceSwitch.OWN, Optional.empty(), Optional.empty(), true);
  }

  /** The namespaces that a file keeps alive, without our own. */
  public List<Namespace> mounted() {
    Map<Long, Namespace> byInode = new LinkedHashMap<>();
    for (MountInfo.Mount mount : mounts()) {
      if (!own.is(mount.inode())) {
        byInode.putIfAbsent(
            mount.inode(),
            new Namespace(
                Reading.known(mount.inode()),
                Optional.of(new Untrusted(mount.path()).baseName()),
                mount.path(),
                Optional.empty(),
                Optional.empty(),
                false));
      }
    }
    return List.copyOf(byInode.values());
  }

  private Found at(String path) {
    int fd = proc.openFile(path);
    if (fd < 0) {
      return Readings.of(Errno.of(fd)) == Reading.Why.DENIED
          ? new Found.One(namespace(Reading.unknown(Reading.Why.DENIED), path))
          : new Found.None(
              fd == -Errno.EINVAL.code()
                  ? "'" + path + "' is not a network namespace"
                  : "no network namespace at '" + path + "'",
              known());
    }
    try {
      return calls.ioctl(fd, NS_GET_NSTYPE, new byte[0]) == CLONE_NEWNET
          ? new Found.One(namespace(opened(fd), path))
          : new Found.None("'" + path + "' is not a network namespace", known());
    } finally {
      calls.close(fd);
    }
  }

  /** The inode of an open namespace: the kernel names it by its inode, or by its mount point. */
  private Reading<Long> opened(int fd) {
    if (proc.link("/proc/self/fd/" + fd) instanceof CallResult.Ok<String>(String name)) {
      long inode = ProcessFiles.namespaceInode(name);
      if (inode > 0) {
        return Reading.known(inode);
      }
      for (MountInfo.Mount mount : mounts()) {
        if (mount.path().equals(name)) {
          return Reading.known(mount.inode());
        }
      }
    }
    return Reading.unknown(Reading.Why.UNREADABLE);
  }

  /** The namespace of that inode, with what else is known about it. */
  private Namespace namespace(Reading<Long> inode, String path) {
    for (Namespace one : inode.toOptional().isPresent() ? all() : List.<Namespace>of()) {
      if (one.inode().equals(inode)) {
        return new Namespace(inode, one.name(), path, one.member(), one.container(), one.own());
      }
    }
    Untrusted name = new Untrusted(path).baseName();
    return new Namespace(inode, Optional.of(name), path, Optional.empty(), Optional.empty(), false);
  }

  private Namespace of(Ancestor member, Optional<Container> container) {
    String path = file(member.pid().number());
    Reading<Long> inode = inode(path);
    boolean same = inode.toOptional().isPresent() && inode.equals(own);
    Optional<Untrusted> name =
        mounted().stream()
            .filter(one -> one.inode().equals(inode))
            .findFirst()
            .flatMap(Namespace::name);
    return new Namespace(inode, name, path, Optional.of(member), container, same);
  }

  private Optional<Container> container(Ancestor process) {
    return vouched.of(process.pid());
  }

  private List<MountInfo.Mount> mounts() {
    return switch (MountInfo.read(proc)) {
      case CallResult.Failed<List<MountInfo.Mount>> failed -> List.of();
      case CallResult.Ok<List<MountInfo.Mount>>(var mounts) -> mounts;
    };
  }

  private boolean canOpen(String path) {
    int fd = proc.openFile(path);
    if (fd >= 0) {
      calls.close(fd);
    }
    return fd >= 0 || Readings.of(Errno.of(fd)) == Reading.Why.DENIED;
  }

  private Reading<Long> inode(String path) {
    return switch (proc.link(path)) {
      case CallResult.Failed<String>(var why) -> Reading.unknown(Readings.of(why.errno()));
      case CallResult.Ok<String>(String target) -> {
        long inode = ProcessFiles.namespaceInode(target);
        yield inode > 0 ? Reading.known(inode) : Reading.unknown(Reading.Why.UNREADABLE);
      }
    };
  }

  private static String file(int pid) {
    return "/proc/" + pid + "/ns/net";
  }

  /** The names that the user could have meant. */
  private Phrase known() {
    List<String> names =
        mounted().stream()
            .flatMap(one -> one.name().stream())
            .map(Untrusted::bytes)
            .filter(name -> Untrusted.isPlain(name, ":_.@-"))
            .toList();
    return names.isEmpty()
        ? Phrase.of("no network namespace has a name here; ")
            .then(InuseCommand.Choice.PROCESS_NAMESPACE)
            .then(" takes a process in it")
        : Phrase.of("there are " + list(names));
  }

  private static String list(List<String> names) {
    int shown = Math.min(names.size(), MAX_LISTED);
    String text = String.join(", ", names.subList(0, shown));
    return shown == names.size() ? text : text + " and " + (names.size() - shown) + " more";
  }
}
