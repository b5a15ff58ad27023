package inuse.render;

import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;

/** A target as JSON, the same in every kind of document. */
final class JsonTarget {
  static final String UNIX = "unix";

  private JsonTarget() {}

  /** Writes the value; its name has been written. */
  static void write(Json json, Snapshot seen) {
    json.beginObject();
    switch (seen) {
      case PortSnapshot snapshot -> {
        PortTarget target = snapshot.target();
        json.name("protocol").value(target.protocol().word());
        json.name("address").value(target.place().orElse("*"));
        json.name("port").value(target.port().number());
      }
      case UnixSnapshot snapshot -> {
        json.name("protocol").value(UNIX);
        switch (snapshot.target()) {
          case UnixTarget.Path(Untrusted path) -> json.name("path").value(Escape.json(path));
          case UnixTarget.Abstract(Untrusted name) ->
              json.name("abstract").value(Escape.json(name));
        }
      }
    }
    json.name("netns").value(seen.networkNamespace().toOptional().orElse(null)).endObject();
  }
}
