import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallInput } from '#contract/calls/index.ts';
import { StudioError } from '#contract/errors.ts';
import type { MigrationPlan } from '#contract/models/migration.ts';
import { useServices } from '../state/app-context.tsx';
import { useRetryOnReconnect } from './use-retry-on-reconnect.ts';
import { scanKey, useScanInput } from './use-scan.ts';
import { useWizard } from './wizard-context.tsx';
import type { InstanceEdit } from './wizard-state.ts';

/** Typing is followed by a plan when it rests. */
const restMs = 350;

type Choices = CallInput<'migration.plan'>;

export const isPort = (port: number | undefined): boolean =>
  port === undefined || (Number.isInteger(port) && port >= 1 && port <= 65_535);

/** Edits that a plan can be made of; what is half typed waits. */
const sendable = (edits: Readonly<Record<string, InstanceEdit>>): NonNullable<Choices['edits']> =>
  Object.entries(edits).flatMap(([instanceId, { isIncluded, name, port, gpuDevice }]) => {
    const text = name?.trim() ?? '';
    const edit = {
      ...(isIncluded === false ? { isIncluded } : {}),
      ...(text === '' ? {} : { name: text.slice(0, 200) }),
      ...(port === undefined || !isPort(port) ? {} : { port }),
      ...(gpuDevice === undefined ? {} : { gpuDevice }),
    };
    return Object.keys(edit).length === 0 ? [] : [{ instanceId, ...edit }];
  });

const usePlanQuery = (choices: Choices, enabled: boolean): UseQueryResult<MigrationPlan> => {
  const { client } = useServices();
  const queries = useQueryClient();
  const scan = useScanInput();
  const query = useQuery<MigrationPlan>({
    queryKey: ['migration.plan', choices],
    queryFn: async ({ signal }) => {
      try {
        return await client.call('migration.plan', choices, { signal });
      } catch (error) {
        // A studio that was started again has to look first; the same places have the same ids.
        if (!(error instanceof StudioError) || error.code !== 'MIGRATION_FINDING_GONE') throw error;
        queries.setQueryData(scanKey(scan), await client.call('migration.scan', scan, { signal }));
        return client.call('migration.plan', choices, { signal });
      }
    },
    enabled,
    retry: false,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
  useRetryOnReconnect(query.error, query.refetch);
  return query;
};

/** What is half typed, or wrong: nothing is carried out before it is put right. */
const isWrong = ({ isIncluded, name, port }: InstanceEdit): boolean =>
  isIncluded !== false && (name?.trim() === '' || !isPort(port));

export interface Plans {
  /** Without what the user typed over it: every instance that could be made. */
  readonly whole: MigrationPlan | undefined;
  /** What would be carried out. */
  readonly plan: MigrationPlan | undefined;
  readonly error: Error | null;
  /** A field holds what no plan can be made of. */
  readonly hasWrongField: boolean;
  /** A newer plan is on its way. */
  readonly isRenewing: boolean;
  again(): void;
}

/** The dry run of what is chosen, made anew with every change. */
export const usePlans = (findingIds: readonly string[]): Plans => {
  const switched = useWizard((state) => state.switched);
  const edits = useWizard((state) => state.edits);
  const [rested] = useDebouncedValue(edits, restMs);
  const choices: Choices = { findingIds: [...findingIds], ...switched };
  const changes = sendable(rested);
  const isKnown = findingIds.length > 0;
  const whole = usePlanQuery(choices, isKnown);
  const corrected = usePlanQuery({ ...choices, edits: changes }, isKnown && changes.length > 0);
  const query = changes.length > 0 ? corrected : whole;
  return {
    whole: whole.data,
    plan: query.data,
    error: query.error ?? whole.error,
    hasWrongField: Object.values(edits).some(isWrong),
    isRenewing: query.isFetching || rested !== edits,
    again: () => {
      void whole.refetch();
      if (changes.length > 0) void corrected.refetch();
    },
  };
};
