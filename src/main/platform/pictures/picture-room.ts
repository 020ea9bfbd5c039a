import { StudioError } from '#contract/errors.ts';

export interface PictureRoomLimits {
  /** Of one file. */
  readonly maxFileBytes: number;
  /** Of all files that are held at a time. */
  readonly maxHeldBytes: number;
  /** How long a file may wait for others to be done. */
  readonly waitMs: number;
}

/** Files of one piece of work, held whole. */
export interface HeldPictures {
  /**
   * Reads a file to its end, at the speed at which it comes. `tooLarge` is thrown for one beyond the limit, CALL_TOO_MANY where the room
   * is taken by others for too long.
   */
  read(file: AsyncIterable<Uint8Array>, tooLarge: () => Error): Promise<Buffer>;
  release(): void;
}

/** The memory for files that are worked on. Each is read for itself, so that a slow one keeps no other back. */
export interface PictureRoom {
  hold(signal?: AbortSignal): HeldPictures;
  readonly heldBytes: number;
}

const createReleases = (waitMs: number) => {
  const listeners = new Set<() => void>();
  return {
    tell: (): void => {
      for (const listener of listeners) listener();
    },
    /** Calls back at each release until that answers true; rejects after the limit, or when the signal aborts. */
    until: (isEnough: () => boolean, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          listeners.delete(released);
          signal?.removeEventListener('abort', left);
        };
        const released = (): void => {
          if (!isEnough()) return;
          stop();
          resolve();
        };
        const left = (): void => {
          stop();
          reject(signal?.reason);
        };
        const timer = setTimeout(() => {
          stop();
          reject(new StudioError('CALL_TOO_MANY'));
        }, waitMs);
        listeners.add(released);
        signal?.addEventListener('abort', left, { once: true });
      }),
  };
};

export const createPictureRoom = ({ maxFileBytes, maxHeldBytes, waitMs }: PictureRoomLimits): PictureRoom => {
  const releases = createReleases(waitMs);
  let heldBytes = 0;

  const reserve = (bytes: number): boolean => {
    if (heldBytes + bytes > maxHeldBytes) return false;
    heldBytes += bytes;
    return true;
  };

  return {
    hold: (signal) => {
      let ownBytes = 0;
      return {
        read: async (file, tooLarge) => {
          const chunks: Uint8Array[] = [];
          let fileBytes = 0;
          for await (const chunk of file) {
            signal?.throwIfAborted();
            fileBytes += chunk.byteLength;
            if (fileBytes > maxFileBytes) throw tooLarge();
            if (!reserve(chunk.byteLength)) await releases.until(() => reserve(chunk.byteLength), signal);
            ownBytes += chunk.byteLength;
            chunks.push(chunk);
          }
          return Buffer.concat(chunks);
        },
        release: () => {
          heldBytes -= ownBytes;
          ownBytes = 0;
          releases.tell();
        },
      };
    },
    get heldBytes() {
      return heldBytes;
    },
  };
};
