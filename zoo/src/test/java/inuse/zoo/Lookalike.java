package inuse.zoo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What another user runs to be taken for somebody else: a supervisor, an engine's forwarder, a
 * manager of services, a login.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of
enum Lookalike {
  RUNIT("runsv", true, "runsv", Lookalike.CHOSEN),
  S6("s6-supervise", true, "s6-supervise", Lookalike.CHOSEN),
  SUPERVISORD("supervisord", true, "/usr/bin/python3", "/usr/bin/supervisord", "-c", "DIR/s.conf"),
  SUPERVISORD_BY_NAME(
      "python3",
      "supervisord",
      true,
      "/usr/bin/python3",
      "/usr/bin/supervisord",
      "-c",
      "DIR/s.conf"),
  RUNIT_BY_NAME("busybox", "runsv", true, "runsv", Lookalike.CHOSEN),
  PM2("node", true, "PM2 v5.3.0: God Daemon (DIR)"),
  NODEMON("node", true, "node", "/usr/bin/nodemon", Lookalike.CHOSEN),
  SYSTEMD("systemd", true, "/lib/systemd/systemd", "--user"),
  SHIM(
      "containerd-shim-runc-v2",
      true,
      "containerd-shim-runc-v2",
      "-namespace",
      "moby",
      "-id",
      Lookalike.ID),
  DOCKER_PROXY(
      "docker-proxy",
      false,
      "/usr/bin/docker-proxy",
      "-proto",
      "tcp",
      "-host-ip",
      "127.0.0.1",
      "-host-port",
      "8080",
      "-container-ip",
      "172.17.0.2",
      "-container-port",
      "80"),
  CONMON(
      "conmon",
      false,
      "/usr/bin/conmon",
      "--api-version",
      "1",
      "-c",
      Lookalike.ID,
      "-n",
      Lookalike.CHOSEN),
  ROOTLESSPORT("rootlessport", false, "rootlessport"),
  PASTA("pasta", false, "pasta", "--netns", "/run/user/65533/netns/netns-" + Lookalike.CHOSEN),
  SLIRP(
      "slirp4netns",
      false,
      "slirp4netns",
      "--netns-type=path",
      "/run/netns/cni-" + Lookalike.CHOSEN),
  SOCKET_PROXY("systemd-socket-proxyd", false, "systemd-socket-proxyd", Lookalike.CHOSEN),
  DOCKERD("dockerd", false, "/usr/bin/dockerd", "-H", "unix:///run/" + Lookalike.CHOSEN),
  SSHD("sshd", true, "sshd: " + Lookalike.CHOSEN + " [priv]");

  /** Nobody else is this user. */
  static final int UID = 65533;

  /** What he would have root say or do; stands in every argument and path that is his. */
  static final String CHOSEN = "chosen-by-him";

  /** The container that he would have root stop. */
  static final String ID = "abababababababababababababababababababababababababababababababab";

  private final String file;

  /** What it calls itself, where that is another name than its file's. */
  private final Optional<String> name;

  private final boolean above;
  private final List<String> arguments;

  Lookalike(String file, boolean above, String... arguments) {
    this(file, Optional.empty(), above, arguments);
  }

  Lookalike(String file, String name, boolean above, String... arguments) {
    this(file, Optional.of(name), above, arguments);
  }

  Lookalike(String file, Optional<String> name, boolean above, String... arguments) {
    this.file = file;
    this.name = name;
    this.above = above;
    this.arguments = List.of(arguments);
  }

  /** His directory, in a directory that he may enter. */
  static Path place(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path place = Files.createDirectory(directory.resolve(Lookalike.CHOSEN));
    Files.setAttribute(place, "unix:uid", UID);
    return place;
  }

  /**
   * Starts it in his directory.
   *
   * @param settings for lookalike.c
   */
  Running start(Lab lab, Path place, String... settings) throws IOException {
    Path program = place.resolve(name()).resolve(file);
    if (!Files.exists(program)) {
      Files.createDirectories(program.getParent());
      Programs.copy(Programs.LOOKALIKE, program);
    }
    List<String> command = new ArrayList<>(List.of("env", "-C", place.toString(), "UID=" + UID));
    command.addAll(List.of(settings));
    name.ifPresent(one -> command.add("NAME=" + one));
    if (above) {
      command.add("CHILD=server");
    }
    // bash, for the first argument may be any.
    command.addAll(List.of("bash", "-c", "exec -a \"$1\" \"$0\" \"${@:2}\"", program.toString()));
    arguments.forEach(one -> command.add(one.replace("DIR", place.toString())));
    return lab.startOwn(command.toArray(String[]::new));
  }
}
