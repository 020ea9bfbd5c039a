import { convertToType } from '#comfyui/validation/python-conversion.ts';
import { type Answer, json } from '../http/answer.ts';
import { createSequence } from '../http/one-at-a-time.ts';
import { isRecord, jsonBody } from '../http/request.ts';
import { type Route, route } from '../http/router.ts';
import { withoutSecrets } from '../queue/queue-item.ts';
import { checkPrompt } from '../validation/check-prompt.ts';
import type { RouteParts } from './route-parts.ts';

const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const refusal = (type: string, message: string, details: string): Answer =>
  json({ error: { type, message, details, extra_info: {} }, node_errors: {} }, 400);

/** `extra_data` with the client id in it; throws where Python cannot put it in. */
const extraDataOf = (body: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const given = 'extra_data' in body ? body.extra_data : {};
  if (!isRecord(given)) throw new TypeError('extra_data is no object');
  return 'client_id' in body ? { ...given, client_id: body.client_id } : { ...given };
};

/** What Python's `in` finds in the targets: an element, a part of a text, a key; throws where Python raises. */
const targetsOf = (body: Readonly<Record<string, unknown>>): { includes(nodeId: string): boolean } | null => {
  const targets = body.partial_execution_targets ?? null;
  if (targets === null || typeof targets === 'string' || Array.isArray(targets)) return targets;
  if (!isRecord(targets)) throw new TypeError('partial_execution_targets cannot be looked into');
  return { includes: (nodeId) => Object.hasOwn(targets, nodeId) };
};

/** POST /prompt and GET /prompt (comfyui-protocol.md 4.1, 4.2). */
export const promptRoutes = (parts: RouteParts): readonly Route[] => {
  const { queue, worker, registry, layout, log } = parts;
  const inOrder = createSequence();
  let counter = 0;

  /** The place in the queue; every call without a number of its own counts, refused ones as well. */
  const takeNumber = (body: Readonly<Record<string, unknown>>): number => {
    if ('number' in body) return Number(convertToType(body.number, 'FLOAT'));
    const number = body.front ? -counter : counter;
    counter += 1;
    // Python has no negative zero among its whole numbers.
    return number === 0 ? 0 : number;
  };

  const submit = async (body: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const number = takeNumber(body);
    if (!('prompt' in body)) return refusal('no_prompt', 'No prompt provided', 'No prompt provided');
    const promptId = body.prompt_id ?? parts.newId();
    if (typeof promptId !== 'string' || !canonicalUuid.test(promptId)) {
      const details =
        'prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one';
      return refusal('invalid_prompt_id', 'prompt_id must be a valid UUID', details);
    }
    const validation = await checkPrompt(body.prompt, {
      registry,
      folders: layout.folders,
      partialTargets: targetsOf(body),
    });
    const extraData = extraDataOf(body);
    if (validation.kind === 'invalid') {
      log.warning(`invalid prompt: ${JSON.stringify(validation.body.error)}`);
      return json(validation.body, 400);
    }
    queue.put({
      number,
      promptId,
      prompt: validation.prompt,
      extraData: { ...withoutSecrets(extraData), create_time: parts.now() },
      outputs: validation.outputs,
    });
    worker.wake();
    return json({ prompt_id: promptId, number, node_errors: validation.nodeErrors });
  };

  return [
    route('GET', '/prompt', () => json({ exec_info: { queue_remaining: queue.remaining() } })),
    route('POST', '/prompt', async (request) => {
      log.info('got prompt');
      const body = await jsonBody(request);
      if (typeof body === 'number' || body === null || typeof body === 'boolean') throw new TypeError('no JSON object');
      return inOrder(() => submit(isRecord(body) ? body : {}));
    }),
  ];
};
