// Drives inuse mcp by an official client, and prints what came of it, a JSON document a line.
//
//   node drive.mjs CLIENT ANSWER EXECUTABLE [OPTION...] < CALLS
//
// CLIENT is "1" (the SDK, initialize), "2" (server/discover, pinned) or "auto" (it finds out). ANSWER is what
// its user says to a question: accept, decline, cancel, or "mute" for a client without elicitation. CALLS has
// a call a line: {"name": "why", "arguments": {...}}; with "cancel_after_ms" it is given up after that time.
import { createInterface } from 'node:readline';
import * as first from '@modelcontextprotocol/sdk/client/index.js';
import * as firstPipes from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import * as second from '@modelcontextprotocol/client';
import * as secondPipes from '@modelcontextprotocol/client/stdio';
import * as published from '@modelcontextprotocol/core';

const [kind, answer, executable, ...options] = process.argv.slice(2);
const print = (document) => process.stdout.write(JSON.stringify(document) + '\n');
const capabilities = answer === 'mute' ? {} : { elicitation: {} };
const identity = { name: 'drive', version: '1.0.0' };
const server = { command: executable, args: ['mcp', ...options], stderr: 'inherit' };
const asked = (request) => {
  print({ question: request.params.message });
  return answer === 'accept' ? { action: 'accept', content: {} } : { action: answer };
};

// Every message of the server is held against the schemas that are published.
function checked(transport) {
  let handler;
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => handler,
    set(next) {
      handler = (message, ...more) => {
        const parsed = published.JSONRPCMessageSchema.safeParse(message);
        if (!parsed.success) print({ invalid: message, why: parsed.error.message });
        next(message, ...more);
      };
    },
  });
  transport.onerror = (fault) => print({ fault: String(fault) });
  return transport;
}

let client;
if (kind === '1') {
  client = new first.Client(identity, { capabilities });
  if (answer !== 'mute') client.setRequestHandler(ElicitRequestSchema, asked);
  await client.connect(checked(new firstPipes.StdioClientTransport(server)));
  print({ connected: client.getServerVersion() });
} else {
  const mode = kind === 'auto' ? 'auto' : { pin: '2026-07-28' };
  client = new second.Client(identity, { capabilities, versionNegotiation: { mode } });
  if (answer !== 'mute') client.setRequestHandler('elicitation/create', asked);
  await client.connect(checked(new secondPipes.StdioClientTransport(server)));
  print({ connected: client.getServerVersion() });
}

const { tools } = await client.listTools();
for (const tool of tools) {
  const parsed = published.ToolSchema.safeParse(tool);
  if (!parsed.success) print({ invalid: tool, why: parsed.error.message });
}
print({ tools: tools.map((tool) => tool.name) });

for await (const line of createInterface({ input: process.stdin })) {
  const { cancel_after_ms: patience, ...call } = JSON.parse(line);
  try {
    const limits = patience === undefined ? {} : { signal: AbortSignal.timeout(patience) };
    const result = kind === '1'
      ? await client.callTool(call, undefined, limits)
      : await client.callTool(call, limits);
    print({ result: result.structuredContent ?? null, error: result.isError ? result.content[0].text : null });
  } catch (fault) {
    print({ thrown: String(fault.message ?? fault) });
  }
}
await client.close();
