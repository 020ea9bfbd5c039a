/** Who waits for a small picture. The one who asked last is served first: what was scrolled past can wait. */
export interface ThumbnailTurns {
  /** Runs a task when it is its turn; rejects where the signal ends first, too many wait, or all of it is closed. */
  run<Value>(
    task: () => Promise<Value>,
    options: { readonly signal?: AbortSignal | undefined; readonly isIdle: boolean },
  ): Promise<Value>;
  /** Nobody begins any more; resolves when all who began are done. */
  close(): Promise<void>;
}

interface Waiting {
  readonly isIdle: boolean;
  readonly start: () => void;
  readonly refuse: (reason: unknown) => void;
}

export const createThumbnailTurns = (atOnce: number, mostWaiting: number): ThumbnailTurns => {
  const waiting: Waiting[] = [];
  const running = new Set<Promise<void>>();
  let isClosed = false;

  const begin = (): void => {
    if (running.size >= atOnce || waiting.length === 0) return;
    const index = waiting.findLastIndex(({ isIdle }) => !isIdle);
    waiting.splice(index === -1 ? waiting.length - 1 : index, 1)[0]?.start();
  };

  const perform = async <Value>(task: () => Promise<Value>): Promise<Value> => {
    const ended = Promise.withResolvers<void>();
    running.add(ended.promise);
    try {
      return await task();
    } finally {
      running.delete(ended.promise);
      ended.resolve();
      begin();
    }
  };

  return {
    run: (task, { signal, isIdle }) =>
      new Promise((resolve, reject) => {
        if (isClosed || signal?.aborted === true) {
          reject(signal?.reason ?? new Error('No more small pictures are made.'));
          return;
        }
        const give = (): void => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal?.reason);
        };
        const entry: Waiting = {
          isIdle,
          refuse: (reason) => {
            signal?.removeEventListener('abort', give);
            reject(reason);
          },
          start: () => {
            signal?.removeEventListener('abort', give);
            perform(task).then(resolve, reject);
          },
        };
        signal?.addEventListener('abort', give, { once: true });
        waiting.push(entry);
        if (waiting.length > mostWaiting) waiting.shift()?.refuse(new Error('Too many wait for a small picture.'));
        begin();
      }),
    close: async () => {
      isClosed = true;
      for (const { refuse } of waiting.splice(0)) refuse(new Error('No more small pictures are made.'));
      await Promise.all(running);
    },
  };
};
