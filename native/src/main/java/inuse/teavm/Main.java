package inuse.teavm;

import inuse.cli.Command;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Function;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/** The command as an executable. */
public final class Main {
  /** Made at start: when it is needed, there is no memory for it. */
  @SuppressWarnings("StaticAssignmentOfThrowable") // there is no memory to make one then
  private static final OutOfMemoryError NO_MEMORY = new NoMemory();

  private Main() {}

  @Include("stdlib.h")
  @Import(name = "exit")
  private static native void exit(int status);

  @Import(name = "inuse_when_full")
  private static native void whenFull(WhenFull call);

  public static void main(String[] arguments) {
    whenFull(Function.get(WhenFull.class, Main.class, "outOfMemory"));
    exit(new Command(Host.of(new TeaVmSystemCalls())).run(words()));
  }

  /** The arguments as bytes: TeaVM decodes its own in the C locale, which loses some. */
  private static List<String> words() {
    byte[] given = TeaVmSystemCalls.arguments();
    String line = Bytes.text(given, 0, given.length);
    List<String> words = new ArrayList<>();
    int from = line.indexOf('\0') + 1;
    while (from > 0 && from < line.length()) {
      int end = line.indexOf('\0', from);
      words.add(line.substring(from, end));
      from = end + 1;
    }
    return words;
  }

  @SuppressWarnings("DoNotCallSuggester") // called from C
  static void outOfMemory() {
    throw NO_MEMORY;
  }

  /** What the collector calls (native/src/main/c/start.c) where nothing is left to collect. */
  abstract static class WhenFull extends Function {
    abstract void call();
  }

  /** An error that takes no memory when it is thrown. */
  private static final class NoMemory extends OutOfMemoryError {
    private static final long serialVersionUID = 1;

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
