package inuse.render;

/** The part of {@link Schema} about what is found at an address. */
final class DiagnosisSchema {
  static final String DEFINITIONS =
      """
          "gap": {
            "type": "object",
            "required": ["what", "why", "remedy"],
            "additionalProperties": false,
            "properties": {
              "what": {"type": "string"},
              "why": {
                "enum": ["denied", "vanished", "unsupported", "timed-out", "unreadable", "too-many",
                         "not-asked"]
              },
              "remedy": {"type": "string"}
            }
          },
          "diagnosis": {
            "type": "object",
            "required": ["target", "verdict", "probes", "causes", "notes", "not_looked_at"],
            "additionalProperties": false,
            "properties": {
              "target": {
                "oneOf": [{"$ref": "#/$defs/target"}, {"$ref": "#/$defs/unix_target"}]
              },
              "verdict": {
                "enum": ["free", "free-with-reuseaddr", "blocked", "denied", "not-local", "unknown"]
              },
              "probes": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["address", "options", "result"],
                  "additionalProperties": false,
                  "properties": {
                    "address": {"type": "string"},
                    "options": {"type": "array", "items": {
                        "enum": ["SO_REUSEADDR", "SO_REUSEPORT", "IPV6_V6ONLY", "IP_FREEBIND",
                                 "SO_BINDTODEVICE"]
                      }},
                    "result": {"type": "string", "description": "ok, or the name of an errno"}
                  }
                }
              },
              "causes": {"type": "array", "items": {"$ref": "#/$defs/cause"}},
              "notes": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["id", "summary"],
                  "additionalProperties": false,
                  "properties": {
                    "id": {
                      "enum": ["client", "udp-also-held", "reparented", "inherited", "accept-queue",
                               "hidden-reference", "other-namespace",
                               "forwarded-without-socket", "well-known", "recorded", "wsl", "shared", "who-answers"]
                    },
                    "summary": {"type": "string"}
                  }
                }
              },
              "search": {"$ref": "#/$defs/search"},
              "not_looked_at": {"type": "array", "items": {"$ref": "#/$defs/gap"}},
              "crowd": {
                "type": "object",
                "required": ["connections", "served", "elsewhere", "unseen", "kinds", "holders"],
                "additionalProperties": false,
                "properties": {
                  "connections": {"type": "integer", "minimum": 1},
                  "served": {"type": "integer", "minimum": 0},
                  "elsewhere": {"type": "integer", "minimum": 0},
                  "unseen": {"type": "integer", "minimum": 0},
                  "kinds": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["state", "uid", "user", "open", "count"],
                      "additionalProperties": false,
                      "properties": {
                        "state": {"type": "string"},
                        "uid": {"type": ["integer", "null"], "minimum": 0},
                        "user": {"type": ["string", "null"]},
                        "open": {"type": "boolean"},
                        "count": {"type": "integer", "minimum": 1}
                      }
                    }
                  },
                  "holders": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["pid", "count"],
                      "additionalProperties": false,
                      "properties": {
                        "pid": {"type": "integer", "minimum": 1},
                        "count": {"type": "integer", "minimum": 1}
                      }
                    }
                  }
                }
              }
            }
          },
          "search": {
            "type": "object",
            "description": "how the holders of a port were searched for",
            "required": ["by", "refused", "complete", "proved", "hidden"],
            "additionalProperties": false,
            "properties": {
              "by": {"enum": ["proc", "kcmp", "bpf-task", "bpf-task-file"]},
              "refused": {
                "type": "array",
                "items": {"type": "string"},
                "description": "quicker ways that could not be gone, each with why"
              },
              "complete": {
                "type": "boolean",
                "description": "whether every table of descriptors that can be seen was read"
              },
              "proved": {
                "type": "boolean",
                "description": "whether the kernel counts no reference that is not accounted for"
              },
              "hidden": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "references that no table shows; null where they could not be counted"
              }
            }
          },
          "target": {
            "type": "object",
            "required": ["protocol", "address", "port", "netns"],
            "additionalProperties": false,
            "properties": {
              "protocol": {"enum": ["tcp", "udp"]},
              "address": {"type": "string", "description": "* for 0.0.0.0 and [::]"},
              "port": {"$ref": "#/$defs/port"},
              "netns": {"$ref": "#/$defs/netns"}
            }
          },
          "unix_target": {
            "type": "object",
            "required": ["protocol", "netns"],
            "oneOf": [{"required": ["path"]}, {"required": ["abstract"]}],
            "additionalProperties": false,
            "properties": {
              "protocol": {"const": "unix"},
              "path": {"type": "string", "minLength": 1},
              "abstract": {
                "type": "string", "minLength": 1, "description": "without the NUL before it"
              },
              "netns": {"$ref": "#/$defs/netns"}
            }
          },
          "cause": {
            "type": "object",
            "required": ["id", "severity", "blocks", "via", "summary", "sockets", "holders",
                         "remedies"],
            "additionalProperties": false,
            "properties": {
              "id": {
                "enum": ["held-port", "own-run", "previous-instance", "another-service", "listener", "orphaned-child",
                         "zombie-leader", "unlisted-reference", "socket-activation",
                         "container-port", "kernel-socket", "bound-not-listening",
                         "outgoing-connection", "self-connection", "open-connection",
                         "closing-connection", "time-wait", "udp-socket", "reuseport-mismatch",
                         "listen-conflict", "search-ended", "hidden-holder", "stale-socket-file",
                         "live-socket-file", "not-a-socket", "abstract-socket",
                         "privileged-port", "bind-policy", "address-not-local",
                         "ephemeral-exhausted", "unexplained"]
              },
              "severity": {"enum": ["critical", "warning", "info"]},
              "blocks": {
                "type": "array",
                "uniqueItems": true,
                "items": {"enum": ["plain", "reuseaddr", "reuseport"]}
              },
              "via": {
                "enum": ["thread-table", "blocked-accept", "scm-rights", "io-uring", "mmap", null]
              },
              "summary": {"type": "string"},
              "sockets": {"type": "array", "items": {"$ref": "#/$defs/socket"}},
              "holders": {"type": "array", "items": {"$ref": "#/$defs/holder"}},
              "remedies": {"type": "array", "items": {"$ref": "#/$defs/remedy"}}
            }
          },
          "socket": {
            "type": "object",
            "required": ["protocol", "state", "local", "peer", "uid", "user", "inode", "cgroup",
                         "interface", "expires_ms", "reuseaddr", "reuseport", "v6only"],
            "additionalProperties": false,
            "properties": {
              "protocol": {"$ref": "#/$defs/protocol"},
              "state": {
                "enum": ["LISTEN", "BOUND", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT1",
                         "FIN_WAIT2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT", "OTHER"]
              },
              "local": {
                "type": "string",
                "description": "of a unix socket: the name as bind was given it"
              },
              "peer": {"type": ["string", "null"]},
              "uid": {"type": ["integer", "null"], "minimum": 0},
              "user": {"type": ["string", "null"]},
              "inode": {"type": ["integer", "null"], "minimum": 1},
              "cgroup": {"type": ["string", "null"]},
              "interface": {"type": ["string", "null"]},
              "expires_ms": {"type": ["integer", "null"], "minimum": 0},
              "reuseaddr": {"type": ["boolean", "null"]},
              "reuseport": {"type": ["boolean", "null"]},
              "v6only": {"type": ["boolean", "null"]}
            }
          },
          "holder": {
            "type": "object",
            "required": ["pid", "started_at", "command", "args", "exe", "cwd", "uid", "user",
                         "state", "fds", "supervisor", "container", "ancestry"],
            "additionalProperties": false,
            "properties": {
              "pid": {"$ref": "#/$defs/pid"},
              "started_at": {"type": ["string", "null"], "format": "date-time"},
              "command": {"type": "string"},
              "args": {"type": ["array", "null"], "items": {"type": "string"}},
              "exe": {"type": ["string", "null"]},
              "cwd": {"type": ["string", "null"]},
              "uid": {"type": ["integer", "null"], "minimum": 0},
              "user": {"type": ["string", "null"]},
              "state": {
                "enum": ["running", "sleeping", "disk-sleep", "zombie", "stopped", "traced",
                         "dead", "idle", null]
              },
              "fds": {"type": "array", "items": {"type": "integer", "minimum": 0}},
              "supervisor": {
                "type": ["object", "null"],
                "required": ["kind", "name"],
                "additionalProperties": false,
                "properties": {
                  "kind": {
                    "enum": ["systemd", "pm2", "supervisord", "runit", "s6", "nodemon",
                             "node --watch", "tsx watch", "ts-node-dev", "entr", "watchexec",
                             "air", "cargo-watch", "autossh", "concurrently --restart",
                             "concurrently", "foreman", "tmux", "screen", "ssh", "ide",
                             "agent"]
                  },
                  "name": {"type": ["string", "null"], "description": "what it calls the process"},
                  "user": {"type": "boolean", "description": "whether a user's own manager runs it"},
                  "restart": {"type": ["string", "null"], "description": "systemd's Restart="},
                  "pid": {"$ref": "#/$defs/pid"},
                  "word_of": {"$ref": "#/$defs/wordOf"}
                }
              },
              "container": {
                "type": ["object", "null"],
                "description": "the container it runs in, or forwards the port to",
                "required": ["engine", "id", "name", "image", "restart", "pod"],
                "additionalProperties": false,
                "properties": {
                  "engine": {"enum": ["docker", "podman", "containerd", "cri-o", "cri"]},
                  "id": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                  "name": {"type": ["string", "null"]},
                  "image": {"type": ["string", "null"]},
                  "restart": {"type": ["string", "null"], "description": "the restart policy"},
                  "pod": {"type": ["string", "null"], "description": "UID of the Kubernetes pod"},
                  "word_of": {"$ref": "#/$defs/wordOf"}
                }
              },
              "ancestry": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["pid", "command"],
                  "additionalProperties": false,
                  "properties": {
                    "pid": {"$ref": "#/$defs/pid"},
                    "command": {"type": "string"}
                  }
                }
              }
            }
          },
          "remedy": {
            "type": "object",
            "required": ["id", "command", "needs_root", "effect"],
            "additionalProperties": false,
            "properties": {
              "id": {"$ref": "#/$defs/remedy_id"},
              "command": {
                "type": ["array", "null"],
                "minItems": 1,
                "items": {"type": "string"},
                "description": "null where the remedy is no command"
              },
              "needs_root": {"type": "boolean"},
              "effect": {"type": "string"}
            }
          },
      """;

  private DiagnosisSchema() {}
}
