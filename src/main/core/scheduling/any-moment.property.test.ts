import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScheduler } from './create-scheduler.ts';
import { anySituation, now, type Situation } from './random-moment.fixture.ts';
import type { Scheduler, SchedulingDecision, SchedulingInstance, SchedulingJob } from './scheduler-interface.ts';

const schedulerIn = ({ jobs, busy, held, learned, missing }: Situation): Scheduler => {
  const one = createScheduler({ random: () => 0.7, missing });
  one.relearn(learned);
  for (const { job, instanceId } of held) {
    one.adopt(job, instanceId, now - 400_000);
    one.started(job.jobId, now - 400_000);
    one.ended(job.jobId, 'succeeded', now - 300_000);
  }
  for (const { job, instanceId, startedAt } of busy) {
    one.adopt(job, instanceId, startedAt ?? now);
    if (startedAt !== null) one.started(job.jobId, startedAt);
  }
  for (const job of jobs) one.add(job);
  return one;
};

interface Asked {
  readonly decisions: readonly Exclude<SchedulingDecision, { kind: 'wait' }>[];
  readonly wakeAt: number | null;
}

/** Asks until there is nothing to do; fails when that takes more decisions than there can be. */
const ask = (one: Scheduler, { moment, jobs }: Situation, at = moment.now): Asked => {
  const decisions: Exclude<SchedulingDecision, { kind: 'wait' }>[] = [];
  for (;;) {
    const decision = one.next({ ...moment, now: at });
    if (decision.kind === 'wait') return { decisions, wakeAt: decision.wakeAt };
    decisions.push(decision);
    expect(decisions.length).toBeLessThanOrEqual(jobs.length + moment.instances.length);
  }
};

const canWork = ({ enabled, status, health, draining }: SchedulingInstance): boolean =>
  enabled && status === 'running' && (health === 'healthy' || health === 'degraded') && !draining;

/** Whether the instance could ever run the job, told from the promises and not from the code. */
const suits = (one: Scheduler, { missing }: Situation, job: SchedulingJob, instance: SchedulingInstance): boolean => {
  const { instanceId, vramTotalBytes } = instance;
  const need = one.memoryNeed(job.shape);
  if (job.requestedInstanceId !== null && job.requestedInstanceId !== instanceId) return false;
  if (job.excludedInstanceIds.includes(instanceId) || missing(job.needs, instanceId).classTypes.length > 0)
    return false;
  return need === null || vramTotalBytes === null || vramTotalBytes >= need;
};

/** Jobs that wait although an instance which is up and has nothing to do could run them. */
const leftBehind = (one: Scheduler, situation: Situation): readonly string[] => {
  const { moment, jobs } = situation;
  const working = moment.instances.filter(canWork);
  return jobs.flatMap((job) => {
    if (one.get(job.jobId) === undefined || one.explain(job.jobId, moment)?.waiting === 'earlier-of-lane') return [];
    return working.some((instance) => suits(one, situation, job, instance)) ? [job.jobId] : [];
  });
};

const isQuiet = ({ moment, busy }: Situation, { decisions }: Asked): boolean =>
  busy.length === 0 && decisions.length === 0 && moment.instances.every(({ status }) => status !== 'starting');

describe('at any moment', () => {
  it('questions come to an end, and only sleeping instances that may be started are started', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const { decisions, wakeAt } = ask(schedulerIn(situation), situation);
        if (wakeAt !== null) expect(wakeAt).toBeGreaterThan(now);
        for (const { kind, instanceId } of decisions) {
          const instance = situation.moment.instances.find((other) => other.instanceId === instanceId);
          if (kind === 'start')
            expect(instance).toMatchObject({ status: 'stopped', startOnDemand: true, enabled: true });
          else expect(instance !== undefined && canWork(instance)).toBe(true);
        }
        const assigned = decisions.flatMap(({ kind, jobId }) => (kind === 'assign' ? [jobId] : []));
        expect(new Set(assigned).size).toBe(assigned.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('a job is not left waiting where nothing runs, loads or comes up and an instance could take it', () => {
    let quiet = 0;
    fc.assert(
      fc.property(anySituation, (drawn) => {
        const situation = { ...drawn, busy: [], moment: { ...drawn.moment, paused: false } };
        const one = schedulerIn(situation);
        const asked = ask(one, situation);
        if (!isQuiet(situation, asked)) return;
        quiet += 1;
        expect(leftBehind(one, situation)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(quiet).toBeGreaterThan(100);
  });

  it('who follows the wake times does not wait for ever for what others are about to do', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const one = schedulerIn(situation);
        let at = now;
        // A second slot is no other instance: whoever waits there waits for the same job.
        let instances = situation.moment.instances.map((each) => ({ ...each, slots: 1 }));
        // Nothing that runs ever ends: each wait for it has to be given up at last.
        for (let wakes = 0; ; wakes += 1) {
          expect(wakes).toBeLessThan(200);
          const { wakeAt, decisions } = ask(one, { ...situation, moment: { ...situation.moment, instances } }, at);
          for (const { kind, jobId } of decisions) if (kind === 'assign') one.started(jobId, at);
          const isUp = (id: string): boolean =>
            decisions.some(({ kind, instanceId }) => kind === 'start' && instanceId === id);
          instances = instances.map((each) => (isUp(each.instanceId) ? { ...each, status: 'running' as const } : each));
          if (wakeAt === null) break;
          expect(wakeAt).toBeGreaterThan(at);
          at = wakeAt;
        }
      }),
      { numRuns: 1500 },
    );
  });
});
