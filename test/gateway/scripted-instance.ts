import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/*
 * A ComfyUI whose nodes do what a test or a benchmark says. It speaks just enough of the protocol to stand behind a gateway; what the
 * sandbox does, which is faithful in full, is not done here again: this one has the state of custom nodes, and work that costs nothing.
 */

type Graph = Readonly<
  Record<string, { readonly class_type: string; readonly inputs: Readonly<Record<string, unknown>> }>
>;

export interface ScriptedJob {
  readonly promptId: string;
  readonly graph: Graph;
  /** Sends a message to the client of the job. */
  tell(type: string, data: Readonly<Record<string, unknown>>): void;
  tellBinary(frame: Uint8Array): void;
  /** Aborts when the job is interrupted or the instance dies. */
  readonly signal: AbortSignal;
}

export type Outputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Script {
  /** What /object_info answers. */
  readonly classes: Readonly<Record<string, unknown>>;
  /** What is done for a prompt, in the order of arrival; throws for a failed one. */
  readonly run: (job: ScriptedJob) => Promise<Outputs>;
  /** Answers a request that this server does not know; false = 404. */
  readonly route?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

export interface ScriptedInstance {
  readonly url: string;
  readonly port: number;
  /** Prompts that were begun here, in order. */
  readonly begun: readonly string[];
  /** Everything is cut off at once, as when the process is killed; the port stays closed. */
  die(): Promise<void>;
}

interface Item {
  readonly number: number;
  readonly promptId: string;
  readonly graph: Graph;
  readonly extraData: Readonly<Record<string, unknown>>;
  readonly clientId: string;
}

export const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const sendJson = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
};

const systemStats = {
  system: {
    os: 'posix',
    ram_total: 32e9,
    ram_free: 16e9,
    comfyui_version: '0.33.0',
    python_version: '3.12.0',
    pytorch_version: '2.8.0',
    embedded_python: false,
    argv: ['main.py'],
  },
  devices: [
    {
      name: 'cuda:0 Scripted : native',
      type: 'cuda',
      index: 0,
      vram_total: 24e9,
      vram_free: 20e9,
      torch_vram_total: 0,
      torch_vram_free: 0,
    },
  ],
};

const tupleOf = ({ number, promptId, graph, extraData }: Item): readonly unknown[] => [
  number,
  promptId,
  graph,
  extraData,
  Object.keys(graph).slice(-1),
];

/** The queue of one worker, its history, and whom it tells. */
const createWorker = (script: Script, sockets: ReadonlyMap<string, WebSocket>) => {
  const pending: Item[] = [];
  const history = new Map<string, unknown>();
  const begun: string[] = [];
  const dead = new AbortController();
  let running: { readonly item: Item; readonly stop: AbortController } | null = null;
  let counter = 0;

  const send = (clientId: string, type: string, data: object): void =>
    sockets.get(clientId)?.send(JSON.stringify({ type, data }));
  const remaining = (): number => pending.length + (running === null ? 0 : 1);
  const tellStatus = (): void => {
    for (const clientId of sockets.keys())
      send(clientId, 'status', { status: { exec_info: { queue_remaining: remaining() } } });
  };

  const runOne = async (item: Item): Promise<void> => {
    const { promptId, clientId, graph } = item;
    const stop = new AbortController();
    running = { item, stop };
    begun.push(promptId);
    const messages: unknown[] = [];
    const tell = (type: string, data: Readonly<Record<string, unknown>>): void =>
      send(clientId, type, { ...data, prompt_id: promptId });
    const note = (type: string, data: Readonly<Record<string, unknown>>): void => {
      const whole = { ...data, prompt_id: promptId, timestamp: Date.now() };
      messages.push([type, whole]);
      send(clientId, type, whole);
    };
    tellStatus();
    note('execution_start', {});
    note('execution_cached', { nodes: [] });
    let outputs: Outputs = {};
    let completed = true;
    try {
      outputs = await script.run({
        promptId,
        graph,
        tell,
        tellBinary: (frame) => sockets.get(clientId)?.send(frame),
        signal: AbortSignal.any([stop.signal, dead.signal]),
      });
      for (const [node, output] of Object.entries(outputs)) tell('executed', { node, display_node: node, output });
    } catch (error) {
      if (dead.signal.aborted) return;
      completed = false;
      const [node = ''] = Object.keys(graph);
      const at = { node_id: node, node_type: graph[node]?.class_type ?? '', executed: [] };
      if (stop.signal.aborted) note('execution_interrupted', at);
      else
        note('execution_error', {
          ...at,
          exception_message: `${String(error)}\n`,
          exception_type: 'RuntimeError',
          traceback: [],
          current_inputs: {},
          current_outputs: [],
        });
    }
    if (completed) note('execution_success', {});
    history.set(promptId, {
      prompt: tupleOf(item),
      outputs,
      status: { status_str: completed ? 'success' : 'error', completed, messages },
      meta: {},
    });
    running = null;
    tellStatus();
    tell('executing', { node: null });
  };

  const work = async (): Promise<void> => {
    for (let item = pending.shift(); item !== undefined; item = pending.shift()) {
      await runOne(item);
      if (dead.signal.aborted) return;
    }
  };
  return {
    begun,
    history,
    remaining,
    pending,
    running: () => running?.item ?? null,
    add: (body: Readonly<Record<string, unknown>>): Item => {
      const { prompt_id: promptId, client_id: clientId, extra_data: extra } = body;
      const item: Item = {
        number: counter++,
        promptId: typeof promptId === 'string' ? promptId : crypto.randomUUID(),
        graph: body['prompt'] as Graph,
        extraData: typeof extra === 'object' && extra !== null ? { ...extra } : {},
        clientId: typeof clientId === 'string' ? clientId : '',
      };
      pending.push(item);
      tellStatus();
      if (running === null && pending.length === 1) void work();
      return item;
    },
    interrupt: (promptId: unknown) => {
      if (promptId === undefined || running?.item.promptId === promptId) running?.stop.abort();
    },
    die: () => dead.abort(),
  };
};

type Worker = ReturnType<typeof createWorker>;

const readObject = async (request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> => {
  const text = (await bodyOf(request)).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
};

const answer = async (
  script: Script & { readonly classesText: string },
  worker: Worker,
  [request, response]: readonly [IncomingMessage, ServerResponse],
): Promise<void> => {
  const { pathname } = new URL(request.url ?? '/', 'http://instance');
  const path = pathname.replace(/^\/api(?=\/)/, '');
  const [, area = '', name = ''] = path.split('/');
  switch (`${request.method} /${area}`) {
    case 'GET /system_stats':
      return sendJson(response, systemStats);
    case 'GET /prompt':
      return sendJson(response, { exec_info: { queue_remaining: worker.remaining() } });
    case 'GET /features':
      return sendJson(response, { supports_preview_metadata: true, max_upload_size: 104_857_600 });
    case 'GET /object_info': {
      if (name !== '') {
        const className = decodeURIComponent(name);
        const info = script.classes[className];
        return sendJson(response, info === undefined ? {} : { [className]: info });
      }
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(script.classesText);
      return;
    }
    case 'GET /queue': {
      const running = worker.running();
      return sendJson(response, {
        queue_running: running === null ? [] : [tupleOf(running)],
        queue_pending: worker.pending.map(tupleOf),
      });
    }
    case 'GET /history': {
      const entries = name === '' ? [...worker.history] : [...worker.history].filter(([id]) => id === name);
      return sendJson(response, Object.fromEntries(entries));
    }
    case 'POST /prompt': {
      const { promptId, number } = worker.add(await readObject(request));
      return sendJson(response, { prompt_id: promptId, number, node_errors: {} });
    }
    case 'POST /interrupt':
      worker.interrupt((await readObject(request))['prompt_id']);
      response.writeHead(200).end();
      return;
    case 'POST /free':
    case 'POST /queue':
    case 'POST /history':
      await bodyOf(request);
      response.writeHead(200).end();
      return;
    default:
      if (await script.route?.(request, response)) return;
      response.writeHead(404).end();
  }
};

/** Starts the instance on a loopback port (0 = any free one). */
export const startScriptedInstance = async (script: Script, wantedPort = 0): Promise<ScriptedInstance> => {
  const sockets = new Map<string, WebSocket>();
  const connections = new Set<Socket>();
  const worker = createWorker(script, sockets);
  const whole = { ...script, classesText: JSON.stringify(script.classes) };
  const server = createServer((request, response) => {
    answer(whole, worker, [request, response]).catch((error: unknown) => response.destroy(new Error(String(error))));
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    upgrades.handleUpgrade(request, socket, head, (client) => {
      const sid = new URL(request.url ?? '/', 'http://instance').searchParams.get('clientId') ?? crypto.randomUUID();
      sockets.set(sid, client);
      client.on('close', () => {
        if (sockets.get(sid) === client) sockets.delete(sid);
      });
      client.on('error', () => client.terminate());
      client.on('message', () =>
        client.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } })),
      );
      client.send(
        JSON.stringify({
          type: 'status',
          data: { status: { exec_info: { queue_remaining: worker.remaining() } }, sid },
        }),
      );
    });
  });
  server.listen(wantedPort, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    begun: worker.begun,
    die: async () => {
      if (!server.listening) return;
      worker.die();
      const closed = once(server, 'close');
      server.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
};
