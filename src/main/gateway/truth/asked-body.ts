import { isObject } from '#core/shared/json-object.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, type JsonBody, readJson, sendJson } from '../exchange.ts';

/** What ComfyUI answers with 500, since its own code fails over it: a body that is not what the route can read. */
export const refuseBody = (exchange: Exchange, reason: string): void =>
  sendJson(exchange, 400, envelope('invalid_json', reason));

/** What Python counts as true: an empty list, text or object is not. */
export const isTruthy = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
};

/**
 * A body in which ComfyUI looks names up. In a list or a text it finds none, as Python's `in` does; null for anything that it fails over:
 * no JSON, a number, true, null (comfyui-protocol.md 2.2).
 */
export const lookedUp = (body: JsonBody): Readonly<Record<string, unknown>> | null => {
  if (body.kind !== 'json') return null;
  if (Array.isArray(body.value) || typeof body.value === 'string') return {};
  return isObject(body.value) ? body.value : null;
};

export interface Removal {
  readonly clear: boolean;
  readonly ids: ReadonlySet<unknown>;
}

/** `{"clear": true}` and `{"delete": [ids]}`; the letters of a text and the keys of an object name nothing. Null where ComfyUI fails. */
export const removalOf = (body: JsonBody): Removal | null => {
  const asked = lookedUp(body);
  if (asked === null) return null;
  const ids = asked['delete'];
  if (ids !== undefined && !Array.isArray(ids) && typeof ids !== 'string' && !isObject(ids)) return null;
  return { clear: isTruthy(asked['clear']), ids: new Set<unknown>(Array.isArray(ids) ? ids : []) };
};

/** Reads what is to be removed, or answers 400 and null. */
export const readRemoval = async (exchange: Exchange): Promise<Removal | null> => {
  const removal = removalOf(await readJson(exchange));
  if (removal === null) refuseBody(exchange, 'The body is no JSON object with "clear" or a list of ids in "delete".');
  return removal;
};
