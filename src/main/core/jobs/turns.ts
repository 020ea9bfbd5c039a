/** Lets pieces of asynchronous work take place one after the other. */
export interface Turns {
  take<Result>(work: () => Promise<Result>): Promise<Result>;
}

export const createTurns = (): Turns => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: (work) => {
      const next = last.then(work, work);
      last = next;
      return next;
    },
  };
};
