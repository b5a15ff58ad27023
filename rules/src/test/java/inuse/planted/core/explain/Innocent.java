package inuse.planted.core.explain;

import inuse.planted.core.evidence.Seen;
import java.util.List;

record Innocent(List<Seen> seen) {
  byte[][] bytes() {
    return new byte[seen.size()][];
  }

  String say() {
    return switch (seen.size()) {
      case 0 -> "nothing";
      case 1 -> String.join(", ", seen.stream().map(Seen::toString).toList());
      default -> Innocent.class.getSimpleName();
    };
  }
}
