package inuse.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What takes events besides the segments. */
final class SinksTest {
  private static final String METRICS = "/metrics/inuse.prom";

  private final FakeKernel kernel = new FakeKernel();
  private final List<String> complaints = new ArrayList<>();

  private static String text(String bytes) {
    return new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }

  private List<String> journal(Event event) {
    List<String> entries = new ArrayList<>();
    kernel.server(
        JournalSink.PATH,
        entry -> {
          entries.add(text(entry));
          return Optional.empty();
        });
    new JournalSink(Host.of(kernel), complaints::add).take(event, Planted::process);
    return entries;
  }

  @Test
  void aRefusedBindIsAnEntryOfTheJournalWithItsPortAndItsHolder() {
    assertThat(journal(Planted.refused(2, 1, 1)))
        .singleElement()
        .asString()
        .contains(
            "SYSLOG_IDENTIFIER=inuse\n",
            "INUSE_EVENT=refused\n",
            "PRIORITY=4\n",
            "INUSE_PORT=8080\n",
            "INUSE_PROTOCOL=tcp\n",
            "INUSE_ADDRESS=127.0.0.1\n",
            "INUSE_CAUSE=listener\n",
            "INUSE_PID=102\n",
            "INUSE_HOLDER_PROGRAM=nginx\n",
            "INUSE_HOLDER_PID=101\n",
            "INUSE_HOLDER_UNIT=nginx.service\n",
            "was refused tcp 127.0.0.1:8080, held by nginx (pid 101)\n");
  }

  @Test
  void aNameThatLooksLikeAFieldStaysAName() {
    String entry = journal(Planted.socket(Event.Change.BOUND, 2)).getFirst();

    assertThat(entry.lines().filter(line -> line.startsWith("INUSE_PORT="))).hasSize(1);
    assertThat(entry.lines()).allMatch(line -> line.matches("[A-Z_]+=.*"));
  }

  @Test
  void aJournalThatIsNotThereIsSaidOnce() {
    JournalSink sink = new JournalSink(Host.of(kernel), complaints::add);
    sink.take(Planted.socket(Event.Change.BOUND, 1), Planted::process);
    sink.take(Planted.socket(Event.Change.RELEASED, 1), Planted::process);

    assertThat(complaints).containsExactly("the journal takes nothing: ECONNREFUSED");
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private MetricsFile metrics() {
    return new MetricsFile(
        Host.of(kernel), METRICS, (protocol, listening) -> listening ? 3 : 5, complaints::add);
  }

  @Test
  void countsAreThereWithoutPortsAddressesOrPids() {
    kernel.directory("/metrics", 1);
    MetricsFile sink = metrics();
    sink.take(Planted.refused(1, 2, 4), Planted::process);
    sink.take(Planted.refused(1, 2, 1), Planted::process);
    sink.take(Planted.refused(2, 1, 1), Planted::process);
    sink.take(Planted.socket(Event.Change.BOUND, 1), Planted::process);
    sink.flush();

    String text = text(kernel.content(METRICS).orElseThrow());
    assertThat(text)
        .contains(
            "inuse_binds_refused_total{protocol=\"tcp\",cause=\"listener\",program=\"nginx\"} 5\n",
            "inuse_socket_events_total{event=\"bound\"} 1\n",
            "inuse_record_gaps_total{why=\"lost\"} 0\n",
            "inuse_bound_sockets{protocol=\"tcp\",state=\"listening\"} 3\n")
        .doesNotContain("8080", "127.0.0.1", "101");
    assertThat(text.lines())
        .allMatch(line ->
            line.startsWith("# ")
                || line.matches("[a-z_]+\\{([a-z]+=\"([^\"\\\\]|\\\\\\\\|\\\\\")*\",?)+} \\d+"));
    assertThat(kernel.content(METRICS + ".new")).isEmpty();
  }

  @Test
  void onlySoManyProgramsHaveASeriesOfTheirOwn() {
    MetricsFile sink = metrics();
    for (int i = 0; i < 80; i++) {
      String name = "p" + i;
      sink.take(
          Planted.refused(1, 2, 1),
          number ->
              Planted.process(number)
                  .map(one ->
                      new RecordedProcess(
                          number,
                          one.identity(),
                          new Untrusted(name),
                          one.user(),
                          one.unit(),
                          one.container(),
                          one.directory(),
                          one.arguments())));
    }
    String text = sink.text();

    assertThat(text.lines().filter(line -> line.startsWith("inuse_binds"))).hasSize(51);
    assertThat(text).contains("program=\"other\"} 30\n");
  }

  @Test
  void aFileThatCannotBeWrittenIsSaidOnce() {
    kernel.directory("/metrics", 1).refuse("create", METRICS + ".new", Errno.EACCES);
    MetricsFile sink = metrics();
    sink.flush();
    kernel.advance(11_000_000_000L);
    sink.flush();

    assertThat(complaints).containsExactly(METRICS + ": EACCES");
  }

  @Test
  void theReportOfACommandHasWhatWasRefusedAndByWhom() {
    RunReport report = new RunReport();
    report.take(Planted.socket(Event.Change.BOUND, 1), Planted::process);
    report.take(Planted.socket(Event.Change.BOUND, 1), Planted::process);
    report.take(Planted.socket(Event.Change.RELEASED, 1), Planted::process);
    report.take(Planted.refused(2, 1, 3), Planted::process);

    assertThat(report.hasRefusals()).isTrue();
    assertThat(report.text())
        .startsWith("ports: 2 bound, 3 refused\n")
        .contains(
            "  refused  tcp 127.0.0.1:8080  ",
            " (pid 102), in /srv/2 × 3\n",
            "held by nginx (pid 101), nginx.service, in /srv/1\n",
            "  got      tcp 127.0.0.1:8080  nginx (pid 101) × 2\n");
  }

  @Test
  void noNameIsMarkupInItsMarkdown() {
    RunReport report = new RunReport();
    report.take(Planted.refused(2, 1, 1), Planted::process);
    String row =
        report
            .markdown()
            .lines()
            .filter(line -> line.contains("refused**"))
            .findFirst()
            .orElseThrow();

    assertThat(row.replace("\\|", "").chars().filter(one -> one == '|')).hasSize(5);
    assertThat(row).contains("\\<b\\>", "\\`").doesNotContain(" <b>");
  }

  @Test
  void whatLooksLikeASecretIsNotRecorded() {
    List<Untrusted> arguments =
        List.of(
                "mysqld",
                "--password",
                "hunter2",
                "--api-token=abc",
                "-p8080",
                "postgres://user:pass@host/db",
                "--port=8080")
            .stream()
            .map(Untrusted::new)
            .toList();

    assertThat(HostProcesses.arguments(arguments))
        .extracting(Untrusted::bytes)
        .containsExactly(
            "mysqld",
            "--password",
            "***",
            "--api-token=***",
            "-p8080",
            "postgres://user:***@host/db",
            "--port=8080");
  }
}
