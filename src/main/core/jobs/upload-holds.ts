import type { Cancel } from '#core/ports/clock.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { JobInput } from './place-inputs.ts';

/** Keeps the uploads of jobs until those need them no more. */
export interface UploadHolds {
  /** INPUT_INVALID for an upload that is not there; nothing is held then. */
  hold(jobId: string, inputs: readonly Pick<JobInput, 'uploadId'>[]): void;
  release(jobId: string): void;
  stop(): void;
}

export const createUploadHolds = (inputs: Pick<InputStore, 'hold'>): UploadHolds => {
  const holds = new Map<string, readonly Cancel[]>();
  return {
    hold: (jobId, wanted) => {
      if (wanted.length === 0) return;
      const held: Cancel[] = [];
      try {
        for (const { uploadId } of wanted) held.push(inputs.hold(uploadId));
      } catch (error) {
        for (const release of held) release();
        throw error;
      }
      holds.set(jobId, held);
    },
    release: (jobId) => {
      for (const release of holds.get(jobId) ?? []) release();
      holds.delete(jobId);
    },
    stop: () => {
      for (const releases of holds.values()) for (const release of releases) release();
      holds.clear();
    },
  };
};
