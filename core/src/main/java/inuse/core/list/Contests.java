package inuse.core.list;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostNames;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Server;
import inuse.core.evidence.Uid;
import inuse.core.explain.rule.WhoAnswers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The ports of one network namespace that several servers have. */
final class Contests {
  private record Contest(List<Server> servers, WhoAnswers who) {}

  private final Map<PortTarget, Contest> contests = new HashMap<>();

  /**
   * Those among the sockets of a namespace.
   *
   * @param holders who has a socket
   */
  Contests(
      List<BoundSocket> sockets,
      HostNames names,
      Uid asker,
      Function<BoundSocket, List<Holder>> holders) {
    Map<PortTarget, List<BoundSocket>> byPort = new LinkedHashMap<>(2 * sockets.size());
    for (BoundSocket socket : sockets) {
      if (socket.takesClients()) {
        byPort.computeIfAbsent(PortTarget.of(socket), any -> new ArrayList<>(1)).add(socket);
      }
    }
    byPort.forEach((port, its) -> {
      if (its.size() > 1) {
        List<Server> servers = Server.among(its, holders, asker);
        if (servers.size() > 1) {
          contests.put(port, new Contest(servers, WhoAnswers.of(its, names)));
        }
      }
    });
  }

  /** Who answers at those ports of one server that others have, too. */
  List<Answers> of(List<BoundSocket> sockets) {
    if (contests.isEmpty()) {
      return List.of();
    }
    Map<PortTarget, List<BoundSocket>> byPort = new LinkedHashMap<>();
    for (BoundSocket socket : sockets) {
      if (socket.takesClients() && contests.containsKey(PortTarget.of(socket))) {
        byPort.computeIfAbsent(PortTarget.of(socket), any -> new ArrayList<>()).add(socket);
      }
    }
    List<Answers> answers = new ArrayList<>();
    byPort.forEach((port, its) ->
        Optional.ofNullable(contests.get(port))
            .ifPresent(contest -> answers.add(answers(port, its, contest))));
    return answers;
  }

  private static Answers answers(PortTarget port, List<BoundSocket> its, Contest contest) {
    List<String> names = new ArrayList<>();
    List<Answers.Shadow> shadows = new ArrayList<>();
    List<BoundSocket> own =
        contest.servers().stream()
            .filter(one -> its.stream().anyMatch(one::has))
            .flatMap(one -> one.sockets().stream())
            .toList();
    for (WhoAnswers.Answer answer : contest.who().answers()) {
      if (its.stream().anyMatch(answer::isOf)) {
        names.add(answer.name());
      } else if (its.stream().anyMatch(answer::wouldBeOf) && own.stream().noneMatch(answer::isOf)) {
        answer
            .sockets()
            .toOptional()
            .ifPresent(all -> shadows.add(new Answers.Shadow(answer.name(), by(all, contest))));
      }
    }
    return new Answers(port.port(), names, shadows);
  }

  private static List<Holder> by(List<BoundSocket> answering, Contest contest) {
    return contest.servers().stream()
        .filter(one -> answering.stream().anyMatch(one::has))
        .flatMap(one -> one.holders().stream())
        .toList();
  }
}
