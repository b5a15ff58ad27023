package inuse.render;

/** What {@code inuse run} says besides its answers, as JSON; {@link Schema} describes it. */
public final class NoticeJson {
  private NoticeJson() {}

  /**
   * The document, in one line.
   *
   * @param message in our words, or escaped
   */
  public static String of(String version, String message) {
    Json json = Json.line();
    json.beginObject().name("schema").value("inuse.notice/1");
    json.name("version").value(version);
    return json.name("message").value(message).endObject().toString();
  }
}
