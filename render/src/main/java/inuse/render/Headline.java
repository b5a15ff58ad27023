package inuse.render;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Gap;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.SocketCause;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.NamespacePhrases;
import inuse.core.explain.text.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The first line of an answer: the verdict, and the first cause. */
final class Headline {
  private Headline() {}

  static String of(Diagnosis diagnosis) {
    return switch (diagnosis.snapshot()) {
      case PortSnapshot snapshot -> of(diagnosis, snapshot);
      case UnixSnapshot snapshot -> of(diagnosis, snapshot);
    };
  }

  private static String first(Diagnosis diagnosis) {
    return diagnosis.causes().isEmpty() ? "" : Escape.text(diagnosis.causes().getFirst().summary());
  }

  private static String of(Diagnosis diagnosis, UnixSnapshot snapshot) {
    String cause = first(diagnosis);
    return Escape.text(snapshot.target().word())
        + switch (diagnosis.verdict()) {
          case FREE -> free(snapshot);
          case BLOCKED, FREE_WITH_REUSEADDR -> " is in use: " + cause;
          case DENIED -> " is denied to you: " + cause;
          case NOT_LOCAL -> " cannot be bound: " + cause;
          case UNKNOWN ->
              unknown(
                  snapshot.probes().stream()
                      .flatMap(probe -> refusal(probe.result()).stream())
                      .findFirst(),
                  cause);
        }
        + cut(snapshot.gaps());
  }

  /** Said where it cannot be overlooked: of sockets and holders there may be more. */
  private static String cut(List<Gap> gaps) {
    boolean late =
        gaps.stream()
            .anyMatch(gap ->
                gap.why() == Reading.Why.TIMED_OUT
                    && switch (gap.subject()) {
                      case SOCKETS, OPEN_FILES, REFERENCES -> true;
                      case PROCESSES, NAMESPACES, SUPERVISION, PACKET_FILTER -> false;
                    });
    return late ? " (incomplete: out of time)" : "";
  }

  private static String free(UnixSnapshot snapshot) {
    return switch (snapshot.target()) {
      case UnixTarget.Abstract named -> " is free: a real bind succeeded";
      case UnixTarget.Path path ->
          " is free: nothing is there, and you may make it in " + Escape.text(path.directory());
    };
  }

  private static String unknown(Optional<String> why, String cause) {
    return ": unknown, "
        + why.orElse("no bind was tried")
        + (cause.isEmpty() ? "" : "; it looks in use: " + cause);
  }

  /** The target and its namespace. */
  static String target(Diagnosis diagnosis) {
    return switch (diagnosis.snapshot()) {
      case PortSnapshot snapshot -> target(snapshot);
      case UnixSnapshot snapshot -> Escape.text(snapshot.target().word());
    };
  }

  /** The headline of free ports from that one to the last. */
  static String ofFree(Diagnosis first, int last) {
    PortSnapshot snapshot = (PortSnapshot) first.snapshot();
    return snapshot.target()
        + "-"
        + last
        + namespace(snapshot)
        + asked(snapshot)
        + " are free: a real bind of each succeeded";
  }

  private static String target(PortSnapshot snapshot) {
    return (snapshot.target().port().isAny() ? "an ephemeral port" : snapshot.target().toString())
        + namespace(snapshot);
  }

  private static String namespace(PortSnapshot snapshot) {
    return snapshot
        .namespaceContext()
        .asked()
        .map(there -> " in " + Escape.text(NamespacePhrases.of(there)))
        .orElse("");
  }

  private static String of(Diagnosis diagnosis, PortSnapshot snapshot) {
    String cause = first(diagnosis);
    String what =
        switch (diagnosis.verdict()) {
          case FREE ->
              isShared(diagnosis)
                  ? " can be bound, and would be shared: a real bind succeeded"
                  : " is free: a real bind succeeded";
          case FREE_WITH_REUSEADDR -> " is in use unless you set SO_REUSEADDR: " + cause;
          case BLOCKED ->
              (snapshot.target().port().isAny() ? " cannot be had: " : " is in use: ") + cause;
          case DENIED -> (isHeld(diagnosis) ? " is in use: " : " is denied to you: ") + cause;
          case NOT_LOCAL -> (isHeld(diagnosis) ? " is in use: " : " cannot be bound: ") + cause;
          case UNKNOWN -> unknown(snapshot, cause);
        };
    return target(snapshot) + asked(snapshot) + split(snapshot) + what + cut(snapshot.gaps());
  }

  private static boolean isShared(Diagnosis diagnosis) {
    return diagnosis.notes().stream().anyMatch(note -> note.id() == Note.Id.SHARED);
  }

  /** The options of the newcomer that differ from a plain one. */
  private static String asked(PortSnapshot snapshot) {
    Newcomer newcomer = snapshot.newcomer();
    List<String> options = new ArrayList<>();
    if (newcomer.reuseAddress()) {
      options.add("SO_REUSEADDR");
    }
    if (newcomer.reusePort()) {
      options.add("SO_REUSEPORT");
    }
    if (newcomer.ipv6Only()) {
      options.add("IPV6_V6ONLY");
    }
    if (newcomer.nonLocal()) {
      options.add("IP_FREEBIND");
    }
    String device =
        newcomer
            .device()
            .filter(one -> snapshot.target().zone().isEmpty())
            .map(one -> " on device " + Escape.text(one.name()))
            .orElse("");
    return options.isEmpty() && device.isEmpty()
        ? ""
        : ", for a server"
            + (options.isEmpty() ? "" : " with " + String.join(" and ", options))
            + device
            + ",";
  }

  private static boolean isHeld(Diagnosis diagnosis) {
    return diagnosis.causes().stream()
        .findFirst()
        .filter(SocketCause.class::isInstance)
        .isPresent();
  }

  private static String unknown(PortSnapshot snapshot, String cause) {
    return unknown(
        snapshot.probes().stream()
            .flatMap(probe -> refusal(probe).stream())
            .findFirst()
            .or(() -> snapshot.namespaceContext().refusal()),
        cause);
  }

  /** The call that failed, and its errno. */
  static Optional<String> refusal(Probe probe) {
    return refusal(probe.result());
  }

  private static Optional<String> refusal(Probe.Result result) {
    return switch (result) {
      case Probe.Result.Allowed allowed -> Optional.empty();
      case Probe.Result.Refused(String call, ErrnoName errno) ->
          Optional.of(
              call
                  + " said "
                  + errno
                  + (errno.toString().equals("ENODEV") ? ": there is no such interface" : ""));
    };
  }

  /** Names the addresses when the verdict is not the same for all of them. */
  private static String split(PortSnapshot snapshot) {
    List<Probe> probes = snapshot.probes();
    List<IpAddress> free = new ArrayList<>();
    List<IpAddress> other = new ArrayList<>();
    for (IpAddress address : snapshot.target().addresses()) {
      boolean missing =
          probes.stream().anyMatch(one -> one.address().equals(address) && one.familyIsMissing());
      if (!missing) {
        (Verdict.ofAddress(probes, address) == Verdict.FREE ? free : other).add(address);
      }
    }
    if (free.isEmpty() || other.isEmpty()) {
      return "";
    }
    return " is free on " + join(free) + ", but on " + join(other) + " it";
  }

  private static String join(List<IpAddress> addresses) {
    return addresses.stream()
        .map(one -> one.family() == IpAddress.Family.V6 ? "[" + one + "]" : one.toString())
        .collect(Collectors.joining(" and "));
  }
}
