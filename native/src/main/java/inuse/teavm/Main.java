package inuse.teavm;

import inuse.cli.Command;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/** The command as an executable. */
public final class Main {
  private Main() {}

  @Include("stdlib.h")
  @Import(name = "exit")
  private static native void exit(int status);

  public static void main(String[] arguments) {
    SystemCalls calls = new TeaVmSystemCalls();
    exit(new Command(Host.of(calls)).run(words(calls, arguments)));
  }

  /**
   * The arguments as bytes from /proc: TeaVM decodes its own in the C locale, which loses some.
   * Those serve where /proc is not mounted.
   */
  private static List<String> words(SystemCalls calls, String[] decoded) {
    if (!(new Proc(calls, "").text("/proc/self/cmdline")
        instanceof CallResult.Ok<String>(var line))) {
      return List.of(decoded);
    }
    List<String> words = new ArrayList<>();
    int from = line.indexOf('\0') + 1;
    while (from > 0 && from < line.length()) {
      int end = line.indexOf('\0', from);
      words.add(line.substring(from, end < 0 ? line.length() : end));
      from = end + 1;
    }
    return words;
  }
}
