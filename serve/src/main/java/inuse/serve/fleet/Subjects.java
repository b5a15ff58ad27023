package inuse.serve.fleet;

import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;

/** What things are called on the server. The server's permissions are about these names. */
final class Subjects {
  /** The stream of {@code inuse.event.HOST.PROTO.PORT}. */
  static final String STREAM = "inuse_event";

  /** The bucket with a key for each host. */
  static final String BUCKET = "inuse_now";

  /** All events. */
  static final String EVENTS = "inuse.event.>";

  /** A question for every host. */
  static final String ASK_ALL = "inuse.ask.all";

  private Subjects() {}

  /** A question for one host. */
  static String ask(HostName host) {
    return "inuse.ask." + host;
  }

  /** Where a host answers a question; no other host may publish there. */
  static String answer(String question, HostName host) {
    return "inuse.answer." + question + "." + host;
  }

  /** All answers to a question. */
  static String answers(String question) {
    return "inuse.answer." + question + ".*";
  }

  /** What happened to a port of a host. */
  static String event(HostName host, Protocol protocol, Port port) {
    return "inuse.event." + host + "." + protocol.word() + "." + port;
  }

  /** What is missing of a host's events, which is about no port. */
  static String gap(HostName host) {
    return "inuse.event." + host + ".gap.0";
  }

  /** All that happened on a host. */
  static String events(HostName host) {
    return "inuse.event." + host + ".>";
  }

  /** The key of a host in the bucket. */
  static String now(HostName host) {
    return "$KV." + BUCKET + "." + host;
  }

  /** What replies to a member of that name are sent to. */
  static String inbox(String member) {
    return "_INBOX_" + member + ".";
  }
}
