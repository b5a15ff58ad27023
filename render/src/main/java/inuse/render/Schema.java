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
          {"$ref": "#/$defs/free_document"},
          {"$ref": "#/$defs/hold_document"},
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
              "results": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/result"}}
            }
          },
          "result": {
            "type": "object",
            "required": ["target", "outcome", "steps", "verified_by", "free_for", "rest_ms", "message",
                         "instead"],
            "additionalProperties": false,
            "properties": {
              "target": {
                "oneOf": [{"$ref": "#/$defs/target"}, {"$ref": "#/$defs/unix_target"}]
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
                      "code": {"enum": [2, 3, 4, 70]},
                      "message": {"type": "string"},
                      "instead": {"type": "string"}
                    }
                  }
                }
              },
          """
          + DiagnosisSchema.DEFINITIONS
          + ListSchema.DEFINITIONS
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
