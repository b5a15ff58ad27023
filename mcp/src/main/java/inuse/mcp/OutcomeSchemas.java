package inuse.mcp;

/** The JSON Schemas (2020-12) of how waiting for a port, holding one and freeing one ended. */
final class OutcomeSchemas {
  private static final String PROOF =
      """
      "verified_by": {
        "enum": ["bind", "table", null],
        "description": "how it is known to be free; table where this user may not bind there"
      },
      "free_for": {
        "enum": ["any", "reuseaddr", null],
        "description": "reuseaddr: only for a server that sets SO_REUSEADDR, as the former did"
      },
      "rest_ms": {
        "type": ["integer", "null"], "minimum": 0,
        "description": "until it is free for a server without SO_REUSEADDR too"
      }
      """;

  static final String WAIT =
      """
      {
        "type": "object",
        "required": ["target", "outcome", "waited_ms", "verified_by", "free_for", "rest_ms",
                     "untrusted"],
        "additionalProperties": false,
        "properties": {
          "target": {"type": "string"},
          "outcome": {"enum": ["already-free", "freed", "listening", "timed-out"]},
          "waited_ms": {"type": "integer", "minimum": 0},
          @PROOF@,
          "untrusted": {
            "type": "object",
            "required": ["message"],
            "additionalProperties": false,
            "properties": {"message": @TEXT@}
          }
        }
      }
      """
          .replace("@PROOF@", PROOF)
          .replace("@TEXT@", FactSchemas.TEXT);

  static final String HOLD =
      """
      {
        "type": "object",
        "required": ["got", "held", "refused"],
        "additionalProperties": false,
        "properties": {
          "got": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": 65535},
            "description": "what was asked for: bind there; none where one was refused"
          },
          "held": {
            "type": "array",
            "items": {"type": "string"},
            "description": "all that this session holds now"
          },
          "refused": {
            "type": "array",
            "description": "ask why about the target",
            "items": {
              "type": "object",
              "required": ["target", "errno"],
              "additionalProperties": false,
              "properties": {"target": {"type": "string"}, "errno": {"type": "string"}}
            }
          }
        }
      }
      """;

  static final String FREE =
      """
      {
        "type": "object",
        "required": ["target", "outcome", "acts", "verified_by", "free_for", "rest_ms", "untrusted"],
        "additionalProperties": false,
        "properties": {
          "target": {"type": "string"},
          "outcome": {
            "enum": ["already-free", "freed", "forced", "respawned", "still-held", "refused", "denied",
                     "timed-out", "planned", "declined"],
            "description": "planned: nothing was done, since the user could not be asked"
          },
          "acts": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["remedy", "pid", "signal", "result", "after_ms", "untrusted"],
              "additionalProperties": false,
              "properties": {
                "remedy": {"type": "string"},
                "pid": {"type": ["integer", "null"], "minimum": 1},
                "signal": @TEXT@,
                "result": {
                  "enum": ["planned", "done", "exited", "released", "survived", "denied",
                           "unavailable", "failed"]
                },
                "after_ms": {"type": "integer", "minimum": 0},
                "untrusted": {
                  "type": "object",
                  "required": ["name"],
                  "additionalProperties": false,
                  "properties": {"name": @TEXT@}
                }
              }
            }
          },
          @PROOF@,
          "untrusted": {
            "type": "object",
            "required": ["message", "instead"],
            "additionalProperties": false,
            "properties": {
              "message": @TEXT@,
              "instead": {"type": ["string", "null"], "description": "what to do, or to tell the user"}
            }
          }
        }
      }
      """
          .replace("@PROOF@", PROOF)
          .replace("@TEXT@", FactSchemas.TEXT);

  private OutcomeSchemas() {}
}
