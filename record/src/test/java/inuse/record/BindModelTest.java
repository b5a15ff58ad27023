package inuse.record;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.bpf.BindEvent.Kind.ASKED;
import static inuse.kernel.bpf.BindEvent.Kind.BOUND;
import static inuse.kernel.bpf.BindEvent.Kind.LISTENING;
import static inuse.kernel.bpf.BindEvent.Kind.RELEASED;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Untrusted;
import inuse.kernel.RawAddress;
import inuse.kernel.bpf.BindEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Events in, what is bound and what was refused out. */
final class BindModelTest {
  private static final int SELF = 1;
  private static final int NGINX = 100;
  private static final int NODE = 200;
  private static final long HERE = 1;
  private static final RawAddress ANY = new RawAddress(0, 0);
  private static final RawAddress LOOPBACK = new RawAddress(0, 0x7f00_0001L);

  private final Processes lookup = new Processes();
  private final ProcessBook processes = new ProcessBook(lookup);
  private final BoundTable table = new BoundTable();
  private final List<String> told = new ArrayList<>();
  private final List<RefusedBind> refused = new ArrayList<>();
  private final BindModel model =
      new BindModel(
          SELF,
          table,
          processes,
          (cookie, pid) -> cookie == HERE ? Optional.empty() : Optional.of(4_000_000_000L + cookie),
          new BindModel.Output() {
            @Override
            public void changed(
                long nanos, Event.Change change, long cookie, int process, Place place) {
              told.add(change.word() + " " + cookie + " " + name(process) + " " + place);
            }

            @Override
            public void refused(RefusedBind bind) {
              refused.add(bind);
              told.add(
                  "refused " + name(bind.process()) + " " + bind.place() + " by " + holders(bind));
            }
          });
  private long now = 1_000_000_000L;

  /** Processes that start and end as a test says. */
  private static final class Processes implements ProcessLookup {
    private final Map<Integer, Sign> running = new HashMap<>();

    @Override
    public Optional<Sign> sign(int pid) {
      return Optional.ofNullable(running.getOrDefault(pid, new Sign(pid * 10L, "p" + pid)))
          .filter(sign -> !sign.name().isEmpty());
    }

    @Override
    public Optional<RecordedProcess> read(int pid, int number) {
      return sign(pid)
          .map(sign ->
              new RecordedProcess(
                  number,
                  new ProcessIdentity(new Pid(pid), sign.startTicks()),
                  new Untrusted(sign.name()),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  List.of()));
    }

    void end(int pid) {
      running.put(pid, new Sign(0, ""));
    }

    void run(int pid, long start, String name) {
      running.put(pid, new Sign(start, name));
    }
  }

  private String name(int process) {
    return processes.get(process).map(one -> one.program().bytes()).orElse("?");
  }

  private List<String> holders(RefusedBind bind) {
    return bind.holders().stream().map(this::name).toList();
  }

  private BindEvent event(BindEvent.Kind kind, long cookie, int pid, int port, RawAddress address) {
    now += 1_000;
    return new BindEvent(kind, now, cookie, HERE, pid, pid, AF_INET, IPPROTO_TCP, port, address);
  }

  private void asks(int pid, long cookie, int port, RawAddress address) {
    model.take(event(ASKED, cookie, pid, port, address));
  }

  private void binds(int pid, long cookie, int port, RawAddress address) {
    asks(pid, cookie, port, address);
    model.take(event(BOUND, cookie, pid, port, address));
  }

  private void releases(int pid, long cookie) {
    now += 1_000;
    model.take(new BindEvent(RELEASED, now, cookie, HERE, pid, pid, 0, 0, 0, ANY));
  }

  @Test
  void aServerIsBoundListensAndReleases() {
    binds(NGINX, 7, 80, ANY);
    model.take(event(LISTENING, 7, 0, 80, ANY));
    releases(NGINX, 7);

    assertThat(told)
        .containsExactly(
            "bound 7 p100 tcp 0.0.0.0:80",
            "listening 7 p100 tcp 0.0.0.0:80",
            "released 7 p100 tcp 0.0.0.0:80");
    assertThat(table.size()).isZero();
  }

  @Test
  void aBindThatIsNotMadeBeforeItsThreadDoesSomethingElseWasRefused() {
    binds(NGINX, 7, 80, ANY);
    asks(NODE, 8, 80, LOOPBACK);
    assertThat(refused).isEmpty();
    asks(NODE, 9, 81, LOOPBACK);

    assertThat(told)
        .containsExactly("bound 7 p100 tcp 0.0.0.0:80", "refused p200 tcp 127.0.0.1:80 by [p100]");
  }

  @Test
  void oneWhoseSocketIsReleasedWasRefused() {
    binds(NGINX, 7, 80, ANY);
    asks(NODE, 8, 80, ANY);
    // By another thread, as after fork.
    releases(300, 8);

    assertThat(told).endsWith("refused p200 tcp 0.0.0.0:80 by [p100]").hasSize(2);
  }

  @Test
  void oneThatIsOpenForTooLongWasRefused() {
    binds(NGINX, 7, 80, ANY);
    asks(NODE, 8, 80, ANY);
    model.settle(now + BindModel.PATIENCE - 1);
    assertThat(refused).isEmpty();
    assertThat(model.isWaiting()).isTrue();

    model.settle(now + BindModel.PATIENCE);

    assertThat(refused).hasSize(1);
    assertThat(model.isWaiting()).isFalse();
  }

  @Test
  void aHolderThatGoesBeforeTheRefusalIsKnownIsNamedAllTheSame() {
    binds(NGINX, 7, 80, ANY);
    asks(NODE, 8, 80, ANY);
    releases(NGINX, 7);
    lookup.end(NGINX);
    releases(NODE, 8);

    assertThat(told).endsWith("refused p200 tcp 0.0.0.0:80 by [p100]");
  }

  @Test
  void oneWhosePortWasNotYetGivenBackIsNamed() {
    binds(NGINX, 7, 80, ANY);
    releases(NGINX, 7);
    asks(NODE, 8, 80, ANY);
    releases(NODE, 8);
    assertThat(told).endsWith("refused p200 tcp 0.0.0.0:80 by [p100]");

    now += BindModel.LEAVING + 1;
    asks(NODE, 9, 80, ANY);
    releases(NODE, 9);
    assertThat(told).endsWith("refused p200 tcp 0.0.0.0:80 by []");
  }

  @Test
  void soIsOneThatCameBetweenTheQuestionAndTheAnswer() {
    asks(NODE, 8, 80, ANY);
    binds(NGINX, 7, 80, ANY);
    releases(NODE, 8);

    assertThat(told).endsWith("refused p200 tcp 0.0.0.0:80 by [p100]");
  }

  @Test
  void otherAddressesPortsProtocolsAndNamespacesAreNotInTheWay() {
    binds(NGINX, 1, 80, new RawAddress(0, 0x0a00_0001L));
    binds(NGINX, 2, 81, ANY);
    now++;
    BindEvent.Kind bound = BOUND;
    model.take(new BindEvent(bound, now, 3, HERE, 100, 100, AF_INET, IPPROTO_UDP, 80, ANY));
    model.take(new BindEvent(bound, now, 4, 99, 100, 100, AF_INET, IPPROTO_TCP, 80, ANY));
    model.take(
        new BindEvent(
            bound, now, 5, HERE, 100, 100, AF_INET6, IPPROTO_TCP, 80, new RawAddress(0, 1)));
    asks(NODE, 8, 80, LOOPBACK);
    releases(NODE, 8);

    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst().conflicts()).isZero();
    assertThat(refused.getFirst().holders()).isEmpty();
  }

  @Test
  void aServerOfBothFamiliesIsInTheWayOfOne() {
    now++;
    model.take(new BindEvent(BOUND, now, 5, HERE, 100, 100, AF_INET6, IPPROTO_TCP, 80, ANY));
    asks(NODE, 8, 80, LOOPBACK);
    releases(NODE, 8);

    assertThat(told).endsWith("refused p200 tcp 127.0.0.1:80 by [p100]");
  }

  @Test
  void aSecondBindOfOneSocketIsNoRefusal() {
    binds(NGINX, 7, 80, ANY);
    asks(NGINX, 7, 81, ANY);
    releases(NGINX, 7);

    assertThat(refused).isEmpty();
  }

  @Test
  void aBindToAnyPortIsNeverTakenForRefused() {
    asks(NODE, 8, 0, ANY);
    releases(NODE, 8);
    model.settle(Long.MAX_VALUE);

    assertThat(told).isEmpty();
  }

  @Test
  void listenWithoutBindHasAPortFromThenOn() {
    model.take(event(LISTENING, 7, NODE, 40_000, ANY));
    releases(NODE, 7);

    assertThat(told)
        .containsExactly(
            "bound 7 p200 tcp 0.0.0.0:40000",
            "listening 7 p200 tcp 0.0.0.0:40000",
            "released 7 p200 tcp 0.0.0.0:40000");
  }

  @Test
  void itsOwnProbesAreLeftOut() {
    binds(SELF, 7, 80, ANY);
    asks(SELF, 8, 80, ANY);
    releases(SELF, 8);

    assertThat(told).isEmpty();
  }

  @Test
  void aPidThatIsUsedAgainIsAnotherProcess() {
    binds(NGINX, 7, 80, ANY);
    lookup.run(NGINX, 5_000, "other");
    now += 20_000_000;
    binds(NGINX, 8, 81, ANY);

    assertThat(told).containsExactly("bound 7 p100 tcp 0.0.0.0:80", "bound 8 other tcp 0.0.0.0:81");
    assertThat(processes.isAlive(table.process(7))).isFalse();
    assertThat(processes.isAlive(table.process(8))).isTrue();
  }

  @Test
  void aProcessThatEndedAtOnceHasItsPidAlone() {
    lookup.end(NODE);
    binds(NODE, 7, 80, ANY);

    RecordedProcess process = processes.get(table.process(7)).orElseThrow();
    assertThat(process.identity()).isEqualTo(new ProcessIdentity(new Pid(NODE), 0));
    assertThat(process.program()).isEqualTo(new Untrusted(""));
  }

  @Test
  void whatHasEndedAndIsNotReferredToIsForgotten() {
    binds(NGINX, 7, 80, ANY);
    binds(NODE, 8, 81, ANY);
    lookup.end(NGINX);
    lookup.end(NODE);
    int kept = table.process(7);
    processes.prune(number -> number == kept);

    assertThat(processes.get(kept)).isPresent();
    assertThat(processes.size()).isOne();
  }
}
