package inuse.run.remote;

import java.util.ArrayList;
import java.util.List;

/**
 * What runs on the other host: a script of a POSIX shell that says what it found there, takes the
 * executable if it is told to, and runs it. The file has no name any more before it is run, so that
 * nothing is left behind, however the connection ends.
 */
public final class RemoteScript {
  /** Begins the lines that the script itself says. */
  static final String MARK = "inuse-remote: ";

  /** There is no directory in which a program may be run. */
  static final String NO_PLACE = MARK + "no place";

  /** The executable did not arrive whole. */
  static final String TORN = MARK + "torn";

  /** It can take the executable. */
  static final String TAKE = MARK + "take";

  /** What is printed next is the answer. */
  static final String READY = MARK + "ready";

  /** The answer to what it found: use what is there. */
  static final String USE = "use\n";

  private static final String TEXT =
      """
      v=$(inuse --version 2>/dev/null </dev/null)
      echo "inuse-remote: $(uname -m) ${v#inuse }"
      IFS= read -r n || exit 0
      p=inuse
      if [ "$n" != use ]; then
        umask 077
        d=
        trap '[ -z "$d" ] || rm -rf "$d"' EXIT
        trap 'exit 1' HUP INT TERM PIPE
        for b in "$XDG_RUNTIME_DIR" /dev/shm /tmp /var/tmp "$HOME"; do
          [ -n "$b" ] && [ -w "$b" ] && d=$(mktemp -d "$b/inuse.XXXXXX" 2>/dev/null) || continue
          printf '#!/bin/sh\\n' >"$d/t" && chmod 700 "$d/t" && "$d/t" 2>/dev/null && break
          rm -rf "$d"
          d=
        done
        if [ -z "$d" ]; then echo "inuse-remote: no place"; exit 1; fi
        echo "inuse-remote: take"
        head -c "$n" >"$d/inuse"
        if [ "$(wc -c <"$d/inuse")" -ne "$n" ]; then echo "inuse-remote: torn"; exit 1; fi
        chmod 700 "$d/inuse"
        exec 4<"$d/inuse"
        rm -rf "$d"
        d=
        p=/proc/self/fd/4
      fi
      exec 3<&0
      echo "inuse-remote: ready"
      if [ "$INUSE_RELAY" = 1 ]; then
        "$p" "$@" <&3
        exit
      fi
      "$p" "$@" </dev/null &
      c=$!
      { cat; kill "$c"; } <&3 >/dev/null 2>&1 &
      w=$!
      wait "$c"
      s=$?
      kill "$w" 2>/dev/null
      exit "$s"
      """;

  private RemoteScript() {}

  /**
   * The command that is to run there, as words: quoted and in one, they are for ssh.
   *
   * @param words of inuse
   * @param relays whether its questions are asked here
   */
  public static List<String> command(List<String> words, boolean relays) {
    List<String> all = new ArrayList<>();
    if (relays) {
      all.addAll(List.of("env", "INUSE_RELAY=1"));
    }
    all.addAll(List.of("sh", "-c", TEXT, "inuse"));
    all.addAll(words);
    return all;
  }
}
