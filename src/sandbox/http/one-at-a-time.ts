/**
 * Runs works one after the other in the order in which they were asked for. ComfyUI's event loop does not leave such a work
 * half-way: prompts are queued, and uploads are named, in the order of their requests.
 */
export const createSequence = (): (<Result>(work: () => Promise<Result>) => Promise<Result>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
};
