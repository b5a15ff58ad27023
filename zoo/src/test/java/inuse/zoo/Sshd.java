package inuse.zoo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A real sshd on 127.0.0.1:2222 of the lab, and the key with which root comes in there. */
final class Sshd {
  static final String PORT = "2222";

  /** With private files where sshd wants its own, and a root who is not locked out. */
  private static final String START =
      """
      mount -t tmpfs none /run && mkdir /run/sshd &&
      sed 's/^root:!/root:*/' /etc/shadow > "$1/shadow" && mount --bind "$1/shadow" /etc/shadow &&
      exec "$2" -D -e -h "$1/host" -o ListenAddress=127.0.0.1:2222 -o UsePAM=no -o PidFile=none \
        -o StrictModes=no -o PermitRootLogin=yes -o AuthorizedKeysFile="$1/key.pub"
      """;

  private final Lab lab;
  private final Path directory;

  /** Makes the keys in that directory; {@link #start} comes next. */
  Sshd(Lab lab, Path directory) throws IOException {
    this.lab = lab;
    this.directory = directory;
    Lab.requireRoot("sshd starts as root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String key : List.of("host", "key")) {
      lab.run(
          Lab.requireProgram("ssh-keygen"),
          "-q",
          "-t",
          "ed25519",
          "-N",
          "",
          "-f",
          directory.resolve(key).toString());
    }
  }

  /** One that listens. */
  Running start() {
    Running sshd =
        lab.startForeign(
            "unshare",
            "--mount",
            "--propagation=private",
            "sh",
            "-c",
            START,
            "-",
            directory.toString(),
            Lab.requireProgram("sshd"));
    lab.awaitState(Integer.parseInt(PORT), "LISTEN");
    return sshd;
  }

  /** The command that a client is, with these words. */
  String[] client(String... words) {
    return client(List.of(Lab.requireProgram("ssh")), words);
  }

  /** The same by another program that takes the words of ssh. */
  String[] client(List<String> program, String... words) {
    List<String> command = new ArrayList<>(program);
    command.addAll(
        List.of(
            "-q",
            "-i",
            directory.resolve("key").toString(),
            "-p",
            PORT,
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null"));
    command.addAll(List.of(words));
    return command.toArray(String[]::new);
  }
}
