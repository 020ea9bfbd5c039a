import { StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { JobInput } from '#core/jobs/place-inputs.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { InputStore } from '#core/ports/input-store.ts';

export interface ImageBufferOptions {
  /** An image goes so long after its last use. */
  readonly keepMs?: number;
  readonly maxImages?: number;
  /** Of all images together; the one that was used longest ago goes first. */
  readonly maxBytes?: number;
}

export interface PutImage {
  readonly contentType: string;
  readonly signal?: AbortSignal;
}

/**
 * Images that a client put with `PUT /api/etn/image/{id}` before the prompt that loads them. An instance keeps such images in the
 * memory of its own process, so they can only be sent where the prompt goes, and again where it goes after that instance was lost.
 */
export interface ImageBuffer {
  /** Streams the image to disk; it replaces an earlier one of that id. INPUT_INVALID for an id that no graph could name. */
  put(id: string, body: AsyncIterable<Uint8Array>, options: PutImage): Promise<void>;
  /** What the graph refers to, each once. A job that carries the answer holds the images until it has ended. */
  inputsFor(prompt: Prompt): readonly JobInput[];
  /** Where the image is kept, or null. */
  find(id: string): { readonly uploadId: string } | null;
  /** Lets go of all images; jobs keep theirs. */
  close(): void;
}

interface BufferedImage {
  readonly uploadId: string;
  readonly sizeBytes: number;
  readonly release: Cancel;
  usedAt: number;
}

/** Longest id that is taken; clients send UUIDs and hashes. */
const maxIdLength = 200;
const sweepEveryMs = 60_000;

const isUsableId = (id: string): boolean => id.length > 0 && id.length <= maxIdLength && /^[\w.:-]+$/u.test(id);

/** Every text of the graph that may name an image; links and numbers cannot. */
const textsOf = (prompt: Prompt): ReadonlySet<string> =>
  new Set(
    Object.values(prompt).flatMap(({ inputs }) =>
      Object.values(inputs).filter((value): value is string => typeof value === 'string' && isUsableId(value)),
    ),
  );

export const createImageBuffer = (
  { inputs, clock }: { readonly inputs: InputStore; readonly clock: Clock },
  options: ImageBufferOptions = {},
): ImageBuffer => {
  const { keepMs = 3_600_000, maxImages = 2000, maxBytes = 4 * 1024 ** 3 } = options;
  // In the order of their last use.
  const images = new Map<string, BufferedImage>();
  let bytes = 0;

  const remove = (id: string): void => {
    const image = images.get(id);
    if (image === undefined) return;
    images.delete(id);
    bytes -= image.sizeBytes;
    image.release();
  };
  const use = (id: string, image: BufferedImage): void => {
    image.usedAt = clock.now();
    images.delete(id);
    images.set(id, image);
  };
  const makeRoom = (): void => {
    for (const id of images.keys()) {
      // The newest stays, however large it is: its prompt is about to come.
      if (images.size <= 1 || (images.size <= maxImages && bytes <= maxBytes)) return;
      remove(id);
    }
  };
  const sweep = (): void => {
    const before = clock.now() - keepMs;
    for (const [id, { usedAt }] of images) {
      if (usedAt > before) break;
      remove(id);
    }
    cancelSweep = clock.schedule(sweepEveryMs, sweep);
  };
  let cancelSweep = clock.schedule(sweepEveryMs, sweep);
  let closed = false;

  return {
    put: async (id, body, { contentType, signal }) => {
      if (!isUsableId(id)) throw new StudioError('INPUT_INVALID', undefined, { details: { reason: 'image-id' } });
      const stored = await inputs.put(body, { contentType, ...(signal === undefined ? {} : { signal }) });
      if (closed) return;
      const release = inputs.hold(stored.uploadId);
      remove(id);
      images.set(id, { ...stored, release, usedAt: clock.now() });
      bytes += stored.sizeBytes;
      makeRoom();
    },
    inputsFor: (prompt) => {
      const found: JobInput[] = [];
      if (images.size === 0) return found;
      for (const text of textsOf(prompt)) {
        const image = images.get(text);
        if (image === undefined) continue;
        use(text, image);
        const input = { name: text, uploadId: image.uploadId, kind: 'image-cache', subfolder: '', type: '' } as const;
        found.push(input);
      }
      return found;
    },
    find: (id) => {
      const image = images.get(id);
      if (image === undefined) return null;
      use(id, image);
      return { uploadId: image.uploadId };
    },
    close: () => {
      closed = true;
      cancelSweep();
      for (const id of images.keys()) remove(id);
    },
  };
};
