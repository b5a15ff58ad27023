package inuse.render;

/** The JSON Schema (2020-12) of what {@code --json} prints, as {@code inuse schema} prints it. */
public final class Schema {
  public static final String TEXT =
      """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What inuse --json prints",
        "oneOf": [
          {"$ref": "#/$defs/diagnosis_document"},
          {"$ref": "#/$defs/list_document"},
          {"$ref": "#/$defs/change_document"},
          {"$ref": "#/$defs/history_document"},
          {"$ref": "#/$defs/free_document"},
          {"$ref": "#/$defs/hold_document"},
          {"$ref": "#/$defs/wait_document"},
          {"$ref": "#/$defs/next_document"},
          {"$ref": "#/$defs/notice_document"},
          {"$ref": "#/$defs/tune_document"},
          {"$ref": "#/$defs/error_document"}
        ],
        "$defs": {
          "diagnosis_document": {
            "type": "object",
            "required": ["schema", "version", "diagnoses"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.diagnosis/1"},
              "version": {"type": "string"},
              "diagnoses": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/diagnosis"}}
            }
          },
          "free_document": {
            "type": "object",
            "description": "what inuse free and inuse wait print",
            "required": ["schema", "version", "results"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.free/1"},
              "version": {"type": "string"},
              "results": {"type": "array", "items": {"$ref": "#/$defs/result"}}
            }
          },
          "wait_document": {
            "type": "object",
            "description": "what inuse wait --until listening prints",
            "required": ["schema", "version", "until", "results"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.wait/1"},
              "version": {"type": "string"},
              "until": {"const": "listening"},
              "results": {
                "type": "array",
                "minItems": 1,
                "items": {
                  "type": "object",
                  "required": ["target", "outcome", "holders"],
                  "additionalProperties": false,
                  "properties": {
                    "target": {"$ref": "#/$defs/target"},
                    "outcome": {"enum": ["listening", "timed-out"]},
                    "holders": {
                      "type": "array", "items": {"$ref": "#/$defs/holder"},
                      "description": "the processes that have it"
                    }
                  }
                }
              }
            }
          },
          "next_document": {
            "type": "object",
            "description": "what inuse next prints",
            "required": ["schema", "version", "protocol", "address", "first", "last", "wanted", "ports"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.next/1"},
              "version": {"type": "string"},
              "protocol": {"$ref": "#/$defs/protocol"},
              "address": {"type": "string", "description": "* for every address"},
              "first": {"$ref": "#/$defs/port"},
              "last": {"$ref": "#/$defs/port"},
              "wanted": {"type": "integer", "minimum": 1},
              "ports": {
                "type": "array", "items": {"$ref": "#/$defs/port"},
                "description": "those that can be bound, fewer than wanted where there are no more"
              }
            }
          },
          "notice_document": {
            "type": "object",
            "description": "what inuse run says besides, a line each on standard error",
            "required": ["schema", "version", "message"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.notice/1"},
              "version": {"type": "string"},
              "message": {"type": "string"}
            }
          },
          "result": {
            "type": "object",
            "required": ["target", "holders", "holders_after", "outcome", "steps", "verified_by", "free_for", "rest_ms", "message",
                         "instead"],
            "additionalProperties": false,
            "properties": {
              "target": {
                "oneOf": [{"$ref": "#/$defs/target"}, {"$ref": "#/$defs/unix_target"}]
              },
              "holders": {
                "type": "array", "items": {"$ref": "#/$defs/holder"},
                "description": "the processes that were in the way"
              },
              "holders_after": {
                "type": "array", "items": {"$ref": "#/$defs/holder"},
                "description": "those that are now; none where it is free"
              },
              "outcome": {
                "enum": ["already-free", "freed", "forced", "respawned", "still-held", "refused",
                         "denied", "timed-out", null],
                "description": "null with --dry-run"
              },
              "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
              "verified_by": {
                "enum": ["bind", "table", null],
                "description": "table where this user may not bind there"
              },
              "free_for": {
                "enum": ["any", "reuseaddr", null],
                "description": "reuseaddr: only for a server that sets SO_REUSEADDR, as the former did"
              },
              "rest_ms": {
                "type": ["integer", "null"], "minimum": 0,
                "description": "until it is free for a server without SO_REUSEADDR too"
              },
              "message": {"type": ["string", "null"]},
              "instead": {"type": ["string", "null"], "description": "the line to run instead"}
            }
          },
          "step": {
            "type": "object",
            "required": ["remedy", "pid", "socket_uid", "signal", "result", "after_ms"],
            "additionalProperties": false,
            "properties": {
              "remedy": {"$ref": "#/$defs/remedy_id"},
              "pid": {"type": ["integer", "null"], "minimum": 1},
              "socket_uid": {
                "type": ["integer", "null"], "minimum": 0,
                "description": "who made the socket that it holds, where that is neither its own user nor root"
              },
              "signal": {"type": ["string", "null"], "description": "such as SIGTERM"},
              "result": {
                "enum": ["planned", "done", "exited", "released", "survived", "denied",
                         "unavailable", "failed"]
              },
              "after_ms": {"type": "integer", "minimum": 0}
            }
          },
          "hold_document": {
            "type": "object",
            "description": "what inuse hold prints, in one line",
            "required": ["schema", "version", "pid", "held", "refused"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.hold/1"},
              "version": {"type": "string"},
              "pid": {"$ref": "#/$defs/pid", "description": "of the process that holds them"},
              "held": {
                "type": "array",
                "description": "in the order in which they were asked for; all of them, or none",
                "items": {
                  "type": "object",
                  "required": ["name", "target"],
                  "additionalProperties": false,
                  "properties": {
                    "name": {"type": ["string", "null"], "description": "by --env"},
                    "target": {"$ref": "#/$defs/held_target"}
                  }
                }
              },
              "refused": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["target", "errno"],
                  "additionalProperties": false,
                  "properties": {
                    "target": {"$ref": "#/$defs/held_target"},
                    "errno": {"type": "string", "description": "such as EADDRINUSE"}
                  }
                }
              }
            }
          },
          "held_target": {
            "type": "object",
            "required": ["protocol", "address", "port"],
            "additionalProperties": false,
            "properties": {
              "protocol": {"const": "tcp"},
              "address": {"type": "string", "description": "* for every address of both families"},
              "port": {"$ref": "#/$defs/port"}
            }
          },
      """
          + TuneSchema.DEFINITIONS
          + """
              "error_document": {
                "type": "object",
                "required": ["schema", "error"],
                "additionalProperties": false,
                "properties": {
                  "schema": {"const": "inuse.error/1"},
                  "error": {
                    "type": "object",
                    "required": ["code", "message", "instead"],
                    "additionalProperties": false,
                    "properties": {
                      "code": {"enum": [2, 3, 4, 70, 125, 126, 127]},
                      "message": {"type": "string"},
                      "instead": {"type": "string"}
                    }
                  }
                }
              },
          """
          + DiagnosisSchema.DEFINITIONS
          + ListSchema.DEFINITIONS
          + HistorySchema.DEFINITIONS
          + """
              "remedy_id": {
                "enum": ["stop-unit", "stop-container", "terminate", "kill", "resume-then-terminate",
                         "destroy-socket", "wait", "use-reuseaddr", "remove-socket-file",
                         "reserve-port", "remove-device", "reconfigure", "use-other-port", "run-as-root", "bind-once", "bind-no-port",
                         "bind-nonlocal", "name-interface", "name-namespace", "enable-ipv6",
                         "repair-address", "use-other-address", "reboot"]
              },
              "protocol": {"enum": ["tcp", "udp", "unix"]},
              "netns": {"type": ["integer", "null"], "description": "inode of the namespace"},
              "port": {"type": "integer", "minimum": 0, "maximum": 65535},
              "pid": {"type": "integer", "minimum": 1},
              "wordOf": {
                "type": ["integer", "null"], "minimum": 0,
                "description": "the user whose word it is, 0 also for the kernel's; null: no user's that could be believed"
              }
            }
          }
          """;

  private Schema() {}
}
