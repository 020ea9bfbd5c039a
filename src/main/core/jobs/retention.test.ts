import { describe, expect, it } from 'vitest';
import type { Logger } from '#core/ports/logger.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import type { LiveChange } from './live-jobs.ts';
import { createManualClock, type ManualClock } from './manual-clock.fixture.ts';
import { createRetention, type Retention, retentionStepJobs } from './retention.ts';

const day = 86_400_000;
const minute = 60_000;

interface Rig {
  readonly clock: ManualClock;
  readonly retention: Retention;
  /** Ended jobs, oldest first: their ids and when they ended. */
  readonly ended: { id: string; at: number }[];
  /** How many jobs each write forgot. */
  readonly steps: number[];
  readonly warnings: string[];
  asked: number;
  listening: number;
  settings: { jobsKeptDays: number; jobsKeptCount: number };
  forget: (jobIds: readonly string[]) => Promise<void>;
  /** Tells that a job has ended. */
  readonly end: () => void;
  readonly progress: () => void;
}

const createRig = (count: number, settings = { jobsKeptDays: 30, jobsKeptCount: 10_000 }): Rig => {
  const clock = createManualClock(100 * day);
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
  };
  const logger: Logger = { debug: warn, info: warn, warn, error: warn };
  const changes = createEmitter<LiveChange>();
  const rig: Omit<Rig, 'retention'> = {
    clock,
    settings,
    end: () => changes.emit('state'),
    progress: () => changes.emit('progress'),
    ended: Array.from({ length: count }, (_, index) => ({ id: `job ${index}`, at: clock.now() - (count - index) })),
    steps: [],
    warnings,
    asked: 0,
    listening: 0,
    forget: async (jobIds) => {
      rig.steps.push(jobIds.length);
      rig.ended.splice(0, rig.ended.length, ...rig.ended.filter(({ id }) => !jobIds.includes(id)));
    },
  };
  const retention = createRetention({
    clock,
    logger,
    jobs: {
      onChange: (listener) => {
        rig.listening += 1;
        const cancel = changes.on((change) => listener('job', change));
        return () => {
          rig.listening -= 1;
          cancel();
        };
      },
    },
    settings: () => rig.settings,
    forget: (jobIds) => rig.forget(jobIds),
    store: {
      expired: ({ before, keep, limit }) => {
        rig.asked += 1;
        const beyond = Math.max(0, rig.ended.length - keep);
        return rig.ended
          .filter(({ at }, index) => at < before || index < beyond)
          .slice(0, limit)
          .map(({ id }) => id);
      },
    },
  });
  return Object.assign(rig, { retention });
};

describe('the retention of jobs', () => {
  it('forgets nothing before the studio has settled, then what is too old, and nothing younger', async () => {
    const rig = createRig(3);
    const [oldest, boundary] = rig.ended;
    if (oldest === undefined || boundary === undefined) throw new Error('the rig has three jobs');
    oldest.at = rig.clock.now() - 31 * day;
    boundary.at = rig.clock.now() - 30 * day + 5 * minute;
    rig.end();
    await rig.clock.advance(minute);
    rig.retention.start();
    rig.end();
    await rig.clock.advance(29_000);
    expect(rig.ended).toHaveLength(3);
    await rig.clock.advance(1000);
    expect(rig.ended.map(({ id }) => id)).toEqual(['job 1', 'job 2']);
  });

  it('keeps the newest so many', async () => {
    const rig = createRig(25, { jobsKeptDays: 30, jobsKeptCount: 10 });
    rig.retention.start();
    await rig.clock.advance(minute);
    expect(rig.ended.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, index) => `job ${index + 15}`));
  });

  it('keeps none where none is to be kept', async () => {
    const rig = createRig(retentionStepJobs, { jobsKeptDays: 30, jobsKeptCount: 0 });
    rig.retention.start();
    await rig.clock.advance(minute);
    expect(rig.ended).toEqual([]);
    expect(rig.warnings).toEqual([]);
  });

  it('forgets a long list in small steps, with time for others in between', async () => {
    const rig = createRig(5 * retentionStepJobs + 1, { jobsKeptDays: 30, jobsKeptCount: 1 });
    rig.retention.start();
    await rig.clock.advance(30_000);
    expect(rig.steps).toEqual([retentionStepJobs]);
    await rig.clock.advance(minute);
    expect(rig.steps).toEqual(Array.from({ length: 5 }, () => retentionStepJobs));
    expect(rig.ended).toHaveLength(1);
  });

  it('looks again once it is quiet after jobs have ended, and after a minute where it never is', async () => {
    const rig = createRig(0);
    rig.retention.start();
    await rig.clock.advance(minute);
    expect(rig.asked).toBe(1);
    rig.end();
    await rig.clock.advance(4000);
    rig.end();
    await rig.clock.advance(4999);
    expect(rig.asked).toBe(1);
    await rig.clock.advance(1);
    expect(rig.asked).toBe(2);
    for (let second = 0; second < 100; second += 1) {
      rig.end();
      await rig.clock.advance(1000);
    }
    expect(rig.asked).toBe(3);
  });

  it('takes new settings up as soon, and no progress for an end', async () => {
    const rig = createRig(3);
    rig.retention.start();
    await rig.clock.advance(minute);
    rig.progress();
    await rig.clock.advance(minute);
    expect(rig.asked).toBe(1);
    rig.settings.jobsKeptCount = 1;
    rig.retention.touch();
    await rig.clock.advance(5000);
    expect(rig.ended).toHaveLength(1);
  });

  it('sets no timer for each of many ends', async () => {
    const rig = createRig(0);
    rig.retention.start();
    await rig.clock.advance(minute);
    for (let count = 0; count < 1000; count += 1) rig.end();
    expect(rig.clock.pending()).toBe(1);
  });

  it('looks once a day although nothing happens', async () => {
    const rig = createRig(0);
    rig.retention.start();
    await rig.clock.advance(3 * day + minute);
    expect(rig.asked).toBe(4);
  });

  it('sees a job that ends while it is at work, and takes the settings as they are then', async () => {
    const rig = createRig(10);
    const { forget } = rig;
    rig.settings.jobsKeptCount = 9;
    rig.forget = async (jobIds) => {
      await forget(jobIds);
      rig.end();
    };
    rig.retention.start();
    await rig.clock.advance(31_000);
    expect(rig.ended).toHaveLength(9);
    rig.settings.jobsKeptCount = 5;
    await rig.clock.advance(5000);
    expect(rig.ended).toHaveLength(5);
  });

  it('does one thing at a time', async () => {
    const rig = createRig(10, { jobsKeptDays: 30, jobsKeptCount: 5 });
    let calls = 0;
    rig.forget = () => {
      calls += 1;
      return new Promise(() => undefined);
    };
    rig.retention.start();
    await rig.clock.advance(minute);
    rig.end();
    await rig.clock.advance(minute);
    expect(calls).toBe(1);
  });

  it('goes on the next day after the store has failed', async () => {
    const rig = createRig(2, { jobsKeptDays: 30, jobsKeptCount: 1 });
    const { forget } = rig;
    rig.forget = () => Promise.reject(new Error('disk full'));
    rig.retention.start();
    await rig.clock.advance(minute);
    expect(rig.warnings).toHaveLength(1);
    rig.forget = forget;
    await rig.clock.advance(day);
    expect(rig.ended).toHaveLength(1);
  });

  it('does not ask for ever a store that does not forget', async () => {
    const rig = createRig(2 * retentionStepJobs, { jobsKeptDays: 30, jobsKeptCount: 0 });
    let calls = 0;
    rig.forget = async () => {
      calls += 1;
    };
    rig.retention.start();
    await rig.clock.advance(minute);
    expect(calls).toBe(1);
    expect(rig.warnings).toHaveLength(1);
  });

  it('begins nothing once it is stopped, and waits for the step under way', async () => {
    const rig = createRig(3 * retentionStepJobs, { jobsKeptDays: 30, jobsKeptCount: 0 });
    const gate = Promise.withResolvers<void>();
    const { forget } = rig;
    rig.forget = async (jobIds) => {
      await gate.promise;
      await forget(jobIds);
    };
    rig.retention.start();
    await rig.clock.advance(30_000);
    let stopped = false;
    const stopping = rig.retention.stop().then(() => {
      stopped = true;
    });
    await rig.clock.advance(minute);
    expect(stopped).toBe(false);
    gate.resolve();
    await rig.clock.advance(minute);
    await stopping;
    expect(rig.steps).toEqual([retentionStepJobs]);
    rig.retention.touch();
    rig.end();
    await rig.clock.advance(2 * day);
    expect([rig.clock.pending(), rig.listening]).toEqual([0, 0]);
    expect(rig.steps).toEqual([retentionStepJobs]);
  });
});
