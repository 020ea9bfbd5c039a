import { StudioError } from '#contract/errors.ts';

/** Runs tasks one at a time, in the order they came. */
export interface PictureTurns {
  /**
   * A task that fails does not keep the next one back. One whose signal aborts before its turn gives its place up and rejects with the
   * signal's reason; CALL_TOO_MANY where too many wait.
   */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

export const createPictureTurns = (maxWaiting: number): PictureTurns => {
  const waiting = new Set<() => void>();
  let isBusy = false;

  const turn = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        signal?.removeEventListener('abort', leave);
        waiting.delete(begin);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(begin);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(begin);
    });

  const next = (): void => {
    const [begin] = waiting;
    isBusy = begin !== undefined;
    begin?.();
  };

  return {
    run: async (task, signal) => {
      signal?.throwIfAborted();
      if (isBusy) {
        if (waiting.size >= maxWaiting) throw new StudioError('CALL_TOO_MANY');
        await turn(signal);
      }
      isBusy = true;
      try {
        signal?.throwIfAborted();
        return await task();
      } finally {
        next();
      }
    },
  };
};
