import { StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { JobInput } from '#core/jobs/place-inputs.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { createHeldImages, type HeldImagesOptions } from './held-images.ts';

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

/** Longest id that is taken; clients send UUIDs and hashes. */
const maxIdLength = 200;

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
  options: HeldImagesOptions = {},
): ImageBuffer => {
  const images = createHeldImages({ inputs, clock }, options);
  return {
    put: async (id, body, { contentType, signal }) => {
      if (!isUsableId(id)) throw new StudioError('INPUT_INVALID', undefined, { details: { reason: 'image-id' } });
      images.add(id, await inputs.put(body, { contentType, ...(signal === undefined ? {} : { signal }) }));
    },
    inputsFor: (prompt) => {
      const found: JobInput[] = [];
      if (images.size === 0) return found;
      for (const text of textsOf(prompt)) {
        const image = images.find(text);
        if (image === null) continue;
        found.push({ name: text, uploadId: image.uploadId, kind: 'image-cache', subfolder: '', type: '' });
      }
      return found;
    },
    find: images.find,
    close: images.close,
  };
};
