import { empty, json } from '../http/answer.ts';
import { isRecord, jsonBody, objectBody, type SandboxRequest } from '../http/request.ts';
import { type Route, route } from '../http/router.ts';
import { shownEntry } from '../queue/history.ts';
import { itemTuple } from '../queue/queue-item.ts';
import type { RouteParts } from './route-parts.ts';

/** What `delete` of a body names; a string is taken letter by letter, as Python iterates over it. */
const namesIn = (value: unknown): readonly string[] => {
  if (value === undefined) return [];
  if (typeof value === 'string') return Array.from(value);
  if (!Array.isArray(value)) throw new TypeError('delete is no list');
  return value.map(String);
};

/** A body in which names are looked up: of a list or a text none is found, as Python's `in` finds none. */
const lookedUpBody = async (request: SandboxRequest): Promise<Record<string, unknown>> => {
  const body = await jsonBody(request);
  return Array.isArray(body) || typeof body === 'string' ? {} : objectBody(request);
};

/** A query value as Python's int() reads it; throws on anything else. */
const integerOf = (text: string | null): number | null => {
  if (text === null) return null;
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new TypeError(`invalid literal for int(): ${text}`);
  return Number(text);
};

/** JSON that cannot be read is the same as none; JSON of the wrong kind is not. */
const interruptTarget = async (request: SandboxRequest): Promise<string | null> => {
  let body: unknown;
  try {
    body = await jsonBody(request);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!isRecord(body)) throw new TypeError('the body is no JSON object');
  return typeof body.prompt_id === 'string' && body.prompt_id !== '' ? body.prompt_id : null;
};

/** /queue, /history, /interrupt and /free (comfyui-protocol.md 2.2, 4.3 to 4.5). */
export const queueRoutes = ({ queue, history, worker, log }: RouteParts): readonly Route[] => [
  route('GET', '/queue', () =>
    json({ queue_running: queue.running().map(itemTuple), queue_pending: queue.pending().map(itemTuple) }),
  ),
  route('POST', '/queue', async (request) => {
    const body = await lookedUpBody(request);
    if (body.clear) queue.clear();
    for (const promptId of namesIn(body.delete)) queue.delete(promptId);
    return empty();
  }),
  route('GET', '/history', (request) => {
    const maxItems = integerOf(request.query.get('max_items'));
    const offset = integerOf(request.query.get('offset'));
    return json(history.page(maxItems, offset ?? -1));
  }),
  route('GET', '/history/{prompt_id}', ({ params }) => {
    const promptId = params.prompt_id ?? '';
    const entry = history.get(promptId);
    return json(entry === undefined ? {} : { [promptId]: shownEntry(entry) });
  }),
  route('POST', '/history', async (request) => {
    const body = await lookedUpBody(request);
    if (body.clear) history.clear();
    for (const promptId of namesIn(body.delete)) history.delete(promptId);
    return empty();
  }),
  route('POST', '/interrupt', async (request) => {
    const promptId = await interruptTarget(request);
    const hit = worker.interrupt(promptId);
    if (promptId === null) log.info('Global interrupt (no prompt_id specified)');
    else
      log.info(
        hit ? `Interrupting prompt ${promptId}` : `Prompt ${promptId} is not currently running, skipping interrupt`,
      );
    return empty();
  }),
  route('POST', '/free', async (request) => {
    const body = await objectBody(request);
    worker.free({ unloadModels: Boolean(body.unload_models), freeMemory: Boolean(body.free_memory) });
    return empty();
  }),
];
