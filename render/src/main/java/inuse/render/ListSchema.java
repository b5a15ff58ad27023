package inuse.render;

/** The part of the schema that describes {@code inuse list --json}. */
final class ListSchema {
  static final String DEFINITIONS =
      """
          "list_document": {
            "type": "object",
            "description": "what inuse list prints",
            "required": ["schema", "version", "taken_at", "rows", "namespaces", "other_namespaces",
                         "differences", "not_looked_at"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.list/1"},
              "version": {"type": "string"},
              "taken_at": {"type": "string", "format": "date-time"},
              "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}},
              "namespaces": {
                "type": "array", "minItems": 1, "items": {"$ref": "#/$defs/space"},
                "description": "the network namespaces that were looked at, our own first"
              },
              "other_namespaces": {
                "type": "integer", "minimum": 0,
                "description": "how many more there are"
              },
              "differences": {
                "type": ["array", "null"], "items": {"$ref": "#/$defs/difference"},
                "description": "from the file of --expect; null without one"
              },
              "not_looked_at": {"type": "array", "items": {"$ref": "#/$defs/gap"}}
            }
          },
          "difference": {
            "type": "object",
            "required": ["kind", "expected", "found"],
            "additionalProperties": false,
            "properties": {
              "kind": {"enum": ["missing", "new", "program", "reach"]},
              "expected": {"oneOf": [{"$ref": "#/$defs/served"}, {"type": "null"}]},
              "found": {"oneOf": [{"$ref": "#/$defs/served"}, {"type": "null"}]}
            }
          },
          "served": {
            "type": "object",
            "required": ["protocol", "place", "reach", "program"],
            "additionalProperties": false,
            "properties": {
              "protocol": {"$ref": "#/$defs/protocol"},
              "place": {"type": "string", "description": "the port, or the name of a unix socket"},
              "reach": {"type": "string"},
              "program": {"type": "string", "description": "? where it cannot be seen, or may be any"}
            }
          },
          "change_document": {
            "type": "object",
            "description": "a line of inuse watch: one for each row at first, then one for each change",
            "required": ["schema", "version", "at", "change", "row"],
            "additionalProperties": false,
            "properties": {
              "schema": {"const": "inuse.change/1"},
              "version": {"type": "string"},
              "at": {"type": "string", "format": "date-time"},
              "change": {
                "enum": ["held", "new", "changed", "ended"],
                "description": "held: at the first look; changed: other sockets or processes"
              },
              "row": {"$ref": "#/$defs/row"}
            }
          },
          "space": {
            "type": "object",
            "required": ["netns", "own", "name", "sockets", "outgoing", "uncounted"],
            "additionalProperties": false,
            "properties": {
              "netns": {"$ref": "#/$defs/netns"},
              "own": {"type": "boolean"},
              "name": {"type": ["string", "null"]},
              "sockets": {
                "type": "integer", "minimum": 0,
                "description": "all that have a port, connections too"
              },
              "outgoing": {
                "type": "integer", "minimum": 0,
                "description": "those of them that are connections on ephemeral ports, which have no row"
              },
              "uncounted": {
                "type": "integer", "minimum": 0,
                "description": "those of them for which there was no room"
              }
            }
          },
          "answers": {
            "type": "object",
            "required": ["port", "names", "shadows"],
            "additionalProperties": false,
            "properties": {
              "port": {"$ref": "#/$defs/port"},
              "names": {
                "type": "array", "items": {"type": "string"},
                "description": "by which clients reach this one, each time or now and then"
              },
              "shadows": {
                "type": "array",
                "description": "names that it listens for, too, and by which clients reach another",
                "items": {
                  "type": "object",
                  "required": ["name", "pids"],
                  "additionalProperties": false,
                  "properties": {
                    "name": {"type": "string"},
                    "pids": {
                      "type": "array", "items": {"type": "integer", "minimum": 1},
                      "description": "the processes that they reach; empty where none is visible"
                    }
                  }
                }
              }
            }
          },
          "row": {
            "type": "object",
            "description": "a holder, and the ports that it has in the same manner",
            "required": ["protocol", "ports", "addresses", "reach", "interface", "blocks",
                         "blocks_all_known", "count", "answers", "netns", "cause", "program", "script", "pid",
                         "uid", "user", "since", "workers", "clients", "kept_by", "left_over",
                         "directory", "directory_removed", "project", "branch", "sockets", "holders"],
            "additionalProperties": false,
            "properties": {
              "protocol": {"$ref": "#/$defs/protocol"},
              "ports": {"type": "array", "items": {"$ref": "#/$defs/port"}},
              "addresses": {
                "type": "array", "minItems": 1, "items": {"type": "string"},
                "description": "with their ports; the name of a unix socket"
              },
              "reach": {
                "enum": ["everyone", "lan", "local", "inside"],
                "description": "by its address alone: a packet filter may be in front"
              },
              "interface": {"type": ["string", "null"], "description": "by which alone it is reached"},
              "blocks": {
                "type": "array", "items": {"enum": ["plain", "reuseaddr", "reuseport"]},
                "description": "servers that cannot bind there"
              },
              "blocks_all_known": {
                "type": "boolean",
                "description": "false where the options of the socket could not be read"
              },
              "count": {"type": "integer", "minimum": 1, "description": "how many sockets they are"},
              "answers": {
                "type": "array", "items": {"$ref": "#/$defs/answers"},
                "description": "who answers at those of the ports that other servers have, too"
              },
              "netns": {"$ref": "#/$defs/netns"},
              "cause": {
                "type": ["string", "null"],
                "description": "the id that inuse PORT gives it; null for unix sockets"
              },
              "program": {"type": ["string", "null"], "description": "name of the executable"},
              "script": {"type": ["string", "null"], "description": "what an interpreter runs"},
              "pid": {"type": ["integer", "null"], "minimum": 1},
              "uid": {"type": ["integer", "null"], "minimum": 0},
              "user": {"type": ["string", "null"]},
              "since": {"type": ["string", "null"], "format": "date-time"},
              "workers": {"type": "integer", "minimum": 0},
              "recorded": {
                "type": "object",
                "description": "who bound it, as a recorder that runs saw; only where no process is visible",
                "required": ["program", "pid"],
                "additionalProperties": false,
                "properties": {
                  "program": {"type": "string"},
                  "pid": {"type": "integer", "minimum": 1}
                }
              },
              "clients": {"type": ["integer", "null"], "minimum": 0},
              "kept_by": {
                "type": "object",
                "required": ["kind", "name", "sure", "project", "published"],
                "additionalProperties": false,
                "properties": {
                  "kind": {
                    "type": "string",
                    "description": "unit, socket-unit, container, swarm-service, kernel, itself, nobody, unknown, hidden, or the kind of a process manager"
                  },
                  "name": {
                    "type": ["string", "null"],
                    "description": "of tmux, session and window"
                  },
                  "project": {
                    "type": ["string", "null"],
                    "description": "the project of Compose that a container belongs to"
                  },
                  "sure": {
                    "type": "boolean",
                    "description": "false where it merely calls itself so"
                  },
                  "published": {
                    "type": "boolean",
                    "description": "a container's port that its engine forwards, past the filters of the host's own ports"
                  }
                }
              },
              "left_over": {
                "enum": ["starter", "directory", null],
                "description": "what is gone that it was left over by"
              },
              "directory": {"type": ["string", "null"]},
              "directory_removed": {"type": ["boolean", "null"]},
              "project": {"type": ["string", "null"], "description": "the nearest one with a .git"},
              "branch": {"type": ["string", "null"]},
              "sockets": {"type": "array", "items": {"$ref": "#/$defs/socket"}},
              "holders": {"type": "array", "items": {"$ref": "#/$defs/holder"}}
            }
          },
      """;

  private ListSchema() {}
}
