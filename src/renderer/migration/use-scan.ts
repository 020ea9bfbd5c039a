import { type QueryKey, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallInput, CallOutput } from '#contract/calls/index.ts';
import type { MigrationFinding } from '#contract/models/migration.ts';
import { useServices } from '../state/app-context.tsx';
import { useRetryOnReconnect } from './use-retry-on-reconnect.ts';
import { useWizard } from './wizard-context.tsx';

export const scanKey = (input: CallInput<'migration.scan'>): QueryKey => ['migration.scan', input];

/** The studio remembers its last look only, so each look is at everything. */
export const useScanInput = (): CallInput<'migration.scan'> => {
  const folders = useWizard((state) => state.folders);
  const urls = useWizard((state) => state.urls);
  return { folders: [...folders], urls: [...urls], usualPlaces: true };
};

export interface Scan {
  readonly query: UseQueryResult<CallOutput<'migration.scan'>>;
  readonly isScanning: boolean;
  /** The user ended it before there was an answer. */
  readonly isStopped: boolean;
  stop(): void;
  again(): void;
}

/** A look at the usual places and at those that the user points at; it begins by itself. */
export const useScan = (): Scan => {
  const { client } = useServices();
  const queries = useQueryClient();
  const input = useScanInput();
  const query = useQuery<CallOutput<'migration.scan'>>({
    queryKey: scanKey(input),
    queryFn: ({ signal }) => client.call('migration.scan', input, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const { refetch } = query;
  useRetryOnReconnect(query.error, refetch);
  const isScanning = query.fetchStatus !== 'idle';
  return {
    query,
    isScanning,
    isStopped: !isScanning && query.data === undefined && query.error === null,
    stop: () => void queries.cancelQueries({ queryKey: scanKey(input) }),
    again: () => void refetch(),
  };
};

export const isUsable = ({ candidates }: MigrationFinding): boolean => candidates.length > 0;

const isRunning = ({ candidates }: MigrationFinding): boolean =>
  candidates.some(({ runningPid, isActive }) => runningPid !== null || isActive);

/** What most people mean: what they pointed at last, else what runs, else the first that is of any use. */
export const proposedIds = (findings: readonly MigrationFinding[], pointedAt: readonly string[]): readonly string[] => {
  const usable = findings.filter(isUsable);
  const last = pointedAt.at(-1);
  const pointed = usable.find(({ location }) => location === last || (last !== undefined && last.includes(location)));
  const proposed = pointed ?? usable.find(isRunning) ?? usable[0];
  return proposed === undefined ? [] : [proposed.id];
};

/** The findings that are chosen now, in the order in which they are shown. */
export const useChosenIds = (findings: readonly MigrationFinding[]): readonly string[] => {
  const chosen = useWizard((state) => state.chosen);
  const folders = useWizard((state) => state.folders);
  const urls = useWizard((state) => state.urls);
  const ids = chosen ?? proposedIds(findings, [...folders, ...urls]);
  return findings.filter((finding) => isUsable(finding) && ids.includes(finding.id)).map(({ id }) => id);
};
