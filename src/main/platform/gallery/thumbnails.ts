import { createHash } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { ThumbnailSource, Thumbnails } from '#core/ports/gallery.ts';
import { loadSharp } from '../pictures/load-sharp.ts';
import { systemErrorCode } from '../process/system-error.ts';
import { createThumbnailCache } from './thumbnail-cache.ts';
import { createThumbnailTurns } from './thumbnail-turns.ts';

/** The longer side, in pixels: twice the size of a usual tile, for fine screens. */
const edgePixels = 512;
const quality = 76;
const maxPixels = 178_956_970;
const maxSeconds = 30;
/** Of a picture that is not on this machine and has to be held to be made small. */
const maxHeldBytes = 64 * 1024 * 1024;
const usualMaxBytes = 2 * 1024 ** 3;
const atOnce = 2;
const mostWaiting = 512;
const mostRefusals = 10_000;

const collect = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer | null> => {
  const held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > maxHeldBytes) return null;
    // A piece may be used again by its sender.
    held.push(Uint8Array.from(piece));
  }
  return Buffer.concat(held);
};

const shrink = async (input: string | Buffer): Promise<Buffer | null> => {
  const sharp = await loadSharp();
  try {
    return await sharp(input, { limitInputPixels: maxPixels, failOn: 'truncated', pages: 1 })
      .timeout({ seconds: maxSeconds })
      .rotate()
      .resize(edgePixels, edgePixels, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality, effort: 2 })
      .toBuffer();
  } catch (error) {
    // What sharp throws for what it cannot read has no code of its own.
    if (error instanceof Error) return null;
    throw error;
  }
};

const make = async ({ file, read }: ThumbnailSource, signal: AbortSignal | undefined): Promise<Buffer | null> => {
  if (file !== null) return shrink(file);
  const bytes = await collect(await read(signal));
  return bytes === null ? null : shrink(bytes);
};

const etagOf = (key: string): string => `"${createHash('sha256').update(key).digest('hex').slice(0, 32)}"`;

/** Small pictures by the library sharp, whose threads do the work. What is no picture is tried once in the life of a studio. */
export const createThumbnails = (options: {
  readonly folder: string;
  readonly now: () => number;
  readonly maxBytes?: number;
}): Thumbnails => {
  const cache = createThumbnailCache({ maxBytes: usualMaxBytes, ...options });
  const turns = createThumbnailTurns(atOnce, mostWaiting);
  const refused = new Set<string>();
  const underWay = new Map<string, Promise<Buffer | null>>();

  const refuse = (key: string): void => {
    if (refused.size >= mostRefusals) refused.clear();
    refused.add(key);
  };

  const produce = async (source: ThumbnailSource, signal: AbortSignal | undefined): Promise<Buffer | null> => {
    const bytes = await make(source, signal);
    if (bytes === null) refuse(source.key);
    else await cache.put(source.key, bytes);
    return bytes;
  };

  /** Two who want the same at once share its making, once it has begun. */
  const shared = (source: ThumbnailSource, signal: AbortSignal | undefined): Promise<Buffer | null> => {
    const known = underWay.get(source.key);
    if (known !== undefined) return known;
    const making = produce(source, signal).finally(() => underWay.delete(source.key));
    underWay.set(source.key, making);
    return making;
  };

  const get = async (source: ThumbnailSource, isIdle: boolean, signal?: AbortSignal): Promise<Buffer | null> => {
    if (refused.has(source.key)) return null;
    const kept = await cache.get(source.key);
    if (kept !== null) return kept;
    try {
      // Whoever reads from an instance may break off; a file of this machine is brought to its end for the next one.
      return await turns.run(() => shared(source, source.file === null ? signal : undefined), { signal, isIdle });
    } catch (error) {
      if (error instanceof StudioError || systemErrorCode(error) !== null) throw error;
      if (signal?.aborted === true) throw new StudioError('CALL_CANCELLED', undefined, { cause: error });
      throw new StudioError('CALL_TOO_MANY', undefined, { cause: error });
    }
  };

  return {
    open: async (source, signal) => {
      const bytes = await get(source, false, signal);
      return bytes === null ? null : { bytes, contentType: 'image/webp', etag: etagOf(source.key) };
    },
    prepare: async (source) => (await get(source, true)) !== null,
    close: async () => {
      await turns.close();
      await cache.close();
    },
  };
};
