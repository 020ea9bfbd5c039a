import { isNodeError } from '#comfyui/python/node-failure.ts';
import { convertToType } from '#comfyui/validation/python-conversion.ts';
import type { ValidatePromptOptions } from '#comfyui/validation/validate-prompt.ts';
import { jobIdSchema } from '#contract/models/job.ts';
import type { SubmitOptions } from '#core/jobs/submit-job.ts';
import { isObject } from '#core/shared/json-object.ts';
import { type EnvelopeAnswer, refusal } from '../error-envelope.ts';

type Body = Readonly<Record<string, unknown>>;
type Targets = NonNullable<ValidatePromptOptions['partialTargets']>;

/** The fields of a POST /prompt. */
export interface PromptRequest {
  /** null: the gateway makes one. */
  readonly promptId: string | null;
  /** As it came. */
  readonly prompt: unknown;
  readonly clientId: string | null;
  readonly extraData: Body;
  /** Node ids to which the outputs are limited. */
  readonly targets: Targets | null;
  readonly options: Pick<SubmitOptions, 'number' | 'front' | 'passThrough'>;
}

/** Longer client ids are cut: they name a program, and are kept with each of its jobs. */
const maxClientIdLength = 200;

/** Graphs have hundreds of nodes; every check of one takes the time of all other clients. */
export const maxPromptNodes = 20_000;

const idDetails =
  'prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one';

/** Python's float() of a JSON value; null where it raises or gives no place in an order. */
const readNumber = (value: unknown): number | null => {
  try {
    const number = convertToType(value, 'FLOAT');
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  } catch (error) {
    if (isNodeError(error)) return null;
    throw error;
  }
};

/** What Python's `in` finds in the targets: an element, a part of a text, a key; undefined where it raises. */
const readTargets = (targets: unknown): Targets | null | undefined => {
  if (targets === undefined || targets === null) return null;
  if (typeof targets === 'string' || Array.isArray(targets)) return targets;
  return isObject(targets) ? { includes: (nodeId) => Object.hasOwn(targets, nodeId) } : undefined;
};

/** A text, or what else JSON can name a client by. */
const readClientId = (value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, maxClientIdLength);
};

const readOptions = (body: Body): PromptRequest['options'] | null => {
  const targets = body['partial_execution_targets'] ?? null;
  const passThrough = targets === null ? {} : { partial_execution_targets: targets };
  if (!('number' in body)) return { passThrough, front: convertToType(body['front'], 'BOOLEAN') === true };
  const number = readNumber(body['number']);
  return number === null ? null : { passThrough, number };
};

/** ComfyUI gives every submission a number that names none itself, whatever becomes of it; what is no object it may still read. */
export const takesNumber = (body: unknown): boolean =>
  isObject(body) ? !('number' in body) : Array.isArray(body) || typeof body === 'string';

/** The fields of a body, read as ComfyUI reads them (comfyui-protocol.md 4.1); where it raises and answers 500, this answers 400. */
export const readPromptRequest = (body: unknown): PromptRequest | EnvelopeAnswer => {
  if (!isObject(body)) return refusal('no_prompt', 'No prompt provided', 'No prompt provided');
  const options = readOptions(body);
  if (options === null) return refusal('invalid_number', 'number must be a number');
  if (!('prompt' in body)) return refusal('no_prompt', 'No prompt provided', 'No prompt provided');
  const nodeCount = isObject(body['prompt']) ? Object.keys(body['prompt']).length : 0;
  if (nodeCount > maxPromptNodes) {
    return refusal(
      'prompt_too_large',
      'Prompt has too many nodes',
      `The prompt has ${nodeCount} nodes; at most ${maxPromptNodes} are taken`,
    );
  }
  const promptId = body['prompt_id'] ?? null;
  if (promptId !== null && !jobIdSchema.safeParse(promptId).success) {
    return refusal('invalid_prompt_id', 'prompt_id must be a valid UUID', idDetails);
  }
  const targets = readTargets(body['partial_execution_targets']);
  if (targets === undefined) {
    return refusal('invalid_partial_execution_targets', 'partial_execution_targets must be a list of node ids');
  }
  const extraData = body['extra_data'] === undefined ? {} : body['extra_data'];
  if (!isObject(extraData)) return refusal('invalid_extra_data', 'extra_data must be an object');
  return {
    promptId: typeof promptId === 'string' ? promptId : null,
    prompt: body['prompt'],
    clientId: readClientId('client_id' in body ? body['client_id'] : extraData['client_id']),
    extraData,
    targets,
    options,
  };
};
