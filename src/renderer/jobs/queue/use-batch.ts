import type { BatchView } from '#contract/models/batch.ts';
import { useLiveBatch } from '../../studio-client/queries.ts';
import { useAnswer } from '../../studio-client/use-call.ts';

/** One batch: live while it is among the latest, else as it was when asked; null while it is not known. */
export const useBatch = (batchId: string | null): BatchView | null => {
  const live = useLiveBatch(batchId ?? '');
  const asked =
    useAnswer(
      'batches.get',
      { batchId: batchId ?? '' },
      { enabled: live === null && batchId !== null, staleTimeMs: 30_000 },
    ).data ?? null;
  return live ?? asked;
};
