package inuse.zoo;

import static java.util.stream.Collectors.joining;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The tools that people use today, called as an expert would call them. */
enum Peer {
  SS("pid=(\\d+)") {
    @Override
    List<String> command(Asked asked) {
      return asked.isUnix()
          ? List.of("ss", "-H", "-xap", "src", asked.name())
          : List.of("ss", "-H", asked.isUdp() ? "-uanpe" : "-tanpe", "sport = :" + asked.name());
    }
  },
  LSOF("(?m)^\\S+ +(\\d+) ") {
    @Override
    List<String> command(Asked asked) {
      return asked.isUnix()
          ? List.of("lsof", "-w", asked.name())
          : List.of("lsof", "-w", "-nP", (asked.isUdp() ? "-iUDP:" : "-iTCP:") + asked.name());
    }
  },
  FUSER("(?<![\\d/.:-])(\\d+)(?=[a-z]*(?: |$))") {
    @Override
    List<String> command(Asked asked) {
      return asked.isUnix()
          ? List.of("fuser", asked.name())
          : List.of("fuser", asked.name() + (asked.isUdp() ? "/udp" : "/tcp"));
    }
  },
  NETSTAT("(?m) (\\d+)/") {
    @Override
    List<String> command(Asked asked) {
      return List.of(
          "netstat", asked.isUnix() ? "-xap" : asked.isUdp() ? "-uanpe" : "-tanpe", "--wide");
    }

    @Override
    String relevant(String printed, Asked asked) {
      String wanted =
          asked.isUnix()
              ? ".* " + Pattern.quote(asked.name())
              : "\\S+ +\\d+ +\\d+ +\\S+:" + asked.name() + " .*";
      return printed.lines().filter(line -> line.matches(wanted)).collect(joining("\n"));
    }
  };

  /** The target: a port number or a unix socket's name. */
  record Asked(String protocol, String name) {
    static Asked of(JsonObject target) {
      String key = target.has("port") ? "port" : target.has("path") ? "path" : "abstract";
      String name = target.get(key).getAsString();
      return new Asked(
          target.get("protocol").getAsString(), key.equals("abstract") ? "@" + name : name);
    }

    boolean isUdp() {
      return protocol.equals("udp");
    }

    boolean isUnix() {
      return protocol.equals("unix");
    }
  }

  private final Pattern pid;

  Peer(String pid) {
    this.pid = Pattern.compile(pid);
  }

  /** What somebody types who wants to know who holds it. */
  abstract List<String> command(Asked asked);

  /** The lines that are about it, where the tool prints others too. */
  String relevant(String printed, Asked asked) {
    return printed;
  }

  /** The processes that these lines name. */
  Set<Long> pids(String relevant) {
    Set<Long> pids = new TreeSet<>();
    pid.matcher(relevant).results().map(Peer::number).forEach(pids::add);
    return pids;
  }

  private static long number(MatchResult match) {
    return Long.parseLong(match.group(1));
  }

  String title() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
