/** Batches by themselves; their jobs name them in `batch_id`. */
export const batchesStep = `
  CREATE TABLE batches (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    total INTEGER NOT NULL CHECK (total >= 0),
    priority INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL,
    parameters TEXT NOT NULL
  ) STRICT;
  CREATE INDEX jobs_of_batch_ended ON jobs (batch_id, finished_at) WHERE batch_id IS NOT NULL AND finished_at IS NOT NULL;
`;
