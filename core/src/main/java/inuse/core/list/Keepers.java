package inuse.core.list;

import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Workplace;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.KernelSocket;
import inuse.core.explain.causes.OrphanedChild;
import inuse.core.explain.causes.SocketActivation;
import inuse.core.explain.rule.LeftOver;
import java.util.List;
import java.util.Optional;

/** Tells who keeps the holder of a row, by what was said of it and by what its cause is. */
final class Keepers {
  private final Uid asker;
  private final Optional<Workplace> workplace;

  private Keepers(Uid asker, Optional<Workplace> workplace) {
    this.asker = asker;
    this.workplace = workplace;
  }

  static Keeper of(
      Optional<Cause> cause,
      List<Holder> holders,
      Inventory.Context context,
      Optional<Workplace> workplace,
      Uid asker) {
    if (cause.filter(SocketActivation.class::isInstance).isPresent()) {
      List<SocketUnit> units = context.host().socketUnits();
      return new Keeper.SocketUnits(
          units.stream().map(SocketUnit::name).toList(),
          units.stream().flatMap(one -> one.services().stream()).distinct().toList());
    }
    if (cause.filter(KernelSocket.class::isInstance).isPresent()) {
      List<KernelUser> users = context.coverage().kernelUsers();
      List<KernelUser> proven = users.stream().filter(KernelUser::proven).toList();
      return new Keeper.Kernel(proven.isEmpty() ? users : proven);
    }
    Keepers keepers = new Keepers(asker, workplace);
    if (holders.isEmpty()) {
      return keepers.ofHidden(cause, context);
    }
    boolean left =
        cause.filter(OrphanedChild.class::isInstance).isPresent()
            || LeftOver.are(holders)
            || LeftOver.by(holders, asker).isPresent();
    return left ? new Keeper.LeftOver(Keeper.LeftOver.Why.STARTER) : keepers.of(holders.getFirst());
  }

  /** By the control group in which the socket was made. */
  private Keeper ofHidden(Optional<Cause> cause, Inventory.Context context) {
    boolean remains =
        cause.filter(one -> one.sockets().stream().allMatch(it -> it.isRemains())).isPresent();
    if (remains) {
      return new Keeper.Kernel(List.of());
    }
    Optional<SearchCoverage.CgroupSupervision> group =
        context.coverage().cgroups().stream()
            .filter(one -> one.unit().isPresent() || one.container().isPresent())
            .findFirst();
    return group
        .flatMap(SearchCoverage.CgroupSupervision::container)
        .map(one -> inside(one, Optional.empty()))
        .or(() ->
            group
                .flatMap(SearchCoverage.CgroupSupervision::unit)
                .map(one -> service(one, Optional.empty())))
        .orElse(new Keeper.Hidden());
  }

  private Keeper of(Holder holder) {
    Supervision supervision = holder.supervision();
    Optional<Keeper> told =
        supervision
            .proxy()
            .map(one -> proxied(one, holder))
            .or(() -> holder.container().map(one -> inside(one, holder.user())))
            .or(() ->
                supervision
                    .processManager()
                    .filter(one -> one.content().kind().restarts())
                    .map(one -> manager(one, holder)))
            .or(() -> holder.unit().map(one -> service(one, holder.user())));
    if (told.isPresent()) {
      return told.get();
    }
    if (workplace.filter(Workplace::removed).isPresent()) {
      return new Keeper.LeftOver(Keeper.LeftOver.Why.DIRECTORY);
    }
    return supervision
        .processManager()
        .map(one -> manager(one, holder))
        .or(() -> supervision.office().map(one -> new Keeper.Itself(one.content())))
        .orElse(new Keeper.Nobody(LeftOver.isDoubtful(holder)));
  }

  private Keeper proxied(Statement<PortProxy> said, Holder holder) {
    PortProxy proxy = said.content();
    return new Keeper.InContainer(
        proxy.engine(),
        proxy.container(),
        proxy.service(),
        true,
        proxy.containerPort(),
        proxy.left(),
        holder.trusted(Optional.of(said), asker).isPresent());
  }

  private Keeper inside(Statement<Container> said, Optional<Uid> subject) {
    return new Keeper.InContainer(
        said.content().engine(),
        Optional.of(said.content()),
        Optional.empty(),
        false,
        Optional.empty(),
        false,
        said.trusted(asker, subject).isPresent());
  }

  private Keeper service(Statement<Unit> said, Optional<Uid> subject) {
    return new Keeper.Service(
        said.content().name(), said.content().user(), said.trusted(asker, subject).isPresent());
  }

  private Keeper manager(Statement<ProcessManager> said, Holder holder) {
    return new Keeper.Manager(said.content(), holder.trusted(Optional.of(said), asker).isPresent());
  }
}
