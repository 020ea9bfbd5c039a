/** What happened to jobs since the feeds were last told. */
export interface Changes {
  /** The jobs it happened to; null = too many to name. */
  readonly jobIds: ReadonlySet<string> | null;
  /** A job came, went or changed its state, so that lists and counts may be others. */
  readonly lists: boolean;
}

/** Ids that are named at most: a batch of 100,000 is one change of the lists, not 100,000 changes. */
export const maxNamedJobs = 1000;

export const mergeChanges = (one: Changes | null, other: Changes): Changes => {
  if (one === null) return other;
  const jobIds = one.jobIds === null || other.jobIds === null ? null : new Set([...one.jobIds, ...other.jobIds]);
  return {
    jobIds: jobIds === null || jobIds.size > maxNamedJobs ? null : jobIds,
    lists: one.lists || other.lists,
  };
};

/** Whether a row that shows this job may be another now. */
export const touches = ({ jobIds }: Changes, jobId: string): boolean => jobIds?.has(jobId) ?? true;
