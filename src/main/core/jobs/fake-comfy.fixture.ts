import { StudioError } from '#contract/errors.ts';
import type {
  ComfyClient,
  ComfyEndpoint,
  HistoryEntry,
  PromptSubmission,
  SocketFrame,
} from '#core/ports/comfy-client.ts';
import type { ComfyReader, NodeCatalog } from '#core/ports/comfy-reader.ts';

type Outputs = HistoryEntry['outputs'];
type Message = HistoryEntry['messages'][number];

/** One ComfyUI that does nothing by itself: the test moves its prompts along. */
export interface FakeInstance {
  readonly endpoint: ComfyEndpoint;
  /** Every submission that arrived, also those whose answer got lost. */
  readonly submissions: PromptSubmission[];
  readonly cancels: string[];
  readonly uploads: string[];
  /** Ids of the pictures that its image cache was sent. */
  readonly images: string[];
  /** How often it was told to empty its memory. */
  frees: number;
  readonly pending: string[];
  running: string | null;
  readonly history: Map<string, HistoryEntry>;
  catalog: NodeCatalog | null;
  /** How POST /prompt is answered; `lose` takes the prompt and never answers, `drop` neither takes nor answers. */
  submitAs: 'accept' | 'lose' | 'drop' | { readonly status: number; readonly body: unknown };
  reachable: boolean;
  /** What stands in the way of one that is not reachable, as the client tells; null = it does not say. */
  failure: 'timeout' | 'ECONNREFUSED' | null;
  /** Uploads never end by themselves. */
  uploadsHang: boolean;
  socketsOpen: boolean;
  /** Events reach nobody. */
  silent: boolean;
  start(promptId: string): void;
  send(promptId: string, type: string, data?: Readonly<Record<string, unknown>>): void;
  sendBinary(bytes: Uint8Array): void;
  succeed(promptId: string, outputs?: Outputs): void;
  fail(promptId: string, error: Readonly<Record<string, unknown>>): void;
  interrupt(promptId: string): void;
  /** Closes every websocket. */
  dropSockets(): void;
  /** The process is gone with all it knew. */
  die(): void;
  readonly openSockets: number;
  /** Client ids of the open websockets. */
  readonly clientIds: readonly string[];
}

/** What every one of them has unless the test says otherwise. */
const usualCatalog: NodeCatalog = {
  nodes: new Map(),
  classes: new Set([
    'EmptyImage',
    'ImageInvert',
    'LoadImage',
    'ETN_LoadImageCache',
    'CheckpointLoaderSimple',
    'KSampler',
    'SaveImage',
  ]),
  outputClasses: new Set(['SaveImage']),
  combos: new Map(),
};

const unreachable = (reason: string | null = null): StudioError =>
  new StudioError('INSTANCE_UNREACHABLE', undefined, reason === null ? {} : { details: { reason } });

interface FakeSocket {
  readonly clientId: string;
  readonly notify: ((frame: SocketFrame) => void)[];
  readonly close: () => void;
}

const untilAborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new StudioError('CALL_CANCELLED')), { once: true });
  });

const createInstance = (baseUrl: string): FakeInstance & { readonly sockets: Set<FakeSocket> } => {
  const sockets = new Set<FakeSocket>();
  const push = (frame: SocketFrame): void => {
    if (instance.silent) return;
    for (const socket of sockets) for (const notify of socket.notify) notify(frame);
  };
  const end = (promptId: string, entry: Omit<HistoryEntry, 'raw'>, type: string, data: Message[1]): void => {
    instance.history.set(promptId, { ...entry, raw: entry });
    instance.running = null;
    instance.send(promptId, type, data);
    instance.send(promptId, 'executing', { node: null });
  };
  const instance: FakeInstance & { readonly sockets: Set<FakeSocket> } = {
    sockets,
    endpoint: { baseUrl, authorization: null },
    submissions: [],
    cancels: [],
    uploads: [],
    images: [],
    frees: 0,
    pending: [],
    running: null,
    history: new Map(),
    catalog: usualCatalog,
    submitAs: 'accept',
    reachable: true,
    failure: null,
    uploadsHang: false,
    socketsOpen: true,
    silent: false,
    get openSockets() {
      return sockets.size;
    },
    get clientIds() {
      return Array.from(sockets, ({ clientId }) => clientId);
    },
    start: (promptId) => {
      instance.pending.splice(instance.pending.indexOf(promptId), 1);
      instance.running = promptId;
      instance.send(promptId, 'execution_start', {});
    },
    send: (promptId, type, data = {}) => push({ kind: 'message', type, data: { prompt_id: promptId, ...data } }),
    sendBinary: (bytes) => push({ kind: 'binary', bytes }),
    succeed: (promptId, outputs = {}) => {
      const messages: Message[] = [['execution_success', {}]];
      end(promptId, { outputs, statusText: 'success', completed: true, messages }, 'execution_success', {});
    },
    fail: (promptId, error) => {
      const messages: Message[] = [['execution_error', error]];
      end(promptId, { outputs: {}, statusText: 'error', completed: false, messages }, 'execution_error', error);
    },
    interrupt: (promptId) => {
      const messages: Message[] = [['execution_interrupted', {}]];
      end(promptId, { outputs: {}, statusText: 'error', completed: false, messages }, 'execution_interrupted', {});
    },
    dropSockets: () => {
      for (const socket of sockets) socket.close();
    },
    die: () => {
      instance.reachable = false;
      instance.pending.length = 0;
      instance.running = null;
      instance.history.clear();
      instance.dropSockets();
    },
  };
  return instance;
};

/** A network of such instances by base address, behind the ports that jobs use. */
export const createFakeComfy = (): {
  readonly client: ComfyClient;
  readonly reader: ComfyReader;
  instance(baseUrl: string): FakeInstance;
} => {
  const instances = new Map<string, ReturnType<typeof createInstance>>();
  const known = (baseUrl: string): ReturnType<typeof createInstance> => {
    const instance = instances.get(baseUrl) ?? createInstance(baseUrl);
    instances.set(baseUrl, instance);
    return instance;
  };
  const reach = async ({ baseUrl }: ComfyEndpoint): Promise<ReturnType<typeof createInstance>> => {
    const instance = known(baseUrl);
    if (!instance.reachable) throw unreachable(instance.failure);
    return instance;
  };
  const notUsed = (): Promise<never> => Promise.reject(new Error('not part of these tests'));

  const client: ComfyClient = {
    systemStats: notUsed,
    queueRemaining: notUsed,
    nodeClasses: notUsed,
    queue: async (endpoint) => {
      const { running, pending } = await reach(endpoint);
      return { runningPromptIds: running === null ? [] : [running], pendingPromptIds: [...pending] };
    },
    submit: async (endpoint, submission, signal) => {
      const instance = await reach(endpoint);
      instance.submissions.push(submission);
      if (typeof instance.submitAs === 'object') return { kind: 'rejected', ...instance.submitAs };
      if (instance.submitAs !== 'drop') instance.pending.push(submission.promptId);
      if (instance.submitAs === 'accept') {
        return { kind: 'accepted', promptId: submission.promptId, number: 0, nodeErrors: {} };
      }
      return untilAborted(signal);
    },
    history: async (endpoint, promptId) => (await reach(endpoint)).history.get(promptId) ?? null,
    cancel: async (endpoint, promptId) => {
      const instance = await reach(endpoint);
      instance.cancels.push(promptId);
      const index = instance.pending.indexOf(promptId);
      if (index !== -1) instance.pending.splice(index, 1);
    },
    free: async (endpoint) => {
      const instance = await reach(endpoint);
      instance.frees += 1;
    },
    uploadInput: async (endpoint, { name, subfolder = '', type = 'input', body }, signal) => {
      const instance = await reach(endpoint);
      if (instance.uploadsHang) return untilAborted(signal);
      for await (const chunk of body) if (chunk.byteLength === 0) throw new Error('an empty chunk');
      instance.uploads.push(subfolder === '' ? name : `${subfolder}/${name}`);
      return { filename: `stored-${name}`, subfolder, type };
    },
    putImage: async (endpoint, { id, body }) => {
      const instance = await reach(endpoint);
      for await (const chunk of body) if (chunk.byteLength === 0) throw new Error('an empty chunk');
      instance.images.push(id);
    },
    view: async (endpoint, file) => {
      await reach(endpoint);
      return {
        status: 200,
        headers: { 'x-file': `${file.type}/${file.filename}` },
        body: (async function* none() {})(),
      };
    },
    openSocket: async (endpoint, clientId) => {
      const instance = await reach(endpoint);
      if (!instance.socketsOpen) throw unreachable();
      const { promise, resolve } = Promise.withResolvers<void>();
      const socket: FakeSocket = {
        clientId,
        notify: [],
        close: () => {
          instance.sockets.delete(socket);
          resolve();
        },
      };
      instance.sockets.add(socket);
      return {
        clientId,
        closed: promise,
        close: socket.close,
        onFrame: (listener) => {
          socket.notify.push(listener);
          return () => undefined;
        },
      };
    },
  };
  const reader: ComfyReader = {
    get: notUsed,
    nodeCatalog: async (endpoint) => {
      const { catalog } = await reach(endpoint);
      if (catalog === null) throw unreachable();
      return catalog;
    },
  };
  return { client, reader, instance: known };
};
