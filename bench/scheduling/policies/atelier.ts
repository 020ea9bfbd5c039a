import type { BalancingStrategy } from '#contract/models/settings.ts';
import { createScheduler } from '#core/scheduling/create-scheduler.ts';
import type {
  Scheduler,
  SchedulingInstance,
  SchedulingJob,
  SchedulingMoment,
  WorkflowShape,
} from '#core/scheduling/scheduler-interface.ts';
import type { CardView, FleetMoment, Policy, PolicyJob, PolicyKind, PolicySetup, PolicyWorkflow } from '../policy.ts';

export interface AtelierOptions {
  readonly strategy: BalancingStrategy;
  readonly maxConcurrentLoads: number;
  readonly starvationLimitMs: number;
}

/** What the studio finds in the graph: work of one family takes as long in proportion to its megapixel steps. */
const shapeOf = ({ id, files, work }: PolicyWorkflow): WorkflowShape => {
  const loaders = files.toSorted();
  const loaderKey = loaders.join('\n');
  return { loaders, loaderKey, fingerprint: id, family: loaderKey, work };
};

const asInstance = (card: CardView, cachedPrompts: number): SchedulingInstance => ({
  instanceId: card.id,
  hostId: card.hostId,
  enabled: true,
  status: card.up ? 'running' : 'stopped',
  health: card.up ? 'healthy' : null,
  draining: false,
  slots: 1,
  weight: 1,
  deviceKey: card.deviceKey,
  vramTotalBytes: card.memoryBytes,
  catalogRevision: 0,
  startOnDemand: false,
  coldStartMs: 0,
  cachedPrompts,
});

type Setup = Pick<PolicySetup, 'random' | 'residency' | 'workflows'>;

/** Prompts whose models a card keeps at least: what its `--cache-lru` is set to. */
const cachedPromptsIn = ({ residency, workflows }: Setup): ((memoryBytes: number) => number) => {
  const sizes = workflows.map(({ files }) => files.reduce((sum, { bytes }) => sum + bytes, 0));
  const largestBytes = Math.max(1, ...sizes);
  return (memoryBytes) => (residency === 'memory' ? Math.max(1, Math.floor(memoryBytes / largestBytes)) : 1);
};

const asSchedulingJob = (job: PolicyJob, rank: number, firm: boolean): SchedulingJob => ({
  jobId: job.id,
  shape: shapeOf(job.workflow),
  needs: { key: '', classTypes: [], combos: [] },
  priority: 0,
  rank,
  kind: job.kind,
  lane: null,
  requestedInstanceId: null,
  queuedAt: job.arrivalAt,
  firm,
  excludedInstanceIds: [],
});

/** The studio's own scheduler, fed by the same events as in the studio. It begins with nothing learned. */
export const createAtelier = (options: AtelierOptions, setup: Setup): Policy => {
  const { random } = setup;
  const cachedPromptsOf = cachedPromptsIn(setup);
  const scheduler: Scheduler = createScheduler({
    random,
    missing: () => ({ classTypes: [], combos: [], unlisted: [] }),
  });
  const ranks = new Map<string, number>();

  const momentOf = ({ now, cards }: FleetMoment): SchedulingMoment => ({
    now,
    instances: cards.map((card) => asInstance(card, cachedPromptsOf(card.memoryBytes))),
    activeInstanceId: null,
    strategy: options.strategy,
    paused: false,
    maxConcurrentLoads: options.maxConcurrentLoads,
    starvationLimitMs: options.starvationLimitMs,
  });

  return {
    arrived(job) {
      ranks.set(job.id, ranks.size);
      scheduler.add(asSchedulingJob(job, ranks.size, false));
    },
    /** A job whose instance died waits at the front, ahead of all that never ran. */
    lost(job, cardId, now) {
      scheduler.ended(job.id, 'lost', now);
      scheduler.emptied(cardId);
      scheduler.add(asSchedulingJob(job, -1, true));
    },
    next(moment) {
      const decision = scheduler.next(momentOf(moment));
      switch (decision.kind) {
        case 'assign':
          return { kind: 'assign', jobId: decision.jobId, cardId: decision.instanceId };
        case 'wait':
          return decision;
        case 'start':
          throw new Error('no instance of a trace starts on demand');
      }
    },
    started: (jobId, _, now) => scheduler.started(jobId, now),
    loaded: (jobId, _, now) => scheduler.loaded(jobId, now),
    ended: (jobId, _, now) => scheduler.ended(jobId, 'succeeded', now),
    cardDown: (cardId) => scheduler.emptied(cardId),
  };
};

export const atelier = (strategy: BalancingStrategy, options: Omit<AtelierOptions, 'strategy'>): PolicyKind => ({
  name: strategy === 'fastest-finish' ? 'atelier' : `atelier-${strategy}`,
  create: (setup) => createAtelier({ ...options, strategy }, setup),
});
