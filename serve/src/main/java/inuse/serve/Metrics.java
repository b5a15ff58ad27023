package inuse.serve;

import inuse.core.events.Event;
import inuse.core.evidence.Untrusted;
import inuse.render.Escape;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Counts for Prometheus. No label has a port, an address or a pid, and what other programs choose
 * has a bounded number of values.
 */
final class Metrics {
  /** Values of a label that others choose; what is more is one of them, {@link #OTHER}. */
  static final int MOST_VALUES = 50;

  static final String OTHER = "other";
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final int MOST_CHARACTERS = 64;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Set<String> programs = new HashSet<>();
  private final Set<String> causes = new HashSet<>();
  private final Counter refused;
  private final Counter gaps;

  Metrics(CurrentPorts current) {
    refused =
        Counter.builder()
            .name("inuse_binds_refused_total")
            .help("Binds that were refused because the port was in use.")
            .labelNames("protocol", "cause", "program")
            .register(registry);
    gaps =
        Counter.builder()
            .name("inuse_record_gaps_total")
            .help("Times of which something is missing in what was recorded.")
            .labelNames("why")
            .register(registry);
    for (Event.Loss loss : Event.Loss.values()) {
      gaps.initLabelValues(loss.word());
    }
    GaugeWithCallback.builder()
        .name("inuse_listeners")
        .help("Addresses and ports that are served, by who can reach them.")
        .labelNames("protocol", "reach")
        .callback(gauge ->
            withPorts(
                current,
                ports ->
                    ports
                        .listeners()
                        .forEach((of, count) -> gauge.call(count, of.protocol(), of.reach()))))
        .register(registry);
    GaugeWithCallback.builder()
        .name("inuse_left_over")
        .help("Servers that whatever started them has left over.")
        .callback(gauge -> withPorts(current, ports -> gauge.call(ports.leftOver())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("inuse_expected_missing")
        .help("Places that should be served and are not.")
        .callback(gauge -> withPorts(current, ports -> ports.missing().ifPresent(gauge::call)))
        .register(registry);
  }

  /** Where that cannot be told, there is no value. */
  private static void withPorts(CurrentPorts current, Consumer<CurrentPorts.Ports> then) {
    try {
      then.accept(current.now());
    } catch (IOException unknown) {
      Complaints.say("what is bound is not known: " + unknown.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Counts an event, with the labels that the textfile of {@code inuse record} has.
   *
   * @param programs that of a process by its number
   */
  void count(Event event, Function<Optional<Integer>, Optional<Untrusted>> programs) {
    switch (event) {
      case Event.Refused bind -> {
        String cause = bind.causes().isEmpty() ? "" : bind.causes().getFirst();
        String program =
            programs
                .apply(bind.process())
                .map(name -> Escape.text(name, MOST_CHARACTERS))
                .orElse(OTHER);
        refused
            .labelValues(
                bind.place().protocol().word(),
                bounded(cause, causes),
                bounded(program, this.programs))
            .inc(bind.count());
      }
      case Event.Gap gap -> gaps.labelValues(gap.loss().word()).inc();
      case Event.Start start -> gaps.labelValues(EventIndex.NO_RECORDER).inc();
      case Event.Named other -> {}
      case Event.Socket other -> {}
      case Event.End other -> {}
    }
  }

  private static String bounded(String value, Set<String> known) {
    String one = value.substring(0, Math.min(value.length(), 2 * MOST_CHARACTERS));
    if (!known.contains(one) && known.size() >= MOST_VALUES) {
      return OTHER;
    }
    known.add(one);
    return one;
  }

  /** All of them in the text format of Prometheus. */
  byte[] text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toByteArray();
  }
}
