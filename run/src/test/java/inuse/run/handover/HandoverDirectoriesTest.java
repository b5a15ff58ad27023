package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.UnixAddress;
import inuse.run.RunHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where two supervisors of one user meet, and nobody else. */
final class HandoverDirectoriesTest {
  private static final BindKey KEY = new BindKey("6/8080/7f000001");
  private static final String RUNTIME = "/run/user/1000/inuse";
  private static final String MEMORY = "/dev/shm/inuse-1000";
  private static final String TEMPORARY = "/tmp/inuse-1000";

  private final RunHost host = new RunHost();
  private final List<HandoverProblem> told = new ArrayList<>();
  private final List<Integer> open = new ArrayList<>();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    open.forEach(host.kernel::close);
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  private HandoverDirectories directories(String... runtime) {
    return new HandoverDirectories(
        host.machine, Optional.of(runtime).filter(one -> one.length > 0).map(one -> one[0]));
  }

  private Optional<HandoverDirectories.Offer> offer(HandoverDirectories directories) {
    Optional<HandoverDirectories.Offer> offer = directories.listen(KEY, told::add);
    offer.ifPresent(one -> open.add(one.fd()));
    return offer;
  }

  private String place(HandoverDirectories directories) {
    return offer(directories).map(HandoverDirectories.Offer::directory).orElse("-");
  }

  private boolean meets(HandoverDirectories directories) {
    Optional<Integer> line = directories.first(KEY, Optional::of, told::add);
    line.ifPresent(open::add);
    return line.isPresent();
  }

  private void directory(String path, int mode, long uid) {
    host.kernel.directory(path, 7).status(path, new FileStatus(mode, uid, 7, 0, 1));
  }

  @Test
  void rootMeetsInRun() {
    host.kernel.user(0);
    assertThat(place(directories("/run/user/1000"))).isEqualTo("/run/inuse");
  }

  @Test
  void aUserMeetsInHisRuntimeDirectory() {
    assertThat(place(directories("/users/x/run"))).isEqualTo("/users/x/run/inuse");
    assertThat(place(directories())).isEqualTo(RUNTIME);
    host.kernel.advance(1_000);
    assertThat(place(directories("relative"))).isEqualTo(RUNTIME);
  }

  @Test
  void itIsMadeForHimAlone() {
    offer(directories());
    assertThat(FileStatus.read(host.kernel, Bytes.of(RUNTIME)))
        .isEqualTo(new CallResult.Ok<>(new FileStatus(S_IFDIR | 0700, 1000, 1, 0, 7)));
  }

  @Test
  void whereThereIsNoneItIsInMemoryOrAmongTemporaryFiles() {
    host.kernel.refuse("mkdirat", RUNTIME, Errno.ENOENT);
    assertThat(place(directories())).isEqualTo(MEMORY);
    host.kernel.refuse("mkdirat", MEMORY, Errno.EACCES).remove(MEMORY);
    assertThat(place(directories())).isEqualTo(TEMPORARY);
    assertThat(told).isEmpty();
  }

  @Test
  void whatIsSomebodyElsesIsNotUsed() {
    directory(RUNTIME, S_IFDIR | 0700, 1001);
    assertThat(place(directories())).isEqualTo(MEMORY);
  }

  @Test
  void norIsWhatOthersMayEnter() {
    directory(RUNTIME, S_IFDIR | 0701, 1000);
    directory(MEMORY, S_IFDIR | 0770, 1000);
    assertThat(place(directories())).isEqualTo(TEMPORARY);
  }

  @Test
  void norIsALinkToADirectoryOfHisOwn() {
    directory("/users/x/private", S_IFDIR | 0700, 1000);
    host.kernel.link(RUNTIME, "/users/x/private").refuse("mkdirat", RUNTIME, Errno.EEXIST);
    assertThat(place(directories())).isEqualTo(MEMORY);
  }

  @Test
  void norIsWhatIsNoDirectory() {
    host.kernel.file(RUNTIME, "").refuse("mkdirat", RUNTIME, Errno.EEXIST);
    assertThat(place(directories())).isEqualTo(MEMORY);
  }

  @Test
  void whereNoPlaceIsLeftThatIsToldWithTheWorst() {
    host.kernel.refuse("mkdirat", RUNTIME, Errno.ENOENT);
    directory(MEMORY, S_IFDIR | 0700, 1001);
    directory(TEMPORARY, S_IFDIR | 0755, 1000);
    HandoverDirectories directories = directories();
    assertThat(offer(directories)).isEmpty();
    assertThat(told).containsExactly(new HandoverProblem.OfAnotherUser(MEMORY, 1001));
    assertThat(directories.problem()).contains(new HandoverProblem.OfAnotherUser(MEMORY, 1001));
    host.kernel.remove(MEMORY).noStatus(MEMORY).refuse("mkdirat", MEMORY, Errno.ENOENT);
    assertThat(directories.problem()).contains(new HandoverProblem.OpenToOthers(TEMPORARY, 0755));
  }

  @Test
  void aNameIsTheNamespaceTheListenerAndTheTime() {
    offer(directories());
    assertThat(host.machine.names(RUNTIME))
        .singleElement()
        .asString()
        .matches("f0000000\\.6\\.8080\\.7f000001\\.[0-9a-f]{13}");
  }

  @Test
  void theLongestNameFitsIntoAnAddress() {
    BindKey longest = new BindKey("262/65535/" + "f".repeat(32) + "/only%" + "x".repeat(15));
    HandoverDirectories directories = directories();
    directories.listen(longest, told::add).ifPresent(one -> open.add(one.fd()));
    String name = host.machine.names(RUNTIME).getFirst();
    assertThat(("/proc/self/fd/1023/" + name).length()).isLessThanOrEqualTo(107);
  }

  @Test
  void twoSupervisorsMeetThere() {
    offer(directories());
    assertThat(meets(directories())).isTrue();
  }

  @Test
  void alsoWhereOneWasStartedWithoutARuntimeDirectory() {
    host.kernel.refuse("mkdirat", RUNTIME, Errno.ENOENT);
    offer(directories());
    host.kernel.allow("mkdirat", RUNTIME);
    offer(directories("/users/x/run"));
    assertThat(meets(directories())).isTrue();
  }

  @Test
  void anotherNetworkNamespaceIsAnotherPlace() {
    offer(directories());
    host.kernel.link("/proc/self/ns/net", "net:[4026531999]");
    assertThat(meets(directories())).isFalse();
    offer(directories());
    assertThat(meets(directories())).isTrue();
  }

  @Test
  void whereOursIsNotKnownNobodyMeets() {
    host.kernel.remove("/proc/self/ns/net");
    assertThat(offer(directories())).isEmpty();
    assertThat(told).containsExactly(new HandoverProblem.Unusable("/proc/self/ns/net", "ENOENT"));
    assertThat(meets(directories())).isFalse();
  }

  @Test
  void anotherListenerIsNotMet() {
    offer(directories());
    BindKey longer = new BindKey("6/8080/7f00000");
    assertThat(directories().first(longer, Optional::of, told::add)).isEmpty();
  }

  @Test
  void theOldestIsAskedFirst() {
    int older = offer(directories()).orElseThrow().fd();
    host.kernel.advance(1_000_000);
    int younger = offer(directories()).orElseThrow().fd();
    meets(directories());
    assertThat(HandoverProtocol.accept(host.machine, younger)).isNegative();
    open.add(HandoverProtocol.accept(host.machine, older));
    assertThat(open.getLast()).isPositive();
  }

  @Test
  void whereItComesToNothingTheNextIsAsked() {
    offer(directories());
    host.kernel.advance(1_000_000);
    offer(directories());
    List<Integer> asked = new ArrayList<>();
    Optional<String> second =
        directories()
            .first(
                KEY,
                line -> {
                  asked.add(line);
                  host.kernel.close(line);
                  return asked.size() == 2 ? Optional.of("second") : Optional.empty();
                },
                told::add);
    assertThat(second).contains("second");
  }

  @Test
  void oneThatIsGoneIsPassedOver() {
    offer(directories());
    host.kernel.advance(1_000_000);
    offer(directories());
    host.kernel.close(open.removeFirst());
    assertThat(meets(directories())).isTrue();
  }

  @Test
  void whoeverIsNoneOfUsIsToldAndNotTalkedTo() {
    offer(directories());
    host.kernel.socketOf(open.getFirst()).owner(1001);
    assertThat(meets(directories())).isFalse();
    assertThat(told).containsExactly(new HandoverProblem.Stranger(RUNTIME));
  }

  @Test
  void whatIsWithdrawnIsGone() {
    HandoverDirectories directories = directories();
    directories.withdraw(directories.listen(KEY, told::add).orElseThrow());
    assertThat(host.machine.names(RUNTIME)).isEmpty();
    assertThat(meets(directories())).isFalse();
  }

  @Test
  void namesThatNobodyAnswersAtAreRemovedByTheNextWhoOffers() {
    offer(directories());
    host.kernel.close(open.removeFirst());
    host.kernel.advance(1_000_000);
    offer(directories());
    host.kernel.file(RUNTIME + "/notes", "of the user");
    host.kernel.advance(1_000_000);
    offer(directories());
    assertThat(host.machine.names(RUNTIME)).hasSize(3).contains("notes");
  }

  @Test
  void oneThatIsBoundAndDoesNotListenYetIsNotRemoved() {
    directory(RUNTIME, S_IFDIR | 0700, 1000);
    int bound = host.kernel.socket(AF_UNIX, SOCK_SEQPACKET, 0);
    open.add(bound);
    host.kernel.bind(bound, UnixAddress.of(RUNTIME + "/f0000000.6.80.7f000001.0000000000001"));
    offer(directories());
    assertThat(host.machine.names(RUNTIME)).hasSize(2);
  }
}
