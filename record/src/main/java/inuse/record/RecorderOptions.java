package inuse.record;

import java.util.List;
import java.util.Optional;

/**
 * The options of a recorder.
 *
 * @param version of this program, for the first line of each segment
 * @param group directory of the control group that is recorded; empty for the whole host
 * @param segments where events are written, if they are
 * @param metrics path of a file for node_exporter
 * @param sinks receive the events as well
 * @param withArguments whether command lines are recorded
 */
public record RecorderOptions(
    String version,
    Optional<String> group,
    Optional<SegmentOptions> segments,
    Optional<String> metrics,
    List<EventSink> sinks,
    boolean withArguments) {
  public RecorderOptions {
    sinks = List.copyOf(sinks);
  }
}
