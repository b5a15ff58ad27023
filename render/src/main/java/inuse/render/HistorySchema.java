package inuse.render;

/** The part of the schema that describes {@code inuse history --json}. */
final class HistorySchema {
  static final String DEFINITIONS =
      """
          "history_document": {
            "type": "object",
            "description": "what inuse history prints",
            "required": ["schema", "version", "recorded", "running", "until", "left_out", "entries"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.history/1"},
              "version": {"type": "string"},
              "recorded": {
                "type": "boolean", "description": "whether anything was, in the time that was asked about"
              },
              "running": {
                "type": "boolean",
                "description": "whether the recorder runs: what is still held is held now"
              },
              "until": {
                "type": ["string", "null"], "format": "date-time",
                "description": "the last that was recorded"
              },
              "left_out": {
                "type": "integer", "minimum": 0, "description": "earlier entries that were too many"
              },
              "entries": {"type": "array", "items": {"$ref": "#/$defs/history_entry"}}
            }
          },
          "history_entry": {
            "oneOf": [
              {
                "type": "object",
                "required": ["kind", "protocol", "address", "port", "netns", "from", "earlier", "to",
                             "end", "listening", "process"],
                "additionalProperties": false,
                "properties": {
                  "kind": {"const": "held"},
                  "protocol": {"$ref": "#/$defs/protocol"},
                  "address": {"type": "string"},
                  "port": {"$ref": "#/$defs/port"},
                  "netns": {"$ref": "#/$defs/netns", "description": "null for the recorder's own"},
                  "from": {"type": "string", "format": "date-time"},
                  "earlier": {"type": "boolean", "description": "whether it had it before already"},
                  "to": {"type": "string", "format": "date-time"},
                  "end": {
                    "enum": ["released", "still", "unseen"],
                    "description": "unseen: before to, while nothing was recorded"
                  },
                  "listening": {"type": "boolean"},
                  "process": {"$ref": "#/$defs/recorded_process"}
                }
              },
              {
                "type": "object",
                "required": ["kind", "protocol", "address", "port", "netns", "at", "count", "process",
                             "causes", "holders", "fix"],
                "additionalProperties": false,
                "properties": {
                  "kind": {"const": "refused"},
                  "protocol": {"$ref": "#/$defs/protocol"},
                  "address": {"type": "string"},
                  "port": {"$ref": "#/$defs/port"},
                  "netns": {"$ref": "#/$defs/netns"},
                  "at": {"type": "string", "format": "date-time"},
                  "count": {"type": "integer", "minimum": 1, "description": "times in a row"},
                  "process": {"$ref": "#/$defs/recorded_process"},
                  "causes": {"type": "array", "items": {"type": "string"}},
                  "holders": {
                    "type": "array", "items": {"$ref": "#/$defs/recorded_process"},
                    "description": "those that had the port in that moment"
                  },
                  "fix": {"type": ["string", "null"]}
                }
              },
              {
                "type": "object",
                "required": ["kind", "from", "to", "why", "count"],
                "additionalProperties": false,
                "properties": {
                  "kind": {"const": "missing"},
                  "from": {"type": "string", "format": "date-time"},
                  "to": {"type": "string", "format": "date-time"},
                  "why": {
                    "enum": ["no-recorder", "lost", "suspended", "clock", "stopped-unexpectedly",
                             "capped", "not-written"]
                  },
                  "count": {"type": ["integer", "null"], "minimum": 0}
                }
              }
            ]
          },
          "recorded_process": {
            "oneOf": [
              {"type": "null"},
              {
                "type": "object",
                "required": ["pid", "start_ticks", "program", "uid", "unit", "container", "directory",
                             "args"],
                "additionalProperties": false,
                "properties": {
                  "pid": {"$ref": "#/$defs/pid"},
                  "start_ticks": {"type": "integer", "minimum": 0},
                  "program": {"type": "string"},
                  "uid": {"type": ["integer", "null"], "minimum": 0},
                  "unit": {"type": ["string", "null"]},
                  "container": {"type": ["string", "null"]},
                  "directory": {"type": ["string", "null"]},
                  "args": {
                    "type": "array", "items": {"type": "string"},
                    "description": "none unless --record-arguments was given"
                  }
                }
              }
            ]
          },
      """;

  private HistorySchema() {}
}
