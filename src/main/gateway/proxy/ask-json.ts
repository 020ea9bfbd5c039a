import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import { isObject, type JsonObject } from '#core/shared/json-object.ts';

/** What instances tell of themselves is some kilobytes. */
const maxBytes = 4 * 1024 ** 2;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** JSON that an instance answers to a GET; null where it answers something else. Rejects where it cannot be had in time. */
export const askValue = async (
  reader: Pick<ComfyReader, 'get'>,
  endpoint: ComfyEndpoint,
  path: string,
  timeoutMs: number,
): Promise<unknown> => {
  const limit = AbortSignal.timeout(timeoutMs);
  const { status, body } = await reader.get(endpoint, path, { signal: limit });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return status === 200 ? parse(Buffer.concat(chunks).toString('utf8')) : null;
};

/** The same for an answer that is an object. */
export const askJson = async (...asked: Parameters<typeof askValue>): Promise<JsonObject | null> => {
  const value = await askValue(...asked);
  return isObject(value) ? value : null;
};
