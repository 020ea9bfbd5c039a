import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { ComfyClient, ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import {
  readHistory,
  readPromptAnswer,
  readQueue,
  readQueueRemaining,
  readSystemStats,
  readUpload,
} from './answers.ts';
import { openComfySocket } from './comfy-socket.ts';
import { writeMultipart } from './multipart.ts';
import { createNodeCatalogReader } from './node-catalog-reader.ts';
import { createRequests, type JsonAnswer, type RequestOptions, type Requests } from './requests.ts';

/** The adapter with everything that the studio asks of a ComfyUI. */
export interface ComfyConnection extends ComfyClient, ComfyReader {
  /** Ends open connections; what still waits fails with INSTANCE_UNREACHABLE. */
  close(): Promise<void>;
}

/** Validation runs on ComfyUI's event loop, with every custom node's own checks. */
const submitTimeoutMs = 60_000;
const historyTimeoutMs = 30_000;
const commandTimeoutMs = 10_000;
const silenceTimeoutMs = 120_000;
/** Every list of every node: 1.6 MB of ComfyUI alone, several times that with many custom nodes and models. */
const maxCatalogBytes = 64 * 1024 ** 2;

const wrongStatus = ({ status, isJson }: Pick<JsonAnswer, 'status' | 'isJson'>): StudioError => {
  if (status === 401 || status === 403) return new StudioError('INSTANCE_AUTH', undefined, { details: { status } });
  return new StudioError('INSTANCE_WRONG_ANSWER', undefined, {
    details: { reason: isJson || status !== 200 ? 'status' : 'not-json', status },
  });
};

const requireJson = (answer: JsonAnswer): unknown => {
  if (answer.status !== 200 || !answer.isJson) throw wrongStatus(answer);
  return answer.body;
};

const queryOf = (entries: Readonly<Record<string, string>>): string => new URLSearchParams(entries).toString();

const uploadError = (answer: JsonAnswer, name: string): StudioError => {
  if (answer.status === 413) return new StudioError('INPUT_TOO_LARGE', undefined, { details: { name } });
  if (answer.status === 400) return new StudioError('INPUT_INVALID', undefined, { details: { name } });
  return wrongStatus(answer);
};

const splitName = (name: string): { filename: string; subfolder: string } => {
  const slash = name.lastIndexOf('/');
  return slash === -1
    ? { filename: name, subfolder: '' }
    : { filename: name.slice(slash + 1), subfolder: name.slice(0, slash) };
};

const upload = async (
  requests: Requests,
  endpoint: ComfyEndpoint,
  file: Parameters<ComfyClient['uploadInput']>[1],
  signal: AbortSignal | undefined,
): Promise<JsonAnswer> => {
  const boundary = `atelier-${randomUUID()}`;
  const { filename, subfolder } = splitName(file.subfolder ? `${file.subfolder}/${file.name}` : file.name);
  const body = writeMultipart(
    boundary,
    { type: file.type ?? 'input', subfolder },
    { field: 'image', filename, ...file },
  );
  return requests.json(endpoint, '/upload/image', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body,
    signal,
    timeoutMs: silenceTimeoutMs,
  });
};

const putImage = async (
  requests: Requests,
  endpoint: ComfyEndpoint,
  { id, body, contentType }: Parameters<ComfyClient['putImage']>[1],
  signal: AbortSignal | undefined,
): Promise<void> => {
  const answer = await requests.json(endpoint, `/api/etn/image/${encodeURIComponent(id)}`, {
    method: 'PUT',
    headers: { 'content-type': contentType },
    body,
    signal,
    timeoutMs: silenceTimeoutMs,
  });
  if (answer.status < 200 || answer.status > 299) throw uploadError(answer, id);
};

/** A POST that is answered with an empty 200. */
const command = async (
  requests: Requests,
  endpoint: ComfyEndpoint,
  { path, body, signal }: { path: string; body: unknown; signal: AbortSignal | undefined },
): Promise<void> => {
  const answer = await requests.json(endpoint, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
    timeoutMs: commandTimeoutMs,
  });
  if (answer.status !== 200) throw wrongStatus(answer);
};

/**
 * Takes a prompt out of the queue, or interrupts it when it runs. Versions that do not know of targeted interrupts stop whatever runs
 * (comfyui-protocol.md 4.4), so one is sent only while this prompt is what runs.
 */
const cancelPrompt = async (
  requests: Requests,
  endpoint: ComfyEndpoint,
  promptId: string,
  signal: AbortSignal | undefined,
): Promise<void> => {
  await command(requests, endpoint, { path: '/queue', body: { delete: [promptId] }, signal });
  const queue = await requests.json(endpoint, '/queue', { signal, timeoutMs: commandTimeoutMs });
  if (!readQueue(requireJson(queue)).runningPromptIds.includes(promptId)) return;
  await command(requests, endpoint, { path: '/interrupt', body: { prompt_id: promptId }, signal });
};

/** Talks to instances over HTTP and websockets. One for the whole studio, so that connections are shared. */
export const createComfyClient = (): ComfyConnection => {
  const requests = createRequests();
  const get = async (endpoint: ComfyEndpoint, path: string, options: RequestOptions): Promise<unknown> =>
    requireJson(await requests.json(endpoint, path, options));

  const catalogs = createNodeCatalogReader();

  const nodeCatalog: ComfyReader['nodeCatalog'] = async (endpoint, options) => {
    const { status, body } = await requests.bytes(endpoint, '/object_info', { ...options, maxBytes: maxCatalogBytes });
    if (status !== 200) throw wrongStatus({ status, isJson: false });
    return catalogs.read(body);
  };

  return {
    systemStats: async (endpoint, options) => readSystemStats(await get(endpoint, '/system_stats', options)),
    queueRemaining: async (endpoint, options) => readQueueRemaining(await get(endpoint, '/prompt', options)),
    queue: async (endpoint, options) => readQueue(await get(endpoint, '/queue', options)),
    nodeClasses: async (endpoint, options) => (await nodeCatalog(endpoint, options)).classes,
    nodeCatalog,
    submit: async (endpoint, submission, signal) => {
      const { promptId, clientId, prompt, extraData, passThrough } = submission;
      const answer = await requests.json(endpoint, '/prompt', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...passThrough,
          prompt,
          prompt_id: promptId,
          client_id: clientId,
          extra_data: extraData,
        }),
        signal,
        timeoutMs: submitTimeoutMs,
      });
      if (answer.status === 200) return readPromptAnswer(requireJson(answer));
      if (answer.status === 401 || answer.status === 403) throw wrongStatus(answer);
      return { kind: 'rejected', status: answer.status, body: answer.body };
    },
    history: async (endpoint, promptId, signal) => {
      const path = `/history/${encodeURIComponent(promptId)}`;
      return readHistory(await get(endpoint, path, { signal, timeoutMs: historyTimeoutMs }), promptId);
    },
    cancel: (endpoint, promptId, signal) => cancelPrompt(requests, endpoint, promptId, signal),
    free: (endpoint, signal, { unloadModels, freeMemory } = { unloadModels: true, freeMemory: true }) =>
      command(requests, endpoint, {
        path: '/free',
        body: { unload_models: unloadModels, free_memory: freeMemory },
        signal,
      }),
    uploadInput: async (endpoint, file, signal) => {
      const answer = await upload(requests, endpoint, file, signal);
      if (answer.status !== 200) throw uploadError(answer, file.name);
      return readUpload(requireJson(answer));
    },
    putImage: (endpoint, image, signal) => putImage(requests, endpoint, image, signal),
    view: (endpoint, { filename, subfolder, type }, { headers, query, signal }) =>
      requests.stream(endpoint, `/view?${queryOf({ ...query, filename, subfolder, type })}`, {
        ...(headers === undefined ? {} : { headers }),
        signal,
        timeoutMs: silenceTimeoutMs,
      }),
    get: (endpoint, pathAndQuery, { headers, signal }) =>
      requests.stream(endpoint, pathAndQuery, {
        ...(headers === undefined ? {} : { headers }),
        signal,
        timeoutMs: silenceTimeoutMs,
      }),
    openSocket: openComfySocket,
    close: () => requests.close(),
  };
};
