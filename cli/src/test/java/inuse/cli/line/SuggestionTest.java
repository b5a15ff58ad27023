package inuse.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.Command;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a word with a slip in it. */
final class SuggestionTest {
  @ParameterizedTest
  @CsvSource({
    "fre 8080, did you mean: inuse free",
    "lsit, did you mean: inuse list",
    "wacth, did you mean: inuse watch",
    "list --foo, unknown option '--foo'; try: inuse list --help",
    "list --exposd, 'unknown option ''--exposd'', did you mean --exposed?; try: inuse list'",
    "list --sort age, 'cannot be sorted by, only port, name, pid, user, since, clients are; try:"
        + " inuse'",
    "list 99999, '''99999'' is neither a port nor a range such as 3000-3010; try: inuse list"
        + " --help'",
    "watch 30-, '''30-'' is neither a port nor a range such as 3000-3010; try: inuse watch --help'",
    "waite 8080, did you mean: inuse wait",
    "explan zombie, did you mean: inuse explain",
    "free --timout 3 8080, 'unknown option ''--timout'', did you mean --timeout?; try: inuse free"
        + " --help'",
    "free --wxyz 8080, unknown option '--wxyz'; try: inuse free --help",
    "xyzzy, 'write a port (8080)'",
    "8080 --device nosuch0, no interface 'nosuch0'; ip link shows those there are",
    "kill 8080, did you mean: inuse free 8080",
    "stop http 9090, did you mean: inuse free http 9090",
    "who 8080, did you mean: inuse 8080",
    "--port 8080, did you mean: inuse 8080",
    "--port=8080, did you mean: inuse 8080",
    "-p 8080, did you mean: inuse 8080",
    "free -p 8080 -y, did you mean: inuse free -y 8080",
    "kill -p 8080, did you mean: inuse free 8080",
    "--udp 5353, did you mean: inuse udp/5353",
    "-u 5353, did you mean: inuse udp/5353",
    "wait --udp --timeout 5s 53, did you mean: inuse wait --timeout 5s udp/53",
    "--all 8080, did you mean: inuse 8080",
    "-tlnp 8080, did you mean: inuse 8080",
    "-ti:8080, did you mean: inuse :8080",
    "-i :8080, did you mean: inuse :8080",
    "-k 8080/tcp, did you mean: inuse free 8080/tcp",
    "free --force 8080, did you mean: inuse free --yes 8080",
    "free -9 8080, did you mean: inuse free --signal KILL 8080",
    "-tulpn, did you mean: inuse list",
    "-i, did you mean: inuse list",
    "ls, did you mean: inuse list",
    "ports node, did you mean: inuse list node",
    "8080 fre, 'write a port (8080)'",
    "help xyzzy, '''xyzzy'' is not a topic of inuse help; try: inuse help topics'",
    "explain --lang, try: inuse explain --help",
  })
  void whatWasMeantIsAskedAndOtherwiseNothing(String line, String said) {
    FakeKernel kernel = new FakeKernel();

    assertThat(new Command(Host.of(kernel)).run(List.of(line.split(" ", -1)))).isEqualTo(2);

    assertThat(kernel.stderr()).contains(said);
  }

  @ParameterizedTest
  @CsvSource({"help, who holds it", "help free, until SIGKILL"})
  void helpIsACommandToo(String line, String said) {
    FakeKernel kernel = new FakeKernel();

    assertThat(new Command(Host.of(kernel)).run(List.of(line.split(" ", -1)))).isZero();

    assertThat(kernel.stdout()).contains(said);
  }
}
