package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.core.io.Deadline;
import inuse.core.io.FileCapabilities;
import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.bpf.Bpf;
import inuse.kernel.btf.KernelTypes;
import inuse.kernel.btf.TypeNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks the kernel itself which tables of descriptors have a socket: one of its iterators calls a
 * small program of ours for every task, or every open file. That takes a fiftieth of the time of
 * reading /proc/PID/fd, and shows the tables of threads and of every user; it takes CAP_BPF and
 * CAP_PERFMON.
 */
final class KernelSearch {
  /** Beyond that many descriptors of the wanted sockets the search is left to others. */
  static final int MOST_SEEN = 100_000;

  private final Host host;
  private final SystemCalls calls;
  private final Bpf bpf;
  private Known known = new Known.NotYet();

  KernelSearch(Host host) {
    calls = host.calls();
    this.host = host;
    bpf = new Bpf(calls);
  }

  /** The kernel's types, read once, and only where they are needed. */
  private sealed interface Known {
    record NotYet() implements Known {}

    record Read(CallResult<KernelTypes> types) implements Known {}
  }

  /**
   * What was seen, in the order of the tasks, and how the kernel stores the count of references.
   *
   * @param others the other sockets of the asked port
   */
  record Seen(List<SeenFile> files, int uncounted, Optional<OtherFiles> others) {
    /** How many references to the open file there are. */
    long references(SeenFile file) {
      return file.references() + uncounted;
    }
  }

  /**
   * A program for this kernel.
   *
   * @param table its instructions
   * @param symbols the numbers of what the table names
   */
  record Prepared(String table, Map<String, Integer> symbols, Bpf.Program program) {}

  /** Every descriptor of the wanted sockets; or which call failed, and why. */
  CallResult<Seen> look(HolderProgram.Kind kind, HolderProgram.Sockets wanted, Deadline deadline) {
    // A socket of our own: by its operations the program knows what is a socket.
    int own = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (own < 0) {
      return CallResult.failed("socket", "AF_UNIX", own);
    }
    try {
      return switch (prepared(kind, wanted, own)) {
        case CallResult.Failed<Prepared>(var why) -> new CallResult.Failed<>(why);
        case CallResult.Ok<Prepared>(Prepared prepared) -> look(kind, prepared, wanted, deadline);
      };
    } finally {
      calls.close(own);
    }
  }

  /**
   * The program for these sockets.
   *
   * @param own a descriptor of ours that is a socket
   */
  CallResult<Prepared> prepared(HolderProgram.Kind kind, HolderProgram.Sockets wanted, int own) {
    return switch (types()) {
      case CallResult.Failed<KernelTypes>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<KernelTypes>(KernelTypes types) -> {
        Map<String, Integer> symbols = new Symbols(types, own).all();
        wanted.port().ifPresent(port -> symbols.put("asked.port", port.number()));
        HolderProgram program =
            new HolderProgram(kind, wanted, !new ProcessNumbers(host).areOfWholeHost());
        OptionalInt function = types.function(kind.iterator());
        List<String> missing = program.missing(symbols);
        if (function.isEmpty() || !missing.isEmpty()) {
          String name = function.isEmpty() ? kind.iterator() : missing.getFirst();
          yield CallResult.failed("btf", name, -Errno.ENOENT.code());
        }
        yield new CallResult.Ok<>(
            new Prepared(
                program.table(), symbols, program.assembled(symbols, function.getAsInt())));
      }
    };
  }

  private CallResult<KernelTypes> types() {
    if (known instanceof Known.Read(CallResult<KernelTypes> types)) {
      return types;
    }
    List<String> functions = new ArrayList<>(HolderProgram.CALLED);
    for (HolderProgram.Kind kind : HolderProgram.Kind.values()) {
      functions.add(kind.iterator());
    }
    CallResult<KernelTypes> read =
        KernelTypes.read(calls, new TypeNames(functions, HolderProgram.MEMBERS));
    known = new Known.Read(read);
    return read;
  }

  private CallResult<Seen> look(
      HolderProgram.Kind kind, Prepared prepared, HolderProgram.Sockets wanted, Deadline deadline) {
    return switch (FileCapabilities.forPrograms(calls, () -> bpf.iterator(prepared.program()))) {
      case CallResult.Failed<Integer>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<Integer>(Integer iterator) -> {
        try {
          int uncounted =
              (prepared.symbols().containsKey("file.f_ref") ? 1 : 0) - kind.referencesOfItsOwn();
          yield read(iterator, wanted, uncounted, deadline);
        } finally {
          calls.close(iterator);
        }
      }
    };
  }

  private CallResult<Seen> read(
      int iterator, HolderProgram.Sockets wanted, int uncounted, Deadline deadline) {
    SeenRecords records = new SeenRecords(wanted);
    CallResult<Boolean> read =
        bpf.read(
            iterator,
            (bytes, length) -> {
              records.take(bytes, length);
              return records.files().size() <= MOST_SEEN && !deadline.isOver();
            });
    return switch (read) {
      case CallResult.Failed<Boolean>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<Boolean>(Boolean all) when !all ->
          CallResult.failed(
              "read",
              "iterator",
              -(records.files().size() > MOST_SEEN ? Errno.E2BIG : Errno.ETIMEDOUT).code());
      case CallResult.Ok<Boolean> whole
          when records.files().stream().anyMatch(SeenFile::isUnread) ->
          CallResult.failed("read", "a table", -Errno.EAGAIN.code());
      case CallResult.Ok<Boolean> whole ->
          new CallResult.Ok<>(new Seen(records.files(), uncounted, records.others()));
    };
  }

  /** Numbers that the programs' tables name. */
  private record Symbols(KernelTypes types, int own) {
    Map<String, Integer> all() {
      Map<String, Integer> symbols = new HashMap<>();
      HolderProgram.MEMBERS.forEach((structure, members) -> {
        put(symbols, structure, types.structure(structure));
        for (String member : members) {
          put(symbols, structure + "." + member, types.offset(structure, member));
        }
      });
      for (String function : HolderProgram.CALLED) {
        put(symbols, function, types.function(function));
      }
      Integer references = symbols.getOrDefault("file.f_ref", symbols.get("file.f_count"));
      if (references != null) {
        symbols.put("file.references", references);
      }
      symbols.put("own.slot", Long.BYTES * own);
      return symbols;
    }

    private static void put(Map<String, Integer> symbols, String name, OptionalInt number) {
      number.ifPresent(known -> symbols.put(name, known));
    }
  }
}
