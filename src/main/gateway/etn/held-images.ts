import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { InputStore, StoredInput } from '#core/ports/input-store.ts';

export interface HeldImagesOptions {
  /** An image goes so long after its last use. */
  readonly keepMs?: number;
  readonly maxImages?: number;
  /** Of all images together; the one that was used longest ago goes first. */
  readonly maxBytes?: number;
}

/** Images on disk by their ids, as long as there is room and somebody uses them. */
export interface HeldImages {
  /** Takes the place of an earlier one of that id. */
  add(id: string, stored: StoredInput): void;
  /** Where the image is kept, or null; it counts as used. */
  find(id: string): { readonly uploadId: string } | null;
  remove(id: string): void;
  readonly size: number;
  /** Lets go of all images; whoever else holds theirs keeps them. */
  close(): void;
}

interface HeldImage extends StoredInput {
  readonly release: Cancel;
  usedAt: number;
}

const sweepEveryMs = 60_000;

export const createHeldImages = (
  { inputs, clock }: { readonly inputs: Pick<InputStore, 'hold'>; readonly clock: Clock },
  { keepMs = 3_600_000, maxImages = 2000, maxBytes = 4 * 1024 ** 3 }: HeldImagesOptions = {},
): HeldImages => {
  // In the order of their last use.
  const images = new Map<string, HeldImage>();
  let bytes = 0;
  let closed = false;

  const remove = (id: string): void => {
    const image = images.get(id);
    if (image === undefined) return;
    images.delete(id);
    bytes -= image.sizeBytes;
    image.release();
  };
  const makeRoom = (): void => {
    for (const id of images.keys()) {
      // The newest stays, however large it is: whoever wants it is about to come.
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

  return {
    add: (id, stored) => {
      if (closed) return;
      const release = inputs.hold(stored.uploadId, 'buffer');
      remove(id);
      images.set(id, { ...stored, release, usedAt: clock.now() });
      bytes += stored.sizeBytes;
      makeRoom();
    },
    find: (id) => {
      const image = images.get(id);
      if (image === undefined) return null;
      image.usedAt = clock.now();
      images.delete(id);
      images.set(id, image);
      return { uploadId: image.uploadId };
    },
    remove,
    get size() {
      return images.size;
    },
    close: () => {
      closed = true;
      cancelSweep();
      for (const id of images.keys()) remove(id);
    },
  };
};
