import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';

interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly readAt: number;
}

/** Pages of what an instance tells about its model files: it opens each file for it, and clients ask for all of them at each start. */
export interface ModelInfo {
  /** The instance's answer, or the one that it gave some minutes ago. */
  get(instance: FleetCandidate, pathAndQuery: string, signal: AbortSignal): Promise<FileAnswer>;
  /** Model files have changed. */
  forget(): void;
}

const keepMs = 5 * 60_000;
const maxPages = 200;
/** A page of eight models is some kilobytes; larger answers are handed on without a copy. */
const maxPageBytes = 1024 ** 2;

async function* rest(chunks: readonly Uint8Array[], more: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
  for (let next = await more.next(); next.done !== true; next = await more.next()) yield next.value;
}

async function* whole(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}

/** The whole body, or a stream of it where it is too large to keep. */
const read = async (body: AsyncIterable<Uint8Array>): Promise<Buffer | AsyncIterable<Uint8Array>> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const iterator = body[Symbol.asyncIterator]();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    chunks.push(next.value);
    bytes += next.value.byteLength;
    if (bytes > maxPageBytes) return rest(chunks, iterator);
  }
  return Buffer.concat(chunks);
};

export const createModelInfo = ({
  reader,
  clock,
}: {
  readonly reader: Pick<ComfyReader, 'get'>;
  readonly clock: Clock;
}): ModelInfo => {
  const pages = new Map<string, Page>();

  const keep = (key: string, page: Page): void => {
    pages.delete(key);
    pages.set(key, page);
    for (const oldest of pages.keys()) {
      if (pages.size <= maxPages) break;
      pages.delete(oldest);
    }
  };

  return {
    get: async ({ instanceId, readyAt, endpoint }, pathAndQuery, signal) => {
      const key = `${instanceId} ${readyAt ?? 0} ${pathAndQuery}`;
      const kept = pages.get(key);
      if (kept !== undefined && kept.readAt > clock.now() - keepMs)
        return { status: 200, headers: kept.headers, body: whole(kept.body) };
      const answer = await reader.get(endpoint, pathAndQuery, { signal });
      if (answer.status !== 200) return answer;
      const body = await read(answer.body);
      if (!Buffer.isBuffer(body)) return { ...answer, body };
      keep(key, { headers: answer.headers, body, readAt: clock.now() });
      return { ...answer, body: whole(body) };
    },
    forget: () => pages.clear(),
  };
};
