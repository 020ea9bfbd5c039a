/** How a waiting job is ordered: lower numbers first, as ComfyUI does (comfyui-protocol.md 4.1). */
export interface QueuedJob {
  readonly jobId: string;
  readonly number: number;
}

/** The jobs that wait, in the order in which they are tried. Synchronous, so that a store on disk can stand behind it. */
export interface JobQueue {
  add(job: QueuedJob): void;
  /** Back to the front, before everything that waits: it was handed out before. */
  putBack(jobId: string): void;
  /** Whether it was waiting. */
  remove(jobId: string): boolean;
  waiting(): readonly string[];
}

export const createJobQueue = (): JobQueue => {
  // Sorted at every change; jobs of one number keep the order in which they came.
  let entries: readonly QueuedJob[] = [];
  const without = (jobId: string): readonly QueuedJob[] => entries.filter((entry) => entry.jobId !== jobId);
  return {
    add: (job) => {
      const after = entries.findIndex((entry) => entry.number > job.number);
      entries = after === -1 ? [...entries, job] : entries.toSpliced(after, 0, job);
    },
    putBack: (jobId) => {
      entries = [{ jobId, number: Number.NEGATIVE_INFINITY }, ...without(jobId)];
    },
    remove: (jobId) => {
      const before = entries.length;
      entries = without(jobId);
      return entries.length < before;
    },
    waiting: () => entries.map(({ jobId }) => jobId),
  };
};
