import { createScheduler } from './create-scheduler.ts';
import type {
  MissingParts,
  Scheduler,
  SchedulingInstance,
  SchedulingJob,
  SchedulingMoment,
  WorkflowShape,
} from './scheduler-interface.ts';

/** The shape of a prompt that loads `models` and does `work`. */
export const shape = (models: readonly string[] | string = 'checkpoints/a', work = 20): WorkflowShape => {
  const loaders = [...new Set(typeof models === 'string' ? [models] : models)].sort();
  const loaderKey = loaders.join('|');
  return { loaders, loaderKey, fingerprint: `${loaderKey}#${work}`, family: loaderKey, work };
};

const counter = { value: 0 };

/** A free interactive job of priority 0; later ones have a higher rank. */
export const job = (jobId: string, fields: Partial<SchedulingJob> = {}): SchedulingJob => {
  counter.value += 1;
  return {
    jobId,
    shape: shape(),
    needs: { key: 'any', classTypes: [], combos: [] },
    priority: 0,
    rank: counter.value,
    kind: 'interactive',
    lane: null,
    requestedInstanceId: null,
    queuedAt: 0,
    firm: false,
    excludedInstanceIds: [],
    ...fields,
  };
};

/** A healthy instance with one slot on a host of its own. */
export const instance = (instanceId: string, fields: Partial<SchedulingInstance> = {}): SchedulingInstance => ({
  instanceId,
  hostId: `host of ${instanceId}`,
  enabled: true,
  status: 'running',
  health: 'healthy',
  draining: false,
  slots: 1,
  weight: 1,
  deviceKey: 'card',
  vramTotalBytes: 24e9,
  catalogRevision: 1,
  startOnDemand: false,
  coldStartMs: 20_000,
  ...fields,
});

/** `instances` at `now` under fastest finish, with limits that bind in no short test. */
export const moment = (
  instances: readonly SchedulingInstance[],
  fields: Partial<SchedulingMoment> = {},
): SchedulingMoment => ({
  now: 0,
  instances,
  activeInstanceId: null,
  strategy: 'fastest-finish',
  paused: false,
  maxConcurrentLoads: 0,
  starvationLimitMs: 600_000,
  ...fields,
});

export const nothingMissing: MissingParts = { classTypes: [], combos: [], unlisted: [] };

export const scheduler = (
  fields: { readonly random?: () => number; readonly missing?: (instanceId: string) => MissingParts } = {},
): Scheduler =>
  createScheduler({
    random: fields.random ?? (() => 0),
    missing: (_needs, instanceId) => fields.missing?.(instanceId) ?? nothingMissing,
  });

/** Asks until there is nothing to do; answers `jobId@instanceId`, starts as `jobId+instanceId`. */
export const decideAll = (one: Scheduler, at: SchedulingMoment): readonly string[] => {
  const decisions: string[] = [];
  for (;;) {
    const decision = one.next(at);
    if (decision.kind === 'wait') return decisions;
    decisions.push(`${decision.jobId}${decision.kind === 'assign' ? '@' : '+'}${decision.instanceId}`);
    if (decisions.length > 1000) throw new Error('The scheduler does not come to an end.');
  }
};
