package inuse.core.fix;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_MPTCP;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.NLMSG_ERROR;
import static inuse.kernel.abi.Constants.SOCK_DESTROY;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_COOKIE;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFLNK;
import static inuse.kernel.abi.Constants.S_IFREG;
import static inuse.kernel.abi.Constants.S_IFSOCK;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Signal;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.fix.Effects.Event;
import inuse.core.fix.Effects.Result;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.fake.FakeNetwork.HeldSocket;
import inuse.kernel.fake.FakeSocket;
import inuse.kernel.netlink.InetDiag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done to a machine of maps, by whom, and what is left alone. */
final class SystemEffectsTest {
  private static final long SECOND = 1_000_000_000;
  private static final Signal TERM = Signal.TERM;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Victim.Claim CLAIM = new Victim.Claim(3, new Inode(100), 1100);

  /** Of a socket that no kernel's answer but a file of /proc told of. */
  private static final Victim.Claim FROM_PROC = new Victim.Claim(3, new Inode(100), 0);

  private static final UnixTarget.Path FILE = path("/run/app.sock");
  private static final String NAMESPACE = "/run/netns/blue";
  private static final String ASIDE = "/run/.0.inuse-4242";

  private final FakeKernel kernel = new FakeKernel().file("/dev/null", "");
  private Predicate<UnixTarget.Path> stale = file -> true;
  private int visits;
  private Optional<SystemEffects> opened = Optional.empty();

  private SystemEffects.Scope scope(OptionalInt port) {
    kernel
        .networkNamespace(NAMESPACE, 2)
        .inNetworkNamespace(1)
        .beforeOpen(NAMESPACE, () -> visits++);
    return new SystemEffects.Scope(port, Optional.of(NAMESPACE), file -> stale.test(file));
  }

  private SystemEffects effects() {
    if (opened.isEmpty()) {
      opened = Optional.of(new SystemEffects(Host.of(kernel), scope(OptionalInt.of(8080))));
    }
    return opened.get();
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    opened.ifPresent(SystemEffects::close);
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private static UnixTarget.Path path(String text) {
    return new UnixTarget.Path(new Untrusted(text));
  }

  private void process(int pid, long startTicks) {
    kernel
        .file(
            "/proc/" + pid + "/stat",
            pid + " (app) S 1 900 900 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 " + startTicks + " 0 0")
        .link("/proc/" + pid + "/fd/3", "socket:[100]")
        .holds(pid, 3, new HeldSocket(1100, false, false));
  }

  private static Victim victim(int pid, Victim.Claim... claims) {
    return new Victim(
        new ProcessIdentity(new Pid(pid), 5000),
        new Untrusted("app"),
        List.of(claims),
        false,
        Optional.empty(),
        Optional.empty());
  }

  private static Consent.Agreed agreed(Victim victim) {
    Step step = new Step.EndProcesses(List.of(victim));
    return Consent.to(new Plan.Steps(List.of(step)), 0).agreed(victim).orElseThrow();
  }

  private Result hold(Victim.Claim... claims) {
    return effects().hold(agreed(victim(900, claims)));
  }

  @Test
  void aProcessWithItsSocketIsHeldAndTheCopyOfTheSocketIsClosed() {
    process(900, 5000);

    assertThat(hold(CLAIM)).isEqualTo(Result.DONE);
    assertThat(kernel.openDescriptors()).containsExactlyInAnyOrder("signalfd", "pidfd 900");
    assertThat(effects().signal(victim(900, CLAIM), TERM)).isEqualTo(Result.DONE);
    assertThat(kernel.signals()).containsExactly("900 15");
  }

  @Test
  void aPidThatIsAnothersNowIsNotHeldAndGetsNothing() {
    process(900, 5001);

    assertThat(hold(CLAIM)).isEqualTo(Result.RELEASED);
    assertThat(effects().signal(victim(900, CLAIM), TERM)).isEqualTo(Result.FAILED);
    assertThat(kernel.signals()).isEmpty();
  }

  @Test
  void whoIsHeldAgainIsHeldOnce() {
    process(900, 5000);
    hold(CLAIM);

    assertThat(hold(CLAIM)).isEqualTo(Result.DONE);
    assertThat(kernel.openDescriptors()).containsExactlyInAnyOrder("signalfd", "pidfd 900");
  }

  @Test
  void onlyTheIdentityCountsForAHolderWithoutADescriptor() {
    process(900, 5000);
    kernel.remove("/proc/900/fd");

    assertThat(hold()).isEqualTo(Result.DONE);
  }

  @Test
  void aProcessThatIsGoneIsReleased() {
    assertThat(hold(CLAIM)).isEqualTo(Result.RELEASED);
  }

  @Test
  void oneThatEndsWhileItIsLookedAtIsReleased() {
    process(900, 5000);
    kernel.beforeOpen("/proc/900/stat", () -> kernel.later(0, () -> kernel.remove("/proc/900")));

    assertThat(hold(CLAIM)).isEqualTo(Result.RELEASED);
  }

  @Test
  void aDescriptorThatIsClosedOrLeadsElsewhereIsReleased() {
    process(900, 5000);
    kernel.link("/proc/900/fd/3", "socket:[101]");
    assertThat(hold(CLAIM)).isEqualTo(Result.RELEASED);
    kernel.remove("/proc/900/fd");
    assertThat(hold(CLAIM)).isEqualTo(Result.RELEASED);
  }

  @Test
  void oneClaimOfSeveralIsEnough() {
    process(900, 5000);

    Victim.Claim other = new Victim.Claim(7, new Inode(100), 0);
    assertThat(hold(other, CLAIM)).isEqualTo(Result.DONE);
    kernel.refuse("readlink", "/proc/900/fd/7", Errno.EACCES);
    assertThat(hold(CLAIM, other)).isEqualTo(Result.DONE);
  }

  @Test
  void anotherCookieIsAnotherSocket() {
    process(900, 5000);
    kernel.holds(900, 3, new HeldSocket(1101, false, false));

    assertThat(hold(CLAIM)).isEqualTo(Result.RELEASED);
  }

  @ParameterizedTest
  @CsvSource({
    "EBADF, RELEASED",
    "ESRCH, RELEASED",
    "EPERM, DONE",
    "ENOSYS, DONE",
    "EMFILE, DENIED"
  })
  void whereNoCopyMayBeTakenTheLinkCountsForASocketThatTheKernelReported(
      String errno, Result expected) {
    process(900, 5000);
    kernel.refuse("pidfd_getfd", "", Errno.named(errno).orElseThrow());

    assertThat(hold(CLAIM)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "EBADF, RELEASED",
    "ESRCH, RELEASED",
    "EPERM, DENIED",
    "ENOSYS, DENIED",
    "EMFILE, DENIED"
  })
  void aSocketThatIsKnownFromProcAloneIsNotBelievedWithoutACopy(String errno, Result expected) {
    process(900, 5000);
    kernel.refuse("pidfd_getfd", "", Errno.named(errno).orElseThrow());

    assertThat(hold(FROM_PROC)).isEqualTo(expected);
    assertThat(effects().signal(victim(900, FROM_PROC), TERM)).isEqualTo(Result.FAILED);
  }

  @Test
  void aSocketThatIsKnownFromProcAloneIsKnownByTheInodeOfACopy() {
    process(900, 5000);
    kernel.processes().holds(900, 3, new FakeSocket(100, AF_INET, SOCK_STREAM).owner(1000));
    assertThat(hold(FROM_PROC)).isEqualTo(Result.DONE);

    kernel.processes().holds(900, 3, new FakeSocket(101, AF_INET, SOCK_STREAM).owner(1000));
    assertThat(hold(FROM_PROC)).isEqualTo(Result.RELEASED);
  }

  /** A socket with a cookie that the table did not tell. */
  private static FakeSocket otherwise(long inode) {
    byte[] cookie = new byte[8];
    Bytes.putLong(cookie, 0, 77);
    return new FakeSocket(inode, AF_INET, SOCK_STREAM)
        .owner(1000)
        .option(SOL_SOCKET, SO_COOKIE, cookie);
  }

  @Test
  void anMptcpSocketIsKnownByTheInodeThatItSharesWithItsSubflows() {
    process(900, 5000);
    kernel.processes().holds(900, 3, otherwise(100).protocol(IPPROTO_MPTCP));
    assertThat(hold(CLAIM)).isEqualTo(Result.DONE);

    kernel.processes().holds(900, 3, otherwise(101).protocol(IPPROTO_MPTCP));
    assertThat(hold(CLAIM)).isEqualTo(Result.RELEASED);

    kernel.processes().holds(900, 3, otherwise(100).protocol(IPPROTO_TCP));
    assertThat(hold(CLAIM)).isEqualTo(Result.RELEASED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"29155", "29155 900", "0"})
  void aProcessThatProcShowsByAnotherNumberIsNotSignalled(String inProc) {
    process(900, 5000);
    kernel.numberedInProc(900, inProc);

    assertThat(hold(CLAIM)).isEqualTo(Result.FAILED);
    assertThat(hold(FROM_PROC)).isNotEqualTo(Result.DONE);
    assertThat(hold()).isEqualTo(Result.FAILED);
    effects().signal(victim(900, CLAIM), TERM);
    effects().signal(victim(900), TERM);
    assertThat(kernel.signals()).isEmpty();
  }

  @Test
  void aProcessOfAPidNamespaceBelowIsSignalledByItsNumberHere() {
    process(900, 5000);
    kernel.numberedInProc(900, "900 1");

    assertThat(hold(CLAIM)).isEqualTo(Result.DONE);
  }

  @Test
  void whereProcDoesNotShowUsNobodyIsSignalled() {
    process(900, 5000);
    kernel.withoutSelfInProc();

    assertThat(hold(CLAIM)).isEqualTo(Result.FAILED);
    assertThat(kernel.signals()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"EPERM, DENIED", "EMFILE, FAILED", "ESRCH, RELEASED"})
  void whyAProcessCannotBeHeldIsTold(String errno, Result expected) {
    process(900, 5000);
    kernel.refuse("pidfd_open", "", Errno.named(errno).orElseThrow());

    assertThat(hold(CLAIM)).isEqualTo(expected);
  }

  @Test
  void aProcessThatMayNotBeLookedAtIsDenied() {
    process(900, 5000);
    kernel.refuse("readlink", "/proc/900/fd/3", Errno.EACCES);

    assertThat(hold(CLAIM)).isEqualTo(Result.DENIED);
  }

  @Test
  void whatProcSaysAndIsNoneFails() {
    process(900, 5000);
    kernel.file("/proc/900/stat", "nonsense");

    assertThat(hold(CLAIM)).isEqualTo(Result.FAILED);
  }

  @ParameterizedTest
  @CsvSource({"EPERM, DENIED", "ESRCH, EXITED", "EINVAL, FAILED"})
  void howASignalFailsIsTold(String errno, Result expected) {
    process(900, 5000);
    hold(CLAIM);
    kernel.refuse("pidfd_send_signal", "", Errno.named(errno).orElseThrow());

    assertThat(effects().signal(victim(900, CLAIM), TERM)).isEqualTo(expected);
  }

  @Test
  void thoseThatEndAreToldAndLetGo() {
    process(900, 5000);
    process(901, 5000);
    hold(CLAIM);
    effects().hold(agreed(victim(901, CLAIM)));
    assertThat(effects().ended()).isEmpty();
    kernel.remove("/proc/900");

    assertThat(effects().ended()).containsExactly(victim(900, CLAIM));
    assertThat(effects().ended()).containsExactly(victim(900, CLAIM));
    assertThat(kernel.openDescriptors()).containsExactlyInAnyOrder("signalfd", "pidfd 901");
    assertThat(effects().signal(victim(900, CLAIM), TERM)).isEqualTo(Result.EXITED);
  }

  /** A news datagram about a socket with that local port. */
  private static Datagram destroyed(int port) {
    byte[] message = new byte[16 + InetDiag.RECORD_BYTES];
    Bytes.putInt(message, 0, message.length);
    Bytes.putShort(message, 4, 20);
    message[16] = AF_INET;
    Bytes.putNetworkShort(message, 20, port);
    return Datagram.of(message);
  }

  private long waited(Event expected) {
    long before = kernel.clockNanos(1);
    assertThat(effects().await(MINUTE)).isEqualTo(expected);
    return kernel.clockNanos(1) - before;
  }

  @Test
  void theFirstWaitBeginsToListenInsideTheNamespaceAndAsksForALook() {
    assertThat(waited(Event.CHANGED)).isZero();
    assertThat(waited(Event.TIME_IS_OVER)).isEqualTo(MINUTE.toNanos());
    assertThat(visits).isEqualTo(1);
  }

  @Test
  void newsOfAnotherPortIsTakenInAndWaitedOn() {
    waited(Event.CHANGED);
    kernel.later(SECOND, () -> kernel.news(destroyed(8081)));
    kernel.later(2 * SECOND, () -> kernel.news(destroyed(8080)));

    assertThat(waited(Event.CHANGED)).isEqualTo(2 * SECOND);
    assertThat(waited(Event.TIME_IS_OVER)).isEqualTo(MINUTE.toNanos());
  }

  @Test
  void newsThatWasLostIsWorthALook() {
    waited(Event.CHANGED);
    kernel.later(SECOND, () -> kernel.news(Datagram.error(Errno.ENOBUFS.code())));

    assertThat(waited(Event.CHANGED)).isEqualTo(SECOND);
  }

  @Test
  void anEndOfAHeldProcessIsTold() {
    process(900, 5000);
    hold(CLAIM);
    waited(Event.CHANGED);
    kernel.later(SECOND, () -> kernel.remove("/proc/900"));

    assertThat(waited(Event.CHANGED)).isEqualTo(SECOND);
    effects().ended();
    assertThat(waited(Event.TIME_IS_OVER)).isEqualTo(MINUTE.toNanos());
  }

  @Test
  void aSignalInterruptsOnceAndTheNextWaitIsOneAgain() {
    waited(Event.CHANGED);
    kernel.later(SECOND, kernel::raise);

    assertThat(waited(Event.INTERRUPTED)).isEqualTo(SECOND);
    assertThat(waited(Event.TIME_IS_OVER)).isEqualTo(MINUTE.toNanos());
  }

  @Test
  void anInterruptedCallWaitsForWhatIsLeft() {
    waited(Event.CHANGED);
    kernel.interrupts(3);

    assertThat(waited(Event.TIME_IS_OVER)).isEqualTo(MINUTE.toNanos());
  }

  @Test
  void withoutNewsAndWithoutSignalsTheProcessesAreWaitedFor() {
    kernel.refuse("bind", "netlink", Errno.EPERM).refuse("signalfd", "", Errno.ENOSYS);
    process(900, 5000);
    hold(CLAIM);
    kernel.later(SECOND, () -> kernel.remove("/proc/900"));

    assertThat(waited(Event.CHANGED)).isEqualTo(SECOND);
    assertThat(kernel.openDescriptors()).containsExactly("pidfd 900");
  }

  @Test
  void aUnixSocketHasNoNews() {
    try (SystemEffects unix = new SystemEffects(Host.of(kernel), scope(OptionalInt.empty()))) {
      assertThat(unix.await(MINUTE)).isEqualTo(Event.TIME_IS_OVER);
      assertThat(unix.nowMillis()).isEqualTo(1_000_000 + MINUTE.toMillis());
    }
    assertThat(visits).isZero();
  }

  private void answer(int errno) {
    byte[] message = new byte[36];
    Bytes.putInt(message, 0, message.length);
    Bytes.putShort(message, 4, NLMSG_ERROR);
    Bytes.putInt(message, 8, 1);
    Bytes.putInt(message, 16, -errno);
    kernel.dump(Datagram.of(message));
  }

  @Test
  void aConnectionIsDestroyedByAllThatIsKnownOfIt() {
    answer(0);
    BoundSocket socket =
        SocketBuilder.accepted()
            .at("::ffff:10.0.0.1")
            .peer("::ffff:10.0.0.9", 50_000)
            .device(4, "eth0")
            .build();

    assertThat(effects().destroy(socket)).isEqualTo(Result.DONE);
    assertThat(visits).isEqualTo(1);
    byte[] request = kernel.requests().getFirst();
    assertThat(Bytes.getShort(request, 4)).isEqualTo(SOCK_DESTROY);
    assertThat(request[16]).isEqualTo((byte) AF_INET6);
    assertThat(Bytes.getNetworkShort(request, 24)).isEqualTo(8080);
    assertThat(Bytes.getNetworkShort(request, 26)).isEqualTo(50_000);
    assertThat(Bytes.text(request, 38, 6)).isEqualTo("\u00ff\u00ff\n\0\0\1");
    assertThat(Bytes.text(request, 54, 6)).isEqualTo("\u00ff\u00ff\n\0\0\t");
    assertThat(Bytes.getInt(request, 60)).isEqualTo(4);
    assertThat(Bytes.getLong(request, 64)).isEqualTo(socket.cookie());
  }

  @ParameterizedTest
  @CsvSource({"ENOENT, RELEASED", "EPERM, DENIED", "EOPNOTSUPP, FAILED"})
  void whyASocketIsNotDestroyedIsTold(String errno, Result expected) {
    answer(Errno.named(errno).orElseThrow().code());

    assertThat(effects().destroy(SocketBuilder.accepted().build())).isEqualTo(expected);
  }

  @Test
  void aKernelThatDoesNotAnswerFails() {
    assertThat(effects().destroy(SocketBuilder.accepted().build())).isEqualTo(Result.FAILED);
  }

  @Test
  void aSocketWithoutACookieIsNotDestroyed() {
    assertThat(effects().destroy(SocketBuilder.timeWait(1000).build())).isEqualTo(Result.FAILED);
    assertThat(kernel.requests()).isEmpty();
  }

  private Effects.Ran run(String... command) {
    return effects().run(List.of(command), MINUTE);
  }

  private static Effects.Ran ran(Result result, String said) {
    return new Effects.Ran(result, new Untrusted(said));
  }

  @Test
  void aCommandRunsWithOurEnvironmentAndItsLastLineIsToldWhereItFails() {
    kernel.file("/proc/self/environ", "PATH=bin::/opt/bin\0LANG=C\0");
    kernel.program("bin/systemctl", line -> Optional.of("of where we are"));
    kernel.program("/opt/bin/systemctl", line -> Optional.of("one\ntwo \u00fc\n\n"));
    kernel.exits("/opt/bin/systemctl", 1);

    assertThat(run("systemctl", "stop", "app")).isEqualTo(ran(Result.FAILED, "two \u00fc"));
    assertThat(kernel.spawned()).containsExactly("systemctl stop app");
    assertThat(kernel.environments()).containsExactly(List.of("PATH=bin::/opt/bin", "LANG=C"));
    assertThat(kernel.unreaped()).isEmpty();
  }

  @Test
  void aVariableThatACommandIsToHaveIsSetByUs() {
    kernel.user(0).file("/proc/self/environ", "PM2_HOME=/root/.pm2\0PATH=/srv/eve\0");
    kernel.program("/srv/eve/pm2", line -> Optional.of("eve"));
    kernel.program("/usr/bin/pm2", line -> Optional.of("stopped"));

    assertThat(run("env", "PM2_HOME=/mnt/one", "pm2", "stop", "0")).isEqualTo(ran(Result.DONE, ""));
    assertThat(kernel.spawned()).containsExactly("pm2 stop 0");
    assertThat(kernel.environments())
        .containsExactly(List.of("PATH=/srv/eve", "PM2_HOME=/mnt/one"));
    assertThat(run("env")).isEqualTo(ran(Result.FAILED, ""));
  }

  @Test
  void aCommandOfRootIsNotLookedForInPath() {
    kernel.user(0).file("/proc/self/environ", "PATH=/srv/eve\0");
    kernel.program("/srv/eve/systemctl", line -> Optional.of("eve"));
    assertThat(run("systemctl"))
        .isEqualTo(
            ran(
                Result.UNAVAILABLE,
                "systemctl is in none of"
                    + " /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
    assertThat(run("/bin/tool")).isEqualTo(ran(Result.UNAVAILABLE, "there is no /bin/tool"));

    kernel.program("/usr/bin/systemctl", line -> Optional.of(""));
    assertThat(run("systemctl")).isEqualTo(ran(Result.DONE, ""));
    assertThat(run("/srv/eve/systemctl")).isEqualTo(ran(Result.DONE, ""));
  }

  @Test
  void aCommandThatFailsIsTold() {
    kernel.program("/bin/false", line -> Optional.of("no such unit")).exits("/bin/false", 5);

    assertThat(run("/bin/false")).isEqualTo(ran(Result.FAILED, "no such unit"));
  }

  @Test
  void aCommandThatMayNotBeRunIsDenied() {
    kernel.refuse("posix_spawn", "/usr/bin/tool", Errno.EACCES);
    assertThat(run("tool")).isEqualTo(ran(Result.DENIED, ""));

    kernel.refuse("pidfd_open", "", Errno.EPERM);
    assertThat(run("tool")).isEqualTo(ran(Result.FAILED, ""));
  }

  @Test
  void noMoreIsKeptThanALine() {
    kernel.program("/bin/tool", line -> Optional.of("x".repeat(100_000))).exits("/bin/tool", 1);

    assertThat(run("/bin/tool").said().bytes()).hasSize(400);
  }

  @Test
  void anEnvironmentThatIsTooLargeIsNotPassedOn() {
    kernel.file("/proc/self/environ", "A=\0".repeat(60_000));
    kernel.program("/bin/tool", line -> Optional.of(""));

    assertThat(run("/bin/tool")).isEqualTo(ran(Result.FAILED, ""));
  }

  @Test
  void aCommandThatTakesItsTimeIsWaitedFor() {
    kernel.program("/bin/tool", line -> Optional.empty());
    kernel.later(SECOND, () -> kernel.endChild("done"));
    kernel.interrupts(1);

    assertThat(run("/bin/tool")).isEqualTo(ran(Result.DONE, ""));
    assertThat(kernel.unreaped()).isEmpty();
  }

  @Test
  void aCommandWithoutEndIsLeftRunning() {
    kernel.program("/bin/tool", line -> Optional.empty());
    long before = kernel.clockNanos(1);

    assertThat(run("/bin/tool")).isEqualTo(ran(Result.SURVIVED, ""));
    assertThat(kernel.clockNanos(1) - before).isEqualTo(MINUTE.toNanos());
    assertThat(kernel.signals()).isEmpty();
    assertThat(kernel.unreaped()).hasSize(1);

    kernel.endChild("");
    effects().close();
    opened = Optional.empty();
    assertThat(kernel.unreaped()).isEmpty();
  }

  @Test
  void aSignalEndsTheWaitForACommandAndIsToldByTheNextWait() {
    kernel.program("/bin/tool", line -> Optional.empty());
    waited(Event.CHANGED);
    kernel.later(SECOND, kernel::raise);
    long before = kernel.clockNanos(1);

    assertThat(run("/bin/tool")).isEqualTo(ran(Result.SURVIVED, ""));
    assertThat(kernel.clockNanos(1) - before).isEqualTo(SECOND);
    assertThat(waited(Event.INTERRUPTED)).isZero();
  }

  private void file(String path, int kind, long inode) {
    kernel.status(path, new FileStatus(kind, 1000, inode, 8, 1));
  }

  /** It is always examined through the directory that is held. */
  private static boolean isAside(UnixTarget.Path path) {
    return path.path().bytes().startsWith("/proc/self/fd/")
        && path.name().equals(path(ASIDE).name());
  }

  @Test
  void aStaleFileIsRemoved() {
    file("/run/app.sock", S_IFSOCK, 7);

    assertThat(effects().remove(FILE)).isEqualTo(Result.DONE);
    assertThat(kernel.statuses()).isEmpty();
  }

  @Test
  void whatIsNoSocketOrIsServedStays() {
    file("/run/app.sock", S_IFREG, 7);
    assertThat(effects().remove(FILE)).isEqualTo(Result.FAILED);

    file("/run/app.sock", S_IFSOCK, 7);
    stale = path -> false;
    assertThat(effects().remove(FILE)).isEqualTo(Result.RELEASED);
    assertThat(kernel.statuses()).containsExactly("/run/app.sock");
  }

  @Test
  void aFileThatIsGoneIsReleased() {
    assertThat(effects().remove(FILE)).isEqualTo(Result.RELEASED);
  }

  @Test
  void aServerThatCameBetweenLookAndMoveGetsItsFileBack() {
    file("/run/app.sock", S_IFSOCK, 7);
    stale =
        path -> {
          file("/run/app.sock", S_IFSOCK, 8);
          return true;
        };

    assertThat(effects().remove(FILE)).isEqualTo(Result.RELEASED);
    assertThat(kernel.statuses()).containsExactly("/run/app.sock");
  }

  @Test
  void aFileThatIsServedSinceIsMovedBack() {
    file("/run/app.sock", S_IFSOCK, 7);
    stale = path -> !isAside(path);

    assertThat(effects().remove(FILE)).isEqualTo(Result.RELEASED);
    assertThat(kernel.statuses()).containsExactly("/run/app.sock");
  }

  @Test
  void whereAnotherFileHasTakenThePlaceNothingIsOverwritten() {
    file("/run/app.sock", S_IFSOCK, 7);
    stale =
        path -> {
          if (isAside(path)) {
            file("/run/app.sock", S_IFSOCK, 9);
          }
          return !isAside(path);
        };

    assertThat(effects().remove(FILE)).isEqualTo(Result.FAILED);
    assertThat(kernel.statuses()).containsExactlyInAnyOrder("/run/app.sock", ASIDE);
  }

  @ParameterizedTest
  @CsvSource({
    "renameat2, EACCES, DENIED",
    "renameat2, EROFS, DENIED",
    "renameat2, EINVAL, FAILED",
    "unlinkat, EPERM, DENIED"
  })
  void aRefusedRemovalChangesNothing(String call, String errno, Result expected) {
    file("/run/app.sock", S_IFSOCK, 7);
    kernel.refuse(
        call, call.equals("unlinkat") ? "" : "/run/app.sock", Errno.named(errno).orElseThrow());

    assertThat(effects().remove(FILE)).isEqualTo(expected);
    assertThat(kernel.statuses()).containsExactly("/run/app.sock");
  }

  @Test
  void aNameThatIsTakenIsPassedOver() {
    file("/run/app.sock", S_IFSOCK, 7);
    file(ASIDE, S_IFSOCK, 8);

    assertThat(effects().remove(FILE)).isEqualTo(Result.DONE);
    assertThat(kernel.statuses()).containsExactly(ASIDE);
  }

  @ParameterizedTest
  @CsvSource({"100, 5", "104, 1", "1, 104"})
  void aPathMayBeAsLongAsASocketsMayBe(int directory, int name) {
    String longest = "/" + "d".repeat(directory) + "/" + "a".repeat(name);
    file(longest, S_IFSOCK, 7);

    assertThat(effects().remove(path(longest))).isEqualTo(Result.DONE);
    assertThat(kernel.statuses()).isEmpty();
  }

  /** Somebody swaps the directory for a link to another one, at the worst time. */
  private void swap(String directory) {
    kernel.move(directory, "/srv/own").link(directory, "/run/docker");
  }

  @ParameterizedTest
  @ValueSource(strings = {"look", "rename", "look aside"})
  void aDirectoryThatIsSwappedMovesNothingElsewhere(String when) {
    file("/srv/x/app.sock", S_IFSOCK, 7);
    file("/run/docker/app.sock", S_IFSOCK, 9);
    stale =
        path -> {
          if (when.equals(isAside(path) ? "look aside" : "look")) {
            swap("/srv/x");
          }
          return true;
        };
    if (when.equals("rename")) {
      kernel.beforeRename("/srv/x/app.sock", () -> swap("/srv/x"));
    }

    assertThat(effects().remove(path("/srv/x/app.sock"))).isEqualTo(Result.DONE);
    assertThat(kernel.statuses()).containsExactly("/run/docker/app.sock");
  }

  /** The directory of a path that leads through a link of that user. */
  @ParameterizedTest
  @CsvSource({
    "0, 33, DONE",
    "1000, 33, DONE",
    "33, 33, DONE",
    "33, 0, FAILED",
    "33, 1000, FAILED",
    "33, 34, FAILED"
  })
  void aStrangersLinkIsFollowedOnlyToWhatIsHis(int owner, int ownerOfDirectory, Result expected) {
    file("/var/lib/app/app.sock", S_IFSOCK, 7);
    kernel
        .status("/var/lib/app", new FileStatus(S_IFDIR, ownerOfDirectory, 5, 8, 1))
        .link("/srv/x", "../var/lib/./app")
        .status("/srv/x", new FileStatus(S_IFLNK, owner, 6, 8, 1));

    assertThat(effects().remove(path("/srv/x/app.sock"))).isEqualTo(expected);
    assertThat(kernel.statuses().contains("/var/lib/app/app.sock"))
        .isEqualTo(expected == Result.FAILED);
  }

  @Test
  void aStrangersLinkBehindALinkOfRootIsNotFollowedEither() {
    file("/run/docker/app.sock", S_IFSOCK, 9);
    kernel
        .link("/srv/x", "/srv/y/z")
        .link("/srv/y", "/run")
        .status("/srv/y", new FileStatus(S_IFLNK, 33, 6, 8, 1))
        .link("/run/z", "docker");

    assertThat(effects().remove(path("/srv/x/app.sock"))).isEqualTo(Result.FAILED);
    assertThat(kernel.statuses()).contains("/run/docker/app.sock");
  }

  @Test
  void linksThatLeadInACircleEnd() {
    kernel.link("/srv/x", "/srv/y").link("/srv/y", "/srv/x");

    assertThat(effects().remove(path("/srv/x/app.sock"))).isEqualTo(Result.FAILED);
  }

  @Test
  void aContainerIsStoppedByItsEngine() {
    Statement.Trusted<Container> container =
        Vouched.by(Uid.ROOT, new Container(Container.Engine.DOCKER, "0123456789abcdef".repeat(4)));
    assertThat(effects().stop(container, MINUTE)).isEqualTo(Result.UNAVAILABLE);

    kernel.server("/run/docker.sock", request -> Optional.of("HTTP/1.1 204 No Content\r\n\r\n"));
    assertThat(effects().stop(container, MINUTE)).isEqualTo(Result.DONE);
  }
}
