/** Runs tasks one after the other, in the order they came; a task that fails does not keep the next one back. */
export interface SerialQueue {
  run<Result>(task: () => Promise<Result>): Promise<Result>;
}

export const createSerialQueue = (): SerialQueue => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (task) => {
      const result = last.then(task, task);
      last = result;
      return result;
    },
  };
};
