package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Root frees a port of a user who wants root to do what he says: his holder, or what stands above
 * it, is named and started like a supervisor, an engine's forwarder or a service manager. Every
 * signal and every command of inuse is seen by strace: signals go to his own processes alone, and
 * no command has a word in it that he chose.
 */
final class HostileHolderTest extends Scenarios {
  /** What root might be led to run. Where the host has none, one that does nothing is there. */
  private static final List<String> COMMANDS =
      List.of("sv", "s6-svc", "supervisorctl", "pm2", "docker", "podman", "sudo", "kill");

  private @TempDir Path directory;
  private Path place = Path.of("/");

  HostileHolderTest() {
    super(Way.EXECUTABLE);
  }

  @BeforeEach
  void his() throws IOException {
    Lab.requireRoot("cannot be two users");
    place = Lookalike.place(directory);
  }

  @ParameterizedTest
  @EnumSource
  void rootDoesNothingThatALookAlikeChose(Lookalike lookalike) throws IOException {
    Bystanders bystanders = new Bystanders(lab);
    Running hostile = lookalike.start(lab, place, "LISTEN=127.0.0.1 8080");
    long holder = Long.parseLong(hostile.awaitLine("ready"));

    SignalTrace trace = free();

    assertThat(trace.pids()).isSubsetOf(holder, hostile.pid());
    assertThat(trace.faults()).isEmpty();
    assertThat(trace.commands())
        .noneMatch(command -> command.contains(Lookalike.CHOSEN) || command.contains(Lookalike.ID));
    bystanders.assertUnharmed();
  }

  @Test
  void noneOfThemIsInTheWayOfSomebodyElsesPort() throws IOException {
    List<Running> beside = new ArrayList<>();
    for (Lookalike one : Lookalike.values()) {
      beside.add(one.start(lab, place, "LISTEN=127.0.0.1 " + (9000 + beside.size())).awaitReady());
    }
    Running holder = lab.listener("127.0.0.1", 8080);

    SignalTrace trace = free();

    assertThat(trace.pids()).containsExactly(holder.pid());
    assertThat(trace.faults()).isEmpty();
    assertThat(trace.commands()).isEmpty();
    assertThat(lab.tryBind(List.of(), List.of("tcp", "127.0.0.1", "8080"))).isEqualTo("ok");
    assertThat(beside).allMatch(Running::isAlive);
  }

  /** Received and never read, as a message that waits in a daemon's socket. */
  @Test
  void whoIsSentHisSocketIsNotEnded() throws IOException {
    Path inbox = directory.resolve("inbox");
    Running daemon = lab.holdUnix("socket s seqpacket", "bind s " + inbox, "listen s 5");
    Files.setPosixFilePermissions(inbox, PosixFilePermissions.fromString("rwxrwxrwx"));
    Running hostile =
        Lookalike.RUNIT.start(lab, place, "LISTEN=127.0.0.1 8080", "GIVE=" + inbox).awaitReady();

    SignalTrace trace = free();

    assertThat(trace.pids()).doesNotContain(daemon.pid());
    assertThat(trace.faults()).isEmpty();
    assertThat(daemon.isAlive()).as("%s, asked by %s", daemon, hostile).isTrue();
  }

  private SignalTrace free() throws IOException {
    Path file = directory.resolve("strace");
    Path commands = Files.createDirectory(directory.resolve("sbin"));
    for (String name : COMMANDS) {
      Path program = Files.writeString(commands.resolve(name), "#!/bin/sh\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c"));
    command.add("mount --bind \"$0\" /usr/local/sbin && exec \"$@\"");
    command.add(commands.toString());
    command.addAll(SignalTrace.to(file));
    command.addAll(lab.way().command());
    command.addAll(List.of("free", "--yes", "--settle", "0s", "--timeout", "5s", "8080"));
    lab.output(command.toArray(String[]::new));
    return SignalTrace.read(file);
  }
}
