package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program did to others, as seen by strace: a witness independent of inuse.
 *
 * @param sent signals through pidfds
 * @param commands that were started below the program, each as strace writes it
 * @param faults what must not occur: a signal to a pid, one through a descriptor that was not seen
 *     to be opened as a pidfd, and any other lines
 */
record SignalTrace(List<Sent> sent, List<String> commands, List<String> faults) {
  private static final String CALLS =
      "trace=kill,tkill,tgkill,pidfd_send_signal,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_open,execve";

  private static final Pattern OPENED =
      Pattern.compile("(\\d+) +pidfd_open\\((\\d+), [^)]*\\) += (-?\\d+).*");
  private static final Pattern SENT =
      Pattern.compile("(\\d+) +pidfd_send_signal\\((\\d+), (\\w+), .*\\) += (-?\\d+).*");
  private static final Pattern STARTED =
      Pattern.compile("\\d+ +execve\\((.*?)(?:\\) += 0| <unfinished \\.\\.\\.>)");

  /** Characters of a string that are shown: more than any argument has that tests look for. */
  private static final String SHOWN = "400";

  SignalTrace {
    sent = List.copyOf(sent);
    commands = List.copyOf(commands);
    faults = List.copyOf(faults);
  }

  /** One signal to one process. */
  record Sent(long pid, String signal) {}

  /** Below this program every signal that is sent is written to that file. */
  static List<String> to(Path file) {
    return List.of(
        Lab.requireProgram("strace"),
        "-f",
        "-qq",
        "-s",
        SHOWN,
        "-e",
        CALLS,
        "-o",
        file.toString(),
        "--");
  }

  static SignalTrace read(Path file) {
    try {
      return of(Files.readAllLines(file, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SignalTrace of(List<String> lines) {
    Map<String, Long> pidfds = new HashMap<>();
    List<Sent> sent = new ArrayList<>();
    List<String> commands = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (String line : lines) {
      Matcher opened = OPENED.matcher(line);
      Matcher signal = SENT.matcher(line);
      Matcher started = STARTED.matcher(line);
      if (opened.matches()) {
        pidfds.put(opened.group(1) + ":" + opened.group(3), Long.valueOf(opened.group(2)));
      } else if (signal.matches()) {
        Optional<Long> to =
            Optional.ofNullable(pidfds.get(signal.group(1) + ":" + signal.group(2)));
        to.ifPresentOrElse(pid -> sent.add(new Sent(pid, signal.group(3))), () -> faults.add(line));
      } else if (started.matches()) {
        commands.add(started.group(1));
      } else if (!line.contains(" execve")
          && !line.contains(" --- SIG")
          && !line.contains(" +++ ")) {
        faults.add(line);
      }
    }
    // The first one is the program itself.
    return new SignalTrace(
        sent, commands.subList(Math.min(1, commands.size()), commands.size()), faults);
  }

  Set<Long> pids() {
    Set<Long> pids = new LinkedHashSet<>();
    sent.forEach(one -> pids.add(one.pid()));
    return pids;
  }
}
