package inuse.render;

/** The part of {@link Schema} about {@code inuse tune}. */
final class TuneSchema {
  static final String DEFINITIONS =
      """
          "tune_document": {
            "type": "object",
            "description": "what inuse tune prints",
            "required": ["schema", "version", "netns", "netns_of_pid_1", "outcome", "settings",
                         "use", "changes", "file", "warnings", "notes", "message", "instead",
                         "not_looked_at"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.tune/1"},
              "version": {"type": "string"},
              "netns": {"$ref": "#/$defs/netns"},
              "netns_of_pid_1": {
                "type": ["boolean", "null"],
                "description": "whether it is the host's, or the container's; null: not known"
              },
              "outcome": {
                "enum": ["nothing", "planned", "done", "undone", "not-done", "denied", "refused",
                         null],
                "description": "null where the settings were shown"
              },
              "settings": {"type": "array", "items": {"$ref": "#/$defs/setting"}},
              "use": {
                "type": "object",
                "required": ["time_wait", "ephemeral_taken", "busiest", "servers_in_range"],
                "additionalProperties": false,
                "properties": {
                  "time_wait": {"type": "integer", "minimum": 0},
                  "ephemeral_taken": {"type": "integer", "minimum": 0},
                  "busiest": {"type": "array", "items": {"$ref": "#/$defs/destination"}},
                  "servers_in_range": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["protocol", "local", "pid", "command"],
                      "additionalProperties": false,
                      "properties": {
                        "protocol": {"enum": ["tcp", "udp"]},
                        "local": {"type": "string"},
                        "pid": {"type": ["integer", "null"], "minimum": 1},
                        "command": {"type": ["string", "null"]}
                      }
                    }
                  }
                }
              },
              "changes": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["name", "before", "after"],
                  "additionalProperties": false,
                  "properties": {
                    "name": {"$ref": "#/$defs/setting_name"},
                    "before": {"type": "string"},
                    "after": {"type": "string"}
                  }
                }
              },
              "file": {
                "type": ["object", "null"],
                "description": "null where no file changes; content is null where it is removed",
                "required": ["path", "content"],
                "additionalProperties": false,
                "properties": {
                  "path": {"const": "/etc/sysctl.d/60-inuse.conf"},
                  "content": {"type": ["string", "null"]}
                }
              },
              "warnings": {"type": "array", "items": {"type": "string"}},
              "notes": {"type": "array", "items": {"type": "string"}},
              "message": {"type": ["string", "null"]},
              "instead": {"type": ["string", "null"], "description": "the line to run instead"},
              "not_looked_at": {"$ref": "#/$defs/diagnosis/properties/not_looked_at"}
            }
          },
          "destination": {
            "type": "object",
            "required": ["local", "peer", "ports", "time_wait"],
            "additionalProperties": false,
            "properties": {
              "local": {"type": "string"},
              "peer": {"type": "string"},
              "ports": {"type": "integer", "minimum": 1},
              "time_wait": {"type": "integer", "minimum": 0}
            }
          },
          "setting": {
            "type": "object",
            "required": ["name", "value", "default", "allowed", "per_netns", "does", "verdict",
                         "because", "command", "why_unknown"],
            "additionalProperties": false,
            "properties": {
              "name": {"$ref": "#/$defs/setting_name"},
              "value": {"type": ["string", "null"]},
              "default": {
                "type": ["string", "null"], "description": "null where it depends on the memory"
              },
              "allowed": {"type": "string"},
              "per_netns": {"type": "boolean"},
              "does": {"type": "string"},
              "verdict": {"enum": ["fine", "change", "no-effect", "unknown"]},
              "because": {"type": "string"},
              "command": {
                "type": ["array", "null"],
                "minItems": 1,
                "items": {"type": "string"},
                "description": "the line that changes it"
              },
              "why_unknown": {
                "enum": ["denied", "vanished", "unsupported", "timed-out", "unreadable", "too-many",
                         "not-asked", null]
              }
            }
          },
          "setting_name": {
            "enum": ["net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
                     "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_reuse_delay",
                     "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_max_tw_buckets",
                     "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_autobind_reuse",
                     "net.ipv6.bindv6only", "net.ipv4.ip_nonlocal_bind",
                     "net.ipv6.ip_nonlocal_bind"]
          },
      """;

  private TuneSchema() {}
}
