import type { Policy, PolicySetup } from './policy.ts';
import { type SimulationResult, simulate } from './simulate.ts';
import type { Trace, TraceCard, TraceJob, TraceWorkflow } from './trace.ts';

/** A card of speed 1 on a host of its own. */
export const card = (id: string, fields: Partial<TraceCard> = {}): TraceCard => ({
  id,
  hostId: '',
  speed: 1,
  loadSpeed: 1,
  memoryBytes: 24_000,
  deviceKey: 'make',
  ...fields,
});

/** A workflow with one model of its own name; a byte takes a millisecond to load. */
export const workflow = (model: string, loadMs: number, runMs: number, id = model): TraceWorkflow => ({
  id,
  model,
  files: [{ name: model, bytes: loadMs }],
  work: runMs / 100,
  runMs,
});

let jobs = 0;
export const job = (workflow: TraceWorkflow, fields: Partial<TraceJob> = {}): TraceJob => {
  jobs += 1;
  return {
    id: `job-${jobs}`,
    arrivalAt: 0,
    workflow,
    runFactor: 1,
    loadFactor: 1,
    kind: 'batch',
    client: 'somebody',
    wave: 0,
    ...fields,
  };
};

export const trace = (fields: Partial<Trace> & Pick<Trace, 'cards' | 'jobs'>): Trace => ({
  name: 'small',
  outages: [],
  loadBytesPerMs: 1,
  diskStreams: Number.POSITIVE_INFINITY,
  residency: 'last-set',
  goal: 'makespan',
  makespanOf: 'all',
  ...fields,
});

export const setup = ({ cards, jobs, residency }: Trace): PolicySetup => ({
  cards,
  residency,
  workflows: [...new Set(jobs.map(({ workflow }) => workflow))],
  meanRunMs: jobs.reduce((sum, { workflow }) => sum + workflow.runMs, 0) / jobs.length,
  random: () => 0.5,
});

export const play = (trace: Trace, policy: Policy): SimulationResult =>
  simulate(trace, policy, { stopwatch: null, starvationLimitMs: 600_000 });

/** Which card ran which jobs, by the order of their ends. */
export const runsByCard = ({ records }: SimulationResult): Record<string, readonly string[]> => {
  const ended = records.toSorted((one, other) => one.endedAt - other.endedAt);
  return Object.fromEntries(
    [...Map.groupBy(ended, ({ cardId }) => cardId ?? '')].map(([cardId, own]) => [
      cardId,
      own.map(({ job }) => job.id),
    ]),
  );
};

/** Sends job by job to the cards of a list, in order of arrival. */
export const scripted = (cardIds: readonly string[]): Policy => {
  const waiting: string[] = [];
  let next = 0;
  return {
    arrived: ({ id }) => void waiting.push(id),
    lost: ({ id }) => void waiting.push(id),
    next({ cards }) {
      const cardId = cardIds[next % cardIds.length] ?? '';
      const jobId = waiting[0];
      if (jobId === undefined || cards.find(({ id }) => id === cardId)?.up !== true)
        return { kind: 'wait', wakeAt: null };
      waiting.shift();
      next += 1;
      return { kind: 'assign', jobId, cardId };
    },
  };
};
