/**
 * Lists show what ended last first, whenever it was submitted: a job of low priority that was taken last week and ended now stands at
 * the top. What has not ended counts by its submission.
 */
export const latestFirstStep = `
  DROP INDEX jobs_listed;
  DROP INDEX jobs_of_instance;
  DROP INDEX jobs_of_batch;
  CREATE INDEX jobs_listed
    ON jobs (state, ifnull(finished_at, submitted_at), sequence, title_folded, id, batch_id, instance_id);
  CREATE INDEX jobs_of_instance
    ON jobs (instance_id, state, ifnull(finished_at, submitted_at), sequence) WHERE instance_id IS NOT NULL;
  CREATE INDEX jobs_of_batch
    ON jobs (batch_id, state, ifnull(finished_at, submitted_at), sequence, id) WHERE batch_id IS NOT NULL;
`;
