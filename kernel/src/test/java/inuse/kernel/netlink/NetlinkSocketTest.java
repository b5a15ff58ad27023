package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.NLMSG_DONE;
import static inuse.kernel.abi.Constants.NLMSG_ERROR;
import static inuse.kernel.abi.Constants.NLMSG_NOOP;
import static inuse.kernel.abi.Constants.NLM_F_DUMP_INTR;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.netlink.DumpEnd.Reason;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dump over netlink: records are single ints here, so that only the framing is tested. */
final class NetlinkSocketTest {
  private static final int TYPE = 20;
  private static final long SECOND = 1_000_000_000L;

  private final FakeKernel kernel = new FakeKernel();

  @AfterEach
  void everySocketWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private NetlinkSocket.Dump<Integer> dump() {
    return new NetlinkSocket(kernel)
        .dump(
            TYPE,
            new byte[] {1, 2, 3, 4},
            NetlinkSocketTest::number,
            any -> true,
            kernel.clockNanos(CLOCK_MONOTONIC) + SECOND);
  }

  private static Integer number(byte[] buffer, int from, int to) {
    if (to - from < 4) {
      throw new Malformed("a number cut short", buffer, from, to);
    }
    return Bytes.getInt(buffer, from);
  }

  private static byte[] record(int sequence, int flags, int value) {
    return message(TYPE, flags, sequence, word(value));
  }

  private static byte[] done(int sequence) {
    return message(NLMSG_DONE, 0, sequence, word(0));
  }

  private static byte[] message(int type, int flags, int sequence, byte[] payload) {
    return Message.request(type, flags, sequence, payload);
  }

  private static byte[] word(int value) {
    byte[] word = new byte[4];
    Bytes.putInt(word, 0, value);
    return word;
  }

  private static Datagram datagram(byte[]... messages) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      bytes.writeBytes(message);
    }
    return Datagram.of(bytes.toByteArray());
  }

  private static DumpEnd torn(Reason reason) {
    return new DumpEnd.Torn(reason);
  }

  @Test
  void severalMessagesInOneDatagramAreAllRead() {
    kernel.dump(datagram(record(1, 2, 10), record(1, 2, 11), record(1, 2, 12), done(1)));

    assertThat(dump())
        .isEqualTo(new NetlinkSocket.Dump<>(List.of(10, 11, 12), new DumpEnd.Whole()));
  }

  @Test
  void aDumpGoesOnOverDatagramsUntilTheKernelSaysDone() {
    kernel.dump(datagram(record(1, 2, 10)), datagram(record(1, 2, 11)), datagram(done(1)));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(10, 11), new DumpEnd.Whole()));
  }

  @Test
  void messagesOfOddLengthArePadded() {
    byte[] odd = Arrays.copyOf(message(NLMSG_NOOP, 0, 1, new byte[3]), 20);
    kernel.dump(datagram(odd, record(1, 2, 5), done(1)));

    assertThat(dump().records()).containsExactly(5);
  }

  @Test
  void anEmptyDumpIsWholeAndNotAFailure() {
    kernel.dump(datagram(done(1)));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(), new DumpEnd.Whole()));
  }

  @Test
  void doneWithoutAStatusIsDoneAsOldKernelsSayIt() {
    kernel.dump(datagram(message(NLMSG_DONE, 0, 1, new byte[0])));

    assertThat(dump().end()).isEqualTo(new DumpEnd.Whole());
  }

  @Test
  void doneWithAStatusBelowZeroIsARefusal() {
    kernel.dump(datagram(record(1, 2, 10), message(NLMSG_DONE, 2, 1, word(-2))));

    assertThat(dump().end())
        .isEqualTo(
            new DumpEnd.Refused(new SyscallFailed("netlink dump", "sock_diag", Errno.ENOENT)));
  }

  @Test
  void anErrorOfTheKernelIsARefusalWithItsErrno() {
    kernel.dump(datagram(message(NLMSG_ERROR, 0, 1, word(-Errno.EPERM.code()))));

    assertThat(dump())
        .isEqualTo(
            new NetlinkSocket.Dump<Integer>(
                List.of(),
                new DumpEnd.Refused(new SyscallFailed("netlink dump", "sock_diag", Errno.EPERM))));
  }

  @Test
  void aKernelWithoutNetlinkSocketsIsARefusalOfSocket() {
    kernel.refuse("socket", "16", Errno.EAFNOSUPPORT);

    assertThat(dump().end())
        .isEqualTo(
            new DumpEnd.Refused(new SyscallFailed("socket", "sock_diag", Errno.EAFNOSUPPORT)));
  }

  @Test
  void aRequestThatCannotBeSentIsARefusalOfSendto() {
    kernel.refuse("sendto", "", Errno.EACCES);

    assertThat(dump().end())
        .isEqualTo(new DumpEnd.Refused(new SyscallFailed("sendto", "sock_diag", Errno.EACCES)));
  }

  @Test
  void anErrorWhileReceivingIsARefusalOfRecvfrom() {
    kernel.dump(Datagram.error(Errno.EACCES.code()));

    assertThat(dump().end())
        .isEqualTo(new DumpEnd.Refused(new SyscallFailed("recvfrom", "sock_diag", Errno.EACCES)));
  }

  @Test
  void aDatagramLargerThanTheBufferGrowsItAndIsAskedForAgain() {
    kernel.dump(Datagram.of(new byte[NetlinkSocket.FIRST_BUFFER + 1]));
    kernel.dump(datagram(record(2, 2, 7), done(2)));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(7), new DumpEnd.Whole()));
    assertThat(kernel.bufferLengths())
        .containsExactly(NetlinkSocket.FIRST_BUFFER, 4 * NetlinkSocket.FIRST_BUFFER);
  }

  @Test
  void theRestOfALongDumpComesInLargePieces() {
    byte[][] many = new byte[300][];
    Arrays.fill(many, record(1, 2, 7));
    kernel.dump(datagram(record(1, 2, 7)), datagram(many), datagram(many), datagram(done(1)));

    assertThat(dump().records()).hasSize(601);
    assertThat(kernel.bufferLengths())
        .containsExactly(
            NetlinkSocket.FIRST_BUFFER,
            NetlinkSocket.FIRST_BUFFER,
            NetlinkSocket.LONG_BUFFER,
            NetlinkSocket.LONG_BUFFER);
  }

  @Test
  void theBufferStopsGrowingAtItsLimit() {
    for (int i = 0; i < NetlinkSocket.MAX_ATTEMPTS; i++) {
      kernel.dump(Datagram.of(new byte[NetlinkSocket.LARGEST_BUFFER + 1]));
    }

    assertThat(dump().end()).isEqualTo(torn(Reason.TRUNCATED));
    assertThat(Collections.max(kernel.bufferLengths())).isEqualTo(NetlinkSocket.LARGEST_BUFFER);
  }

  @Test
  void anInterruptedDumpIsAskedForAgainAndItsRecordsAreForgotten() {
    kernel.dump(datagram(record(1, NLM_F_DUMP_INTR, 1), record(1, 2, 2), done(1)));
    kernel.dump(datagram(record(2, 2, 3), done(2)));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(3), new DumpEnd.Whole()));
    assertThat(kernel.requests()).hasSize(2);
  }

  @Test
  void anInterruptionToldOnlyByDoneCounts() {
    kernel.dump(datagram(record(1, 2, 1), message(NLMSG_DONE, NLM_F_DUMP_INTR, 1, word(0))));
    kernel.dump(datagram(done(2)));

    assertThat(dump().end()).isEqualTo(new DumpEnd.Whole());
  }

  @Test
  void aTableThatNeverStandsStillIsToldAsTorn() {
    for (int i = 1; i <= NetlinkSocket.MAX_ATTEMPTS; i++) {
      kernel.dump(datagram(record(i, NLM_F_DUMP_INTR, i), done(i)));
    }

    assertThat(dump())
        .isEqualTo(
            new NetlinkSocket.Dump<>(
                List.of(NetlinkSocket.MAX_ATTEMPTS), torn(Reason.INTERRUPTED)));
    assertThat(kernel.requests()).hasSize(NetlinkSocket.MAX_ATTEMPTS);
  }

  @Test
  void anOverrunQueueIsAskedForAgain() {
    kernel.dump(datagram(record(1, 2, 1)), Datagram.error(Errno.ENOBUFS.code()));
    kernel.dump(datagram(record(2, 2, 2), done(2)));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(2), new DumpEnd.Whole()));
  }

  @Test
  void aQueueThatAlwaysOverrunsIsToldAsTorn() {
    for (int i = 0; i < NetlinkSocket.MAX_ATTEMPTS; i++) {
      kernel.dump(Datagram.error(Errno.ENOBUFS.code()));
    }

    assertThat(dump().end()).isEqualTo(torn(Reason.OVERRUN));
    assertThat(kernel.requests()).hasSize(NetlinkSocket.MAX_ATTEMPTS);
  }

  @Test
  void messagesOfAnotherSequenceArePassedOver() {
    kernel.dump(datagram(record(99, 2, 6), done(99), record(1, 2, 7), done(1)));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(7), new DumpEnd.Whole()));
  }

  @Test
  void nobodyCanKeepUsBusyWithMessagesOfAnotherSequence() {
    Datagram stray = datagram(record(99, 2, 6));
    kernel.dump(Collections.nCopies(NetlinkSocket.MAX_STRAYS + 1, stray).toArray(new Datagram[0]));

    assertThat(dump().end()).isEqualTo(torn(Reason.MALFORMED));
  }

  @Test
  void datagramsOfOtherProcessesAreNotTheKernels() {
    kernel.dump(
        Datagram.from(666, datagram(record(1, 2, 6), done(1)).bytes()),
        datagram(record(1, 2, 7), done(1)));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(7), new DumpEnd.Whole()));
  }

  @Test
  void nobodyCanKeepUsBusyWithForeignDatagrams() {
    Datagram foreign = Datagram.from(666, done(1));
    kernel.dump(
        Collections.nCopies(NetlinkSocket.MAX_STRAYS + 1, foreign).toArray(new Datagram[0]));

    assertThat(dump().end()).isEqualTo(torn(Reason.MALFORMED));
  }

  @Test
  void silenceEndsAtTheDeadlineWithWhatWasTold() {
    long before = kernel.clockNanos(CLOCK_MONOTONIC);
    kernel.dump(datagram(record(1, 2, 10)));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(10), torn(Reason.SILENT)));
    assertThat(kernel.clockNanos(CLOCK_MONOTONIC) - before).isEqualTo(SECOND);
  }

  @Test
  void aDeadlineThatIsOverIsSilenceWithoutWaiting() {
    kernel.dump(datagram(done(1)));
    NetlinkSocket.Dump<Integer> dump =
        new NetlinkSocket(kernel)
            .dump(TYPE, new byte[0], NetlinkSocketTest::number, any -> true, 0);

    assertThat(dump.end()).isEqualTo(torn(Reason.SILENT));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 21, 1 << 20, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aMessageWithAnImpossibleLengthIsMalformed(int length) {
    byte[] message = record(1, 2, 5);
    Bytes.putInt(message, 0, length);
    kernel.dump(datagram(message));

    assertThat(dump().end()).isEqualTo(torn(Reason.MALFORMED));
  }

  @Test
  void whatWasReadBeforeAMalformedMessageIsKept() {
    kernel.dump(datagram(record(1, 2, 5), new byte[] {1, 2, 3}));

    assertThat(dump()).isEqualTo(new NetlinkSocket.Dump<>(List.of(5), torn(Reason.MALFORMED)));
  }

  @Test
  void anErrorCutShortOrOfAnImpossibleNumberIsMalformed() {
    for (byte[] payload : List.of(new byte[0], word(5), word(-4096))) {
      FakeKernel other = new FakeKernel();
      other.dump(datagram(message(NLMSG_ERROR, 0, 1, payload)));

      assertThat(
              new NetlinkSocket(other)
                  .dump(TYPE, new byte[0], NetlinkSocketTest::number, any -> true, Long.MAX_VALUE)
                  .end())
          .isEqualTo(torn(Reason.MALFORMED));
    }
  }

  @Test
  void theCodecsComplaintTearsTheDump() {
    kernel.dump(datagram(message(TYPE, 2, 1, new byte[2]), new byte[2]));

    assertThat(dump().end()).isEqualTo(torn(Reason.MALFORMED));
  }

  @Test
  void theFilterDecidesWhatIsKept() {
    byte[][] records =
        IntStream.rangeClosed(1, 9).mapToObj(i -> record(1, 2, i)).toArray(byte[][]::new);
    kernel.dump(datagram(records), datagram(done(1)));

    assertThat(
            new NetlinkSocket(kernel)
                .dump(
                    TYPE,
                    new byte[0],
                    NetlinkSocketTest::number,
                    one -> one % 4 == 0,
                    Long.MAX_VALUE)
                .records())
        .containsExactly(4, 8);
  }

  @Test
  void theRequestIsADumpWithAFreshSequenceEachTime() {
    kernel.dump(datagram(record(1, NLM_F_DUMP_INTR, 1), done(1)));
    kernel.dump(datagram(done(2)));
    dump();

    assertThat(kernel.requests().get(0))
        .containsExactly(20, 0, 0, 0, 20, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4);
    assertThat(kernel.requests().get(1)[8]).isEqualTo((byte) 2);
  }
}
