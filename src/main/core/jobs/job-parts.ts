import { StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { JobStore, StoredJob } from '#core/ports/job-store.ts';
import type { OutputKnowledge } from '#core/workflows/output-nodes.ts';
import { outputNodesOf } from '#core/workflows/output-nodes.ts';
import { countCharacters } from './count-characters.ts';
import type { JobRecord } from './job-record.ts';
import { heldExtraCharacters, type OrderParts, recordOf } from './job-rows.ts';
import { createLoadingCache, type LoadingCache } from './loading-cache.ts';
import { patchPrompt } from './patched-prompt.ts';

/** Characters of graphs and of extra data that are kept in memory: pictures may stand in them as text. */
const heldCharacters = 64 * 1024 ** 2;

export interface JobParts {
  readonly graphs: LoadingCache<Prompt>;
  readonly parts: OrderParts;
  /** A job that stays in memory. */
  recordOf(row: StoredJob): JobRecord;
  /** A job that is only looked at: all that was read with it is there, and goes with it. */
  passingRecordOf(row: StoredJob): JobRecord;
}

const needed = <Value>(value: Value | null, details: Readonly<Record<string, unknown>>): Value => {
  if (value === null) throw new StudioError('STORE_READ_FAILED', undefined, { details });
  return value;
};

/** The parts of jobs that are dear to hold: kept as long as there is room, and read from disk else. */
export const createJobParts = (store: Pick<JobStore, 'graph' | 'read'>, isOutput: OutputKnowledge): JobParts => {
  const graphs = createLoadingCache<Prompt>(heldCharacters, countCharacters, (graphKey) => store.graph(graphKey));
  const extras = createLoadingCache<StoredJob['order']['extraData']>(
    heldCharacters,
    countCharacters,
    (jobId) => store.read(jobId)?.order.extraData ?? null,
  );
  const parts: OrderParts = {
    prompt: (graphKey, patches) => patchPrompt(needed(graphs.get(graphKey), { graphKey }), patches),
    outputNodeIds: (prompt) => outputNodesOf(prompt, isOutput),
    extraData: (jobId) => needed(extras.get(jobId), { jobId }),
  };
  /** Reads a graph for one job: a page of old ones would drive those out of memory that are needed again. */
  const passingParts = (): OrderParts => {
    let graph: Prompt | null = null;
    return {
      ...parts,
      prompt: (graphKey, patches) => {
        graph ??= graphs.peek(graphKey) ?? store.graph(graphKey);
        return patchPrompt(needed(graph, { graphKey }), patches);
      },
    };
  };
  const isLight = (extraData: StoredJob['order']['extraData']): boolean =>
    countCharacters(extraData) <= heldExtraCharacters;
  return {
    graphs,
    parts,
    recordOf: (row) => recordOf(row, parts, isLight),
    passingRecordOf: (row) => recordOf(row, passingParts(), () => true),
  };
};
