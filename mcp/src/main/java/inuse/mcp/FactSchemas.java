package inuse.mcp;

/** The JSON Schemas (2020-12) of the facts that the tools tell. */
final class FactSchemas {
  /** Text, or nothing where it is not known. */
  static final String TEXT = "{\"type\": [\"string\", \"null\"]}";

  private static final String WHOLE = "{\"type\": [\"integer\", \"null\"], \"minimum\": 0}";

  private static final String GAPS =
      """
      "not_looked_at": {
        "type": "array",
        "description": "what could not be seen, and may be missing here",
        "items": {
          "type": "object",
          "required": ["what", "why"],
          "additionalProperties": false,
          "properties": {"what": {"type": "string"}, "why": {"type": "string"}}
        }
      }
      """;

  static final String WHY =
      """
      {
        "type": "object",
        "required": ["answers"],
        "additionalProperties": false,
        "properties": {
          "answers": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["target", "verdict", "causes", "notes", "not_looked_at"],
              "additionalProperties": false,
              "properties": {
                "target": {"type": "string"},
                "verdict": {
                  "enum": ["free", "free-with-reuseaddr", "blocked", "denied", "not-local", "unknown"]
                },
                "causes": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["id", "severity", "blocks", "holders", "more_holders", "remedies",
                                 "untrusted"],
                    "additionalProperties": false,
                    "properties": {
                      "id": {"type": "string", "description": "inuse explain ID has a page about it"},
                      "severity": {"enum": ["critical", "warning", "info"]},
                      "blocks": {
                        "type": "array", "items": {"enum": ["plain", "reuseaddr", "reuseport"]},
                        "description": "servers that cannot bind for it"
                      },
                      "holders": {"type": "array", "items": {"$ref": "#/$defs/holder"}},
                      "more_holders": {"type": "integer", "minimum": 0},
                      "remedies": {
                        "type": "array",
                        "items": {
                          "type": "object",
                          "required": ["id", "needs_root", "untrusted"],
                          "additionalProperties": false,
                          "properties": {
                            "id": {"type": "string"},
                            "needs_root": {"type": "boolean"},
                            "untrusted": {
                              "type": "object",
                              "required": ["effect", "command"],
                              "additionalProperties": false,
                              "properties": {"effect": {"type": "string"}, "command": @TEXT@}
                            }
                          }
                        }
                      },
                      "untrusted": {"$ref": "#/$defs/summary"}
                    }
                  }
                },
                "notes": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["id", "untrusted"],
                    "additionalProperties": false,
                    "properties": {
                      "id": {"type": "string"}, "untrusted": {"$ref": "#/$defs/summary"}
                    }
                  }
                },
                @GAPS@
              }
            }
          }
        },
        "$defs": {
          "summary": {
            "type": "object",
            "required": ["summary"],
            "additionalProperties": false,
            "properties": {"summary": @TEXT@}
          },
          "holder": {
            "type": "object",
            "required": ["pid", "started_at", "uid", "state", "parents", "untrusted"],
            "additionalProperties": false,
            "properties": {
              "pid": {"type": "integer", "minimum": 1},
              "started_at": @TEXT@,
              "uid": @WHOLE@,
              "state": @TEXT@,
              "parents": {
                "type": "array", "items": {"type": "integer", "minimum": 1},
                "description": "its parent first, PID 1 last"
              },
              "untrusted": {
                "type": "object",
                "required": ["program", "script", "name", "user", "directory", "unit", "container"],
                "additionalProperties": false,
                "properties": {
                  "program": @TEXT@, "script": @TEXT@, "name": @TEXT@, "user": @TEXT@,
                  "directory": @TEXT@, "unit": @TEXT@, "container": @TEXT@,
                  "arguments": {"type": "array", "items": {"type": "string"}}
                }
              }
            }
          }
        }
      }
      """
          .replace("@GAPS@", GAPS)
          .replace("@TEXT@", TEXT)
          .replace("@WHOLE@", WHOLE);

  static final String LIST =
      """
      {
        "type": "object",
        "required": ["rows", "more_rows", "not_looked_at"],
        "additionalProperties": false,
        "properties": {
          "rows": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["protocol", "ports", "addresses", "reach", "cause", "pid", "uid", "since",
                           "workers", "kept_by", "left_over", "untrusted"],
              "additionalProperties": false,
              "properties": {
                "protocol": {"enum": ["tcp", "udp", "unix"]},
                "ports": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 65535}},
                "addresses": {"type": "array", "items": {"type": "string"}},
                "reach": {
                  "enum": ["everyone", "lan", "local", "inside"],
                  "description": "by its address alone: a packet filter may be in front"
                },
                "cause": @TEXT@,
                "pid": {"type": ["integer", "null"], "minimum": 1},
                "uid": @WHOLE@,
                "since": @TEXT@,
                "workers": {"type": "integer", "minimum": 0},
                "kept_by": {
                  "type": "string",
                  "description": "what keeps it running, as kept_by.kind of inuse list --json"
                },
                "left_over": {
                  "enum": ["starter", "directory", null],
                  "description": "what is gone that it was left over by"
                },
                "untrusted": {
                  "type": "object",
                  "required": ["program", "script", "user", "directory", "project", "branch", "keeper",
                               "path"],
                  "additionalProperties": false,
                  "properties": {
                    "program": @TEXT@, "script": @TEXT@, "user": @TEXT@, "directory": @TEXT@,
                    "project": @TEXT@, "branch": @TEXT@, "keeper": @TEXT@, "path": @TEXT@
                  }
                }
              }
            }
          },
          "more_rows": {"type": "integer", "minimum": 0, "description": "for which there was no room"},
          @GAPS@
        }
      }
      """
          .replace("@GAPS@", GAPS)
          .replace("@TEXT@", TEXT)
          .replace("@WHOLE@", WHOLE);

  static final String HISTORY =
      """
      {
        "type": "object",
        "required": ["recorded", "running", "entries", "more_entries"],
        "additionalProperties": false,
        "properties": {
          "recorded": {"type": "boolean", "description": "whether anything was, in that time"},
          "running": {"type": "boolean", "description": "what is still held is held now"},
          "entries": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["kind", "target", "from", "to", "end", "count", "causes", "process",
                           "holders"],
              "additionalProperties": false,
              "properties": {
                "kind": {"enum": ["held", "refused", "missing"]},
                "target": @TEXT@,
                "from": {"type": "string", "description": "in UTC"},
                "to": @TEXT@,
                "end": {
                  "type": ["string", "null"],
                  "description": "released, still (at 'to'), or unseen: before 'to'; why it is missing"
                },
                "count": @WHOLE@,
                "causes": {"type": "array", "items": {"type": "string"}},
                "process": {"oneOf": [{"type": "null"}, @PROCESS@]},
                "holders": {"type": "array", "items": @PROCESS@}
              }
            }
          },
          "more_entries": {"type": "integer", "minimum": 0, "description": "earlier ones"}
        }
      }
      """
          .replace(
              "@PROCESS@",
              """
              {
                "type": "object",
                "required": ["pid", "uid", "untrusted"],
                "additionalProperties": false,
                "properties": {
                  "pid": {"type": "integer", "minimum": 1},
                  "uid": @WHOLE@,
                  "untrusted": {
                    "type": "object",
                    "required": ["program", "directory", "unit", "container"],
                    "additionalProperties": false,
                    "properties": {
                      "program": @TEXT@, "directory": @TEXT@, "unit": @TEXT@, "container": @TEXT@
                    }
                  }
                }
              }\
              """)
          .replace("@TEXT@", TEXT)
          .replace("@WHOLE@", WHOLE);

  private FactSchemas() {}
}
