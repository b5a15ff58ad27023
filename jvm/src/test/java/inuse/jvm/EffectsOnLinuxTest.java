package inuse.jvm;

import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_COOKIE;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Signal;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.fix.Consent;
import inuse.core.fix.Effects.Event;
import inuse.core.fix.Effects.Ran;
import inuse.core.fix.Effects.Result;
import inuse.core.fix.Plan;
import inuse.core.fix.Step;
import inuse.core.fix.SystemEffects;
import inuse.core.fix.Victim;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The effects, on the kernel that runs this test. */
final class EffectsOnLinuxTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ForeignSystemCalls calls = new ForeignSystemCalls();
  private final Proc proc = new Proc(calls, "");
  private final List<AutoCloseable> opened = new ArrayList<>();
  private boolean stale = true;

  private SystemEffects effects(int port) {
    SystemEffects effects =
        new SystemEffects(
            Host.of(calls),
            new SystemEffects.Scope(
                port == 0 ? OptionalInt.empty() : OptionalInt.of(port),
                Optional.empty(),
                file -> stale));
    opened.add(effects);
    return effects;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  private Victim victim(long pid, Victim.Claim... claims) {
    long ticks =
        switch (ProcessStat.read(proc, (int) pid)) {
          case CallResult.Ok<ProcessStat>(ProcessStat stat) -> stat.startTicks();
          case CallResult.Failed<ProcessStat>(var why) -> throw new AssertionError(why.toString());
        };
    return new Victim(
        new ProcessIdentity(new Pid((int) pid), ticks),
        new Untrusted("test"),
        List.of(claims),
        false,
        Optional.empty(),
        Optional.empty());
  }

  private static Consent.Agreed agreed(Victim victim) {
    Step step = new Step.EndProcesses(List.of(victim));
    return Consent.to(new Plan.Steps(List.of(step)), 0).agreed(victim).orElseThrow();
  }

  @Test
  void aProcessIsEndedAndItsEndIsTold() throws IOException, InterruptedException {
    Process child = new ProcessBuilder("sleep", "600").start();
    try {
      SystemEffects effects = effects(0);
      Victim victim = victim(child.pid());

      assertThat(effects.hold(agreed(victim))).isEqualTo(Result.DONE);
      assertThat(effects.ended()).isEmpty();
      assertThat(effects.signal(victim, Signal.TERM)).isEqualTo(Result.DONE);
      assertThat(effects.await(MINUTE)).isEqualTo(Event.CHANGED);
      assertThat(effects.ended()).containsExactly(victim);
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(effects.hold(agreed(victim))).isEqualTo(Result.RELEASED);
    } finally {
      child.destroyForcibly();
    }
  }

  /** The descriptors of this process that are sockets, with what names each of them. */
  private List<Victim.Claim> claims() {
    List<Victim.Claim> claims = new ArrayList<>();
    if (proc.directory("/proc/self/fd") instanceof CallResult.Ok<List<Proc.Entry>>(var entries)) {
      for (Proc.Entry entry : entries) {
        if (proc.link("/proc/self/fd/" + entry.name()) instanceof CallResult.Ok<String>(var target)
            && target.startsWith("socket:[")) {
          int fd = Integer.parseInt(entry.name());
          long inode = Long.parseLong(target.substring(8, target.length() - 1));
          byte[] cookie = new byte[8];
          assertThat(calls.getSocketOption(fd, SOL_SOCKET, SO_COOKIE, cookie)).isEqualTo(8);
          claims.add(new Victim.Claim(fd, new Inode(inode), Bytes.getLong(cookie, 0)));
        }
      }
    }
    return claims;
  }

  @Test
  void whoHasTheSocketIsHeldAndWhoClosedItIsNot() throws IOException {
    long self = ProcessHandle.current().pid();
    SystemEffects effects = effects(0);
    List<Victim.Claim> before = claims();
    Victim.Claim claim;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(server.isBound()).isTrue();
      List<Victim.Claim> now = claims();
      now.removeAll(before);
      claim = now.getFirst();
      Victim.Claim other = new Victim.Claim(claim.fd(), claim.inode(), claim.cookie() + 1);
      assertThat(effects.hold(agreed(victim(self, claim)))).isEqualTo(Result.DONE);
      assertThat(effects.hold(agreed(victim(self, other)))).isEqualTo(Result.RELEASED);
    }
    assertThat(effects.hold(agreed(victim(self, claim)))).isEqualTo(Result.RELEASED);
  }

  @Test
  void theEndOfASocketIsNews() throws IOException {
    SystemEffects effects;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      effects = effects(server.getLocalPort());
      assertThat(effects.await(MINUTE)).isEqualTo(Event.CHANGED);
      try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        assertThat(other.getLocalPort()).isNotEqualTo(server.getLocalPort());
      }
      assertThat(effects.await(Duration.ofMillis(20))).isEqualTo(Event.TIME_IS_OVER);
    }
    assertThat(effects.await(MINUTE)).isEqualTo(Event.CHANGED);
  }

  @Test
  void aCommandRunsToItsEnd() {
    SystemEffects effects = effects(0);

    assertThat(run(effects, "echo one; echo two >&2; kill -s PIPE $$"))
        .isEqualTo(new Ran(Result.FAILED, new Untrusted("two")));
    assertThat(run(effects, "echo $PATH")).extracting(Ran::result).isEqualTo(Result.DONE);
    // Somebody else has the pipe still, and this does not wait for them.
    assertThat(run(effects, "read line < /proc/self/fd/0; sleep 5 & echo done"))
        .isEqualTo(new Ran(Result.DONE, new Untrusted("")));
    assertThat(effects.run(List.of("no-such-program"), MINUTE).result())
        .isEqualTo(Result.UNAVAILABLE);
    assertThat(effects.run(List.of("sleep", "1"), Duration.ofMillis(1)).result())
        .isEqualTo(Result.SURVIVED);
  }

  private static Ran run(SystemEffects effects, String script) {
    return effects.run(List.of("sh", "-c", script), MINUTE);
  }

  @Test
  void aFileIsRemovedOnlyWhileNobodyServesIt(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("app.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(file));
    }
    UnixTarget.Path target = new UnixTarget.Path(new Untrusted(file.toString()));
    stale = false;
    assertThat(effects(0).remove(target)).isEqualTo(Result.RELEASED);
    assertThat(file).exists();
    stale = true;
    assertThat(effects(0).remove(target)).isEqualTo(Result.DONE);
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
    Files.writeString(file, "a plain file");
    assertThat(effects(0).remove(target)).isEqualTo(Result.FAILED);
    assertThat(file).exists();
  }
}
