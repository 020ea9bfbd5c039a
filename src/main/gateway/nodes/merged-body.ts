import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';

export type Encoding = 'br' | 'gzip';

/** The description of all classes as it goes over the wire. */
export interface MergedNodes {
  readonly body: Buffer;
  /** Changes with the body, quotes included. */
  readonly etag: string;
  /** The body compressed; null while that is still being done, which the first question begins. */
  encoded(encoding: Encoding): Buffer | null;
}

/** How long the event loop may be held at once; an answer to somebody else waits no longer than this. */
const sliceMs = 8;
/** Most of what is gained comes at this quality, and it is done once for each change. */
const brotliQuality = 5;

const compressors: Readonly<Record<Encoding, (body: Buffer) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, Buffer>(gzip),
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality, [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength },
    }),
};

const withEncodings = (body: Buffer, etag: string): MergedNodes => {
  const done = new Map<Encoding, Buffer>();
  const begun = new Set<Encoding>();
  return {
    body,
    etag,
    encoded: (encoding) => {
      if (!begun.has(encoding)) {
        begun.add(encoding);
        compressors[encoding](body).then(
          (bytes) => done.set(encoding, bytes),
          // It goes out as it is then, and the next one to ask tries again.
          () => begun.delete(encoding),
        );
      }
      return done.get(encoding) ?? null;
    },
  };
};

/** Writes classes as JSON, and remembers the text of those that stay as they are. */
export interface BodyWriter {
  /** In slices, so that other requests go on; null when `isWanted` says no in between. */
  write(
    names: readonly string[],
    read: (classType: string) => NodeInfo | null,
    isWanted: () => boolean,
  ): Promise<MergedNodes | null>;
}

export const createBodyWriter = (): BodyWriter => {
  const texts = new WeakMap<NodeInfo, Buffer>();

  const textOf = (info: NodeInfo): Buffer => {
    const known = texts.get(info);
    if (known !== undefined) return known;
    const text = Buffer.from(JSON.stringify(info));
    texts.set(info, text);
    return text;
  };

  return {
    write: async (names, read, isWanted) => {
      const parts: Buffer[] = [];
      let sliceBeganAt = performance.now();
      for (const name of names) {
        const info = read(name);
        if (info === null) continue;
        parts.push(Buffer.from(`${parts.length === 0 ? '{' : ', '}${JSON.stringify(name)}: `), textOf(info));
        if (performance.now() - sliceBeganAt < sliceMs) continue;
        await setImmediate();
        if (!isWanted()) return null;
        sliceBeganAt = performance.now();
      }
      const body = Buffer.concat([...parts, Buffer.from(parts.length === 0 ? '{}' : '}')]);
      return withEncodings(body, `"${createHash('sha256').update(body).digest('base64url')}"`);
    },
  };
};
