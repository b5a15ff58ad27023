package inuse.core;

import inuse.core.ask.CallerLookup;
import inuse.core.ask.Census;
import inuse.core.ask.WorkplaceSearch;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.holders.QuickHolders;
import inuse.core.ask.input.NewcomerParser;
import inuse.core.ask.input.TargetParser;
import inuse.core.ask.namespaces.Namespaces;
import inuse.core.events.Segments;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Late;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Question;
import inuse.core.evidence.Target;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Report;
import inuse.core.fix.SystemEffects;
import inuse.core.fix.Waiter;
import inuse.core.io.Host;
import inuse.core.io.LookingRights;
import inuse.core.list.Expectation;
import inuse.core.list.Listing;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The front door of the library: why an address is in use and how to get it back. Asks, plans,
 * carries out, waits, and judges the kernel's settings.
 *
 * <pre>{@code
 * try (Inuse inuse = Inuse.open(new ForeignSystemCalls())) {
 *   Diagnosis why = inuse.ask(Target.tcp(8080));
 * }
 * }</pre>
 *
 * <p>Asking changes nothing: its binds are real and closed at once. Only {@link #carryOut} ends
 * anything, and only what its proposal names.
 *
 * <p>An instance belongs to the thread that opened it, which must be a platform thread: some
 * answers need system calls that change the calling thread (setns(2), setresuid(2)) until the
 * answer is complete. Failures are part of the answer; an exception means a bug or a host without
 * /proc.
 */
public final class Inuse implements AutoCloseable {
  private final Host host;
  private final HolderSource holders;
  private final Diagnoser diagnoser;
  private final Late<Caller> asking = new Late<>(this::caller);
  private final WatchedAddresses watched;

  private Inuse(Host host, HolderSource holders) {
    this.host = host;
    this.holders = holders;
    diagnoser = new Diagnoser(host, holders);
    watched = new WatchedAddresses(diagnoser);
  }

  /** Opens this host, by the given system calls. */
  public static Inuse open(SystemCalls calls) {
    return open(Host.of(calls));
  }

  /** Opens a host, whose files may have another root. */
  @SuppressWarnings("exports") // our own modules know it
  public static Inuse open(Host host) {
    return new Inuse(host, new QuickHolders(host));
  }

  /** The system calls and files of the host, for callers that start programs of their own. */
  @SuppressWarnings("exports") // our own modules know it
  public Host host() {
    return host;
  }

  /**
   * Gives up the capabilities of the calling thread that no question needs, for good: afterwards
   * nothing can be carried out as root.
   */
  public void onlyLook() {
    LookingRights.keepOnly(host);
  }

  /** The segments that a recorder wrote into that directory. */
  public Segments segments(Untrusted directory) {
    return new Segments(host, directory.bytes());
  }

  /** Erases those segments; what failed, if anything did. */
  public Optional<String> erase(List<Segments.Segment> segments) {
    return new SegmentEffects(host).erase(segments);
  }

  /** A server of this user that sets no socket option. */
  public Newcomer newcomer() {
    return Newcomer.plain(new Uid(host.calls().getEffectiveUid()));
  }

  /** Whether that address is in use, by what and why, for a server that sets no socket option. */
  public Diagnosis ask(Target target) {
    return ask(new Question<>(target, newcomer(), true));
  }

  /** Answers a question with all its options; what {@link #plan} would refuse is not offered. */
  public Diagnosis ask(Question<?> question) {
    Diagnosis answer = new Proposer(host).answer(() -> diagnoser.diagnose(question), asking);
    return question.namespace().isEmpty() ? new RecorderNotes(host).added(answer) : answer;
  }

  /** A monitor of one address, closed together with this. */
  public AddressMonitor monitor(Question<?> question) {
    return watched.watch(question).monitor();
  }

  /** The calling process, which {@link #carryOut} spares. */
  public Caller caller() {
    return new CallerLookup(host).look();
  }

  /** A plan to free that address for a server that sets SO_REUSEADDR if the one before it had. */
  public Proposal plan(Target target, FreeOptions options) {
    return plan(new Question<>(target, newcomer().asFormer(), true), options, caller());
  }

  /** A plan for a question with all its options, on behalf of that caller. */
  public Proposal plan(Question<?> question, FreeOptions options, Caller caller) {
    return plan(question, options, caller, Set.of());
  }

  /**
   * A plan within a run that has ended processes before.
   *
   * @param signalled those that it sent a signal, which count towards {@link
   *     FreeOptions#maxProcesses}
   */
  public Proposal plan(
      Question<?> question, FreeOptions options, Caller caller, Set<ProcessIdentity> signalled) {
    return new Proposer(host).propose(watched.watch(question), options, caller, signalled);
  }

  /** The plan as of now: things may have changed since the earlier one was shown. */
  public Proposal planAgain(Proposal earlier) {
    return new Proposer(host)
        .propose(earlier.address(), earlier.options(), earlier.caller(), earlier.signalled());
  }

  /** The plan for what is left after the earlier one was carried out. */
  public Proposal planAgain(Proposal earlier, Report done) {
    return new Proposer(host)
        .propose(earlier.address(), earlier.options(), earlier.caller(), done.signalled());
  }

  /** The directory at that path, for {@link FreeOptions#under}; empty where there is none. */
  public Optional<Directory> directory(Untrusted path) {
    return host.directory(path.bytes());
  }

  /**
   * Carries out the proposal, and proves the result by a bind. Only the processes and sockets that
   * it names are touched, and processes that those have left behind since; each is identified once
   * more before it gets a signal. What else turns out to hold the address is {@link Report#left}.
   */
  public Report carryOut(Proposal proposal, ReleaseListener listener) {
    return carryOut(proposal, listener, Interruption.OF_THE_PROCESS);
  }

  /** Carries out the proposal for a caller that reports what was done before a signal ends it. */
  public Report carryOut(Proposal proposal, ReleaseListener listener, Interruption interruption) {
    return carryOut(proposal, proposal.address().monitor(), listener, interruption);
  }

  /** Carries out the proposal with the caller's own monitor to tell when the address is free. */
  public Report carryOut(
      Proposal proposal,
      AddressMonitor monitor,
      ReleaseListener listener,
      Interruption interruption) {
    return new Release(host, proposal, diagnoser, interruption).run(monitor, listener);
  }

  /**
   * The plan for what came back, together with who started it again.
   *
   * @return empty where that is refused, or would end nobody
   */
  public Optional<Proposal> planWith(Proposal earlier, Report done) {
    return new Proposer(host).proposeWith(earlier, done);
  }

  /** The effect of SIGINT, SIGTERM, SIGHUP and SIGPIPE meanwhile. */
  public enum Interruption {
    /** Their usual effect on this process. */
    OF_THE_PROCESS,
    /** They no longer end this process; the report says that one arrived. */
    TOLD
  }

  /**
   * Waits until a server can bind that address that sets SO_REUSEADDR if the one before it had;
   * false on timeout.
   */
  public boolean awaitFree(Target target, Duration timeout) {
    try (AddressWait wait =
        await(new Question<>(target, newcomer().asFormer(), true), Waiter.Progress.SILENT)) {
      return wait.untilFree(wait.deadline(Optional.of(timeout))).proof().isFree();
    }
  }

  /** A wait for one address, which the caller closes. */
  public AddressWait await(Question<?> question, Waiter.Progress progress) {
    Proposal.Watched address = diagnoser.address(question);
    Uid user = new Uid(host.calls().getEffectiveUid());
    return new AddressWait(
        address, SystemEffects.waiting(host, diagnoser.scope(address, user)), progress);
  }

  /** The first port that can be bound from the target's on, with its protocol and address. */
  public Optional<Port> nextFree(PortTarget first) {
    return nextFree(new Question<>(first, newcomer(), true), Port.MAX, 1).stream().findFirst();
  }

  /** Up to {@code wanted} ports that can be bound, from the target's to the last. */
  public List<Port> nextFree(Question<PortTarget> first, int last, int wanted) {
    return new FreePortSearch(host).from(diagnoser.zoned(first, first.target()), last, wanted);
  }

  /**
   * Takes TCP ports and keeps them for servers to come.
   *
   * @param wanted each exactly; port 0 is any free one, outside the ephemeral range where there is
   *     a choice. Without an address both families are held
   * @return all of them, or why none is held
   */
  public Hold hold(List<PortTarget> wanted) {
    return new HoldAttempt(host, newcomer(), one -> diagnoser.zoned(one, one.target()))
        .take(wanted);
  }

  /**
   * The kernel's settings that matter to binds, in one network namespace.
   *
   * @param namespace empty for ours
   */
  public SettingsSession settings(Optional<Namespace> namespace) {
    return new SettingsSession(host, holders, namespace);
  }

  /** Everything that is bound, in one look. */
  public Listing list(Extent extent) {
    return new RecorderNotes(host).added(Listing.of(new Census(host, holders).look(extent)));
  }

  /** What is written in that file of what should be bound; empty where it is no such file. */
  public Optional<Expectation> expectation(Untrusted path) {
    return host.proc().text(path.bytes()) instanceof CallResult.Ok<String>(String text)
        ? Expectation.parse(text)
        : Optional.empty();
  }

  /**
   * Writes what should be bound into that file.
   *
   * @return what failed
   */
  public Optional<String> save(Expectation expected, Untrusted path) {
    return new ExpectationEffects(host).save(path.bytes(), expected.text());
  }

  /** Tells from now on when the sockets of this network namespace may have changed. */
  public Changes changes() {
    return new Changes(host);
  }

  /** The sockets of this network namespace that have a port, one by one. */
  public HeldSockets heldSockets() {
    return new HeldSockets(host);
  }

  /** Those of these processes that are known to work in that directory or below. */
  public Set<ProcessIdentity> below(Directory directory, List<Holder> those) {
    return new WorkplaceSearch(host).below(directory, those);
  }

  /** A process that has that socket open, whatever its kind; empty where none is visible. */
  public Optional<Holder> holderOf(Inode socket) {
    return new SocketHolderLookup(host, holders).holderOf(socket);
  }

  /** Reads targets as people write them: {@code 8080}, {@code udp/53}, {@code /run/app.sock}. */
  public TargetParser targets() {
    return new TargetParser(host.proc());
  }

  /** Reads the options of the server to come. */
  public NewcomerParser newcomers() {
    return new NewcomerParser(host);
  }

  /** The network namespaces of this host. */
  public Namespaces namespaces() {
    return new Namespaces(host);
  }

  /** Closes its monitors. */
  @Override
  public void close() {
    watched.close();
  }
}
