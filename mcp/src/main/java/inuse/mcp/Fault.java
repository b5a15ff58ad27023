package inuse.mcp;

/** Why a message is answered with an error, with the number of JSON-RPC or of MCP. */
enum Fault {
  /** It is no JSON. */
  PARSE(-32700),
  /** It is no message of JSON-RPC. */
  REQUEST(-32600),
  /** There is no such method. */
  METHOD(-32601),
  /** The method exists, but not with those parameters. */
  PARAMETERS(-32602),
  /** This server failed. */
  INTERNAL(-32603),
  /** The revision of the protocol is not spoken here. */
  REVISION(-32022);

  private final int code;

  Fault(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
