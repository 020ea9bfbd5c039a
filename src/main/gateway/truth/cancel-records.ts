import { StudioError } from '#contract/errors.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';

/**
 * Takes out what waits and asks what runs to stop, as ComfyUI does: this answers when the former is out and does not wait for the latter.
 * A job that ended in the meantime needs no cancel.
 */
export const cancelRecords = async (
  { cancel, cancelMany }: Pick<Jobs, 'cancel' | 'cancelMany'>,
  records: readonly JobRecord[],
): Promise<void> => {
  if (records.length === 0) return;
  await cancelMany({ jobIds: records.map(({ order }) => order.jobId) });
  const held = records.filter(({ view }) => view.state === 'assigned');
  await Promise.all(
    held.map(({ order }) =>
      // It stands in the queue of an instance, which has to be asked.
      cancel(order.jobId).catch((error: unknown) => {
        if (!(error instanceof StudioError) || (error.code !== 'JOB_FINISHED' && error.code !== 'JOB_NOT_FOUND'))
          throw error;
      }),
    ),
  );
};
