import type { IncomingMessage } from 'node:http';
import { parsePythonJson } from '#comfyui/python/python-json.ts';
import { StudioError } from '#contract/errors.ts';
import { bodyTooLarge, eachChunk } from './body-chunks.ts';
import { createJsonShape, type JsonShapeLimits } from './json-shape.ts';

/** What the body of one request may cost. */
export interface BodyLimits {
  /** Of any body. */
  readonly maxBytes: () => number;
  /** Of JSON, which is kept and parsed as a whole. */
  readonly maxJsonBytes: number;
  readonly shape: JsonShapeLimits;
  /** Takes memory for a body that is kept, until the request is over; false where too much is in use already. */
  readonly reserve: (bytes: number) => boolean;
}

/** What the bodies of all requests together may cost. */
export interface BodyMemory {
  /** For one request; `end` gives back what it took, once nobody works with its body any more. */
  ofRequest(): BodyLimits & { readonly end: () => void };
}

/** ComfyUI's own limit, of every body. */
export const maxBodyBytes = 100 * 1024 ** 2;
const maxJsonBytes = 32 * 1024 ** 2;
/** Python's own parser gives up at a depth of about a thousand. A graph with its workflow is a dozen deep and has some 100,000 values. */
const shape: JsonShapeLimits = { maxDepth: 200, maxValues: 1_000_000 };
/** Of all bodies together, as texts; what is parsed takes some three times as much. */
const allBodiesBytes = 192 * 1024 ** 2;
/** So much of each body needs no reservation, so that usual prompts go through while somebody sends large ones. */
const freeBytes = 1024 ** 2;

export const createBodyMemory = (
  maxBytes: () => number = () => maxBodyBytes,
  allBytes: number = allBodiesBytes,
): BodyMemory => {
  let used = 0;
  return {
    ofRequest: () => {
      let own = 0;
      return {
        maxBytes,
        maxJsonBytes,
        shape,
        reserve: (bytes) => {
          if (used + bytes > allBytes) return false;
          used += bytes;
          own += bytes;
          return true;
        },
        end: () => {
          used -= own;
          own = 0;
        },
      };
    },
  };
};

export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken' };

/** The text of a body and whether it is shaped so that parsing it costs little. */
const readText = async (
  request: IncomingMessage,
  limits: BodyLimits,
): Promise<{ readonly text: string; readonly fits: boolean }> => {
  const maxBytes = Math.min(limits.maxBytes(), limits.maxJsonBytes);
  const measure = createJsonShape(limits.shape);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let fits = true;
  await eachChunk(request, (chunk) => {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
    fits &&= measure(chunk);
    // What is not going to be parsed need not be kept.
    if (!fits) return;
    if (bytes > freeBytes && !limits.reserve(chunk.byteLength))
      throw new StudioError('CALL_TOO_MANY', 'Too many large bodies at once.');
    chunks.push(chunk);
  });
  return { text: fits ? Buffer.concat(chunks).toString('utf8') : '', fits };
};

/**
 * The body as Python's JSON whatever its Content-Type says: several clients send none, or text/plain. INPUT_TOO_LARGE, CALL_TOO_MANY while other
 * bodies fill the memory, CONNECTION_LOST. What is nested too deeply counts as broken, as it does for ComfyUI.
 */
export const readJsonBody = async (request: IncomingMessage, limits: BodyLimits): Promise<JsonBody> => {
  const { text, fits } = await readText(request, limits);
  if (!fits) return { kind: 'broken' };
  if (text.trim() === '') return { kind: 'empty' };
  try {
    return { kind: 'json', value: parsePythonJson(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'broken' };
    throw error;
  }
};
