import { StudioError } from '#contract/errors.ts';
import type {
  ComfyDevice,
  HistoryEntry,
  OutputFile,
  PromptAnswer,
  QueueState,
  SystemStats,
} from '#core/ports/comfy-client.ts';
import { isObject, type JsonObject } from '#core/shared/json-object.ts';

type Fields = JsonObject;

const objectOr = (value: unknown): Fields => (isObject(value) ? value : {});
const textOr = (value: unknown, fallback = ''): string => (typeof value === 'string' ? value : fallback);
const listOr = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Not finite, negative or beyond what an integer can hold exactly is nothing that a counter can say: 0. */
const amountOr = (value: unknown): number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : 0;

const wrongAnswer = (expected: string): StudioError =>
  new StudioError('INSTANCE_WRONG_ANSWER', undefined, { details: { reason: 'unexpected-shape', expected } });

const requireObject = (value: unknown, expected: string): Fields => {
  if (!isObject(value)) throw wrongAnswer(expected);
  return value;
};

const readDevice = (value: unknown): ComfyDevice => {
  const device = objectOr(value);
  return {
    name: textOr(device['name']),
    type: textOr(device['type']),
    index: typeof device['index'] === 'number' && Number.isInteger(device['index']) ? device['index'] : null,
    vramTotalBytes: amountOr(device['vram_total']),
    vramFreeBytes: amountOr(device['vram_free']),
  };
};

/** GET /system_stats (comfyui-protocol.md 4.9). */
export const readSystemStats = (value: unknown): SystemStats => {
  const system = requireObject(requireObject(value, 'system_stats')['system'], 'system_stats');
  return {
    version: textOr(system['comfyui_version']),
    arguments: listOr(system['argv']).filter((argument) => typeof argument === 'string'),
    devices: listOr(objectOr(value)['devices']).map(readDevice),
  };
};

/** GET /prompt. */
export const readQueueRemaining = (value: unknown): number => {
  const info = objectOr(requireObject(value, 'prompt')['exec_info']);
  if (typeof info['queue_remaining'] !== 'number') throw wrongAnswer('prompt');
  return amountOr(info['queue_remaining']);
};

const promptIds = (items: unknown): readonly string[] => {
  if (!Array.isArray(items)) throw wrongAnswer('queue');
  return items.flatMap((item: unknown) => {
    const promptId: unknown = Array.isArray(item) ? item[1] : undefined;
    return typeof promptId === 'string' ? [promptId] : [];
  });
};

/** GET /queue. */
export const readQueue = (value: unknown): QueueState => {
  const queue = requireObject(value, 'queue');
  return { runningPromptIds: promptIds(queue['queue_running']), pendingPromptIds: promptIds(queue['queue_pending']) };
};

const readMessage = (value: unknown): (readonly [string, Fields])[] => {
  const [event, data]: readonly unknown[] = listOr(value);
  return typeof event === 'string' ? [[event, objectOr(data)]] : [];
};

/** GET /history/{id}: null while the prompt has not ended or is not known. */
export const readHistory = (value: unknown, promptId: string): HistoryEntry | null => {
  const history = requireObject(value, 'history');
  const entry: unknown = Object.hasOwn(history, promptId) ? history[promptId] : undefined;
  if (!isObject(entry)) return null;
  const status = objectOr(entry['status']);
  return {
    outputs: Object.fromEntries(
      Object.entries(objectOr(entry['outputs'])).map(([nodeId, output]) => [nodeId, objectOr(output)]),
    ),
    // Entries without a status are of versions that wrote one only for failures.
    statusText: status['status_str'] === 'error' ? 'error' : 'success',
    completed: status['completed'] !== false,
    messages: listOr(status['messages']).flatMap(readMessage),
    raw: entry,
  };
};

/** POST /prompt with status 200. */
export const readPromptAnswer = (value: unknown): PromptAnswer => {
  const answer = requireObject(value, 'prompt');
  if (typeof answer['prompt_id'] !== 'string') throw wrongAnswer('prompt');
  return {
    kind: 'accepted',
    promptId: answer['prompt_id'],
    number: typeof answer['number'] === 'number' ? answer['number'] : 0,
    nodeErrors: objectOr(answer['node_errors']),
  };
};

/** POST /upload/image: the name that the file got. */
export const readUpload = (value: unknown): OutputFile => {
  const upload = requireObject(value, 'upload');
  if (typeof upload['name'] !== 'string') throw wrongAnswer('upload');
  return {
    filename: upload['name'],
    subfolder: textOr(upload['subfolder']).replaceAll('\\', '/'),
    type: textOr(upload['type'], 'input'),
  };
};
