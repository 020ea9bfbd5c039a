/** Keeps operations on one job apart while one of them waits for the disk: they come one after the other, each seeing what the last left. */
export interface JobClaims {
  /** Waits until nobody works on any of these jobs, and keeps others off them until `work` has ended. Claims do not nest. */
  during<Result>(jobIds: readonly string[], work: () => Promise<Result>): Promise<Result>;
}

export const createJobClaims = (): JobClaims => {
  /** Each claimed job with the end of its claim. */
  const claimed = new Map<string, Promise<void>>();

  const othersOn = (jobIds: readonly string[]): Promise<void> | undefined => {
    for (const jobId of jobIds) {
      const other = claimed.get(jobId);
      if (other !== undefined) return other;
    }
    return undefined;
  };

  return {
    during: async (jobIds, work) => {
      for (let others = othersOn(jobIds); others !== undefined; others = othersOn(jobIds)) await others;
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      for (const jobId of jobIds) claimed.set(jobId, ended);
      try {
        return await work();
      } finally {
        for (const jobId of jobIds) claimed.delete(jobId);
        end();
      }
    },
  };
};
