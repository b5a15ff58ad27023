package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * Everything that was observed about one port at one time.
 *
 * @param probes empty when none was wanted or could be made
 * @param holders the processes that have any of the sockets
 * @param coverage the coverage of the search for holders
 * @param gaps what could not be examined
 */
public record PortSnapshot(
    Asked asked,
    Look look,
    List<Probe> probes,
    Table table,
    Holders holders,
    Context context,
    SearchCoverage coverage,
    List<Gap> gaps)
    implements Snapshot {

  /** Maximum sockets that are kept of one dump; the rest is only counted. */
  public static final int MAX_SOCKETS = 2000;

  public PortSnapshot {
    probes = List.copyOf(probes);
    gaps = List.copyOf(gaps);
  }

  public PortSnapshot(
      Asked asked,
      Look look,
      List<Probe> probes,
      Table table,
      List<Holder> holders,
      Context context,
      SearchCoverage coverage,
      List<Gap> gaps) {
    this(asked, look, probes, table, Holders.of(holders), context, coverage, gaps);
  }

  /**
   * The question, and the user who asked it.
   *
   * @param asker the user who asks, and would run the commands; it differs from the newcomer's
   *     where another user was named
   */
  public record Asked(PortTarget target, Newcomer newcomer, Uid asker) {}

  /**
   * When and where the snapshot was taken.
   *
   * @param networkNamespace inode of the namespace's file
   * @param count how many looks it took until probe and table agreed
   * @param search how the holders were searched for
   */
  public record Look(
      Moment takenAt, Reading<Long> networkNamespace, int count, HolderSearch search) {}

  /**
   * The sockets that were found.
   *
   * @param sockets those with the port and the protocol, at most {@link #MAX_SOCKETS}
   * @param uncounted the number of further sockets
   * @param udpAlso UDP sockets on the same port, where TCP was asked about
   * @param clients their clients on this host; none are looked for where there is a crowd
   * @param crowd connections of a busy port that are not among the sockets
   */
  public record Table(
      List<BoundSocket> sockets,
      int uncounted,
      List<BoundSocket> udpAlso,
      List<Client> clients,
      Crowd crowd) {
    /** The sockets of a port that is not busy. */
    public Table(
        List<BoundSocket> sockets, int uncounted, List<BoundSocket> udpAlso, List<Client> clients) {
      this(sockets, uncounted, udpAlso, clients, Crowd.NONE);
    }

    public Table {
      sockets = List.copyOf(sockets);
      udpAlso = List.copyOf(udpAlso);
      clients = List.copyOf(clients);
    }
  }

  /**
   * What decides about the port besides its sockets.
   *
   * @param ephemeral who uses the ephemeral ports, where one was asked for and none could be had
   * @param host what else on the host decides
   * @param namespaces what other network namespaces contribute
   * @param addresses why the address may not be bound, where that is so
   * @param names by what clients ask for the port, where several servers have it
   * @param launchers the processes above the holders that are not above whoever asks, where it is
   *     known what is to be started
   */
  public record Context(
      BindSettings settings,
      Optional<EphemeralUse> ephemeral,
      HostContext host,
      NamespaceContext namespaces,
      AddressFacts addresses,
      HostNames names,
      List<Holder> launchers) {
    public Context {
      launchers = List.copyOf(launchers);
    }
  }

  public PortTarget target() {
    return asked.target();
  }

  @Override
  public Newcomer newcomer() {
    return asked.newcomer();
  }

  @Override
  public Uid asker() {
    return asked.asker();
  }

  @Override
  public Moment takenAt() {
    return look.takenAt();
  }

  @Override
  public Reading<Long> networkNamespace() {
    return look.networkNamespace();
  }

  public List<BoundSocket> sockets() {
    return table.sockets();
  }

  public int looks() {
    return look.count();
  }

  public HolderSearch search() {
    return look.search();
  }

  public int uncounted() {
    return table.uncounted();
  }

  public Crowd crowd() {
    return table.crowd();
  }

  public List<BoundSocket> udpAlso() {
    return table.udpAlso();
  }

  public List<Client> clients() {
    return table.clients();
  }

  public BindSettings settings() {
    return context.settings();
  }

  public Optional<EphemeralUse> ephemeral() {
    return context.ephemeral();
  }

  public HostContext hostContext() {
    return context.host();
  }

  public NamespaceContext namespaceContext() {
    return context.namespaces();
  }

  public AddressFacts addresses() {
    return context.addresses();
  }

  public HostNames names() {
    return context.names();
  }

  public List<Holder> launchers() {
    return context.launchers();
  }

  /** This snapshot with other probes. */
  public PortSnapshot withProbes(List<Probe> later) {
    return new PortSnapshot(asked, look, later, table, holders, context, coverage, gaps);
  }

  /** This snapshot with what was seen in other namespaces. */
  public PortSnapshot with(NamespaceContext seen, List<Gap> allGaps) {
    Context wider =
        new Context(
            context.settings(),
            context.ephemeral(),
            context.host(),
            seen,
            context.addresses(),
            context.names(),
            context.launchers());
    return new PortSnapshot(asked, look, probes, table, holders, wider, coverage, allGaps);
  }

  /** Whether no process lists that socket among its open files. */
  public boolean isUnlisted(BoundSocket socket) {
    return holders.stream().noneMatch(holder -> holder.hasOpen(socket));
  }

  /** The processes that have that socket open, by pid. */
  public List<Holder> holdersOf(BoundSocket socket) {
    return holders.of(socket);
  }
}
