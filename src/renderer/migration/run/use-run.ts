import type { MigrationRun } from '#contract/models/migration.ts';
import { useAnswer } from '../../studio-client/use-call.ts';
import { useTopic } from '../../studio-client/use-topic.ts';

export interface FoundRun {
  /** Undefined while it is looked up, null where there is none. */
  readonly run: MigrationRun | null | undefined;
  readonly error: Error | null;
}

/** One migration, live: the topic tells of the latest one, the list of all others. */
export const useRun = (runId: string): FoundRun => {
  const topic = useTopic('migration', { select: (state) => state });
  const isLatest = topic.data?.id === runId;
  const list = useAnswer('migration.runs', {}, { enabled: topic.data !== undefined && !isLatest });
  if (isLatest) return { run: topic.data, error: null };
  const known = list.data?.runs.find(({ id }) => id === runId);
  if (known !== undefined) return { run: known, error: null };
  return { run: list.data === undefined || list.isFetching ? undefined : null, error: topic.error ?? list.error };
};

export const isUnderWay = ({ state }: MigrationRun): boolean => state === 'applying' || state === 'undoing';
