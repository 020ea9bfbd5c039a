import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import { cancelRecords } from './cancel-records.ts';
import { freeAll } from './command-routes.ts';
import { jobRecord } from './record.fixture.ts';

describe('the memory of all instances', () => {
  const told = (what: { unloadModels: boolean; freeMemory: boolean }) => {
    const asked: unknown[] = [];
    const warned: unknown[] = [];
    const candidates = [
      fakeCandidate('runs'),
      fakeCandidate('paused', { status: 'paused' }),
      fakeCandidate('starts', { status: 'starting' }),
      fakeCandidate('stopped', { status: 'stopped' }),
      fakeCandidate('mute'),
    ];
    freeAll(
      {
        fleet: { candidates: () => candidates },
        client: {
          free: (endpoint, _signal, wish) => {
            asked.push([endpoint.baseUrl, wish]);
            if (endpoint.baseUrl === 'http://runs') return new Promise(() => undefined);
            return Promise.reject(new StudioError('INSTANCE_UNREACHABLE'));
          },
        },
        logger: { warn: (_text, details) => warned.push(details?.['instanceId']) },
      },
      what,
    );
    return { asked, warned };
  };

  it('is asked for at all that run, at once, and none is waited for', async () => {
    const wish = { unloadModels: true, freeMemory: false };
    const { asked, warned } = told(wish);
    expect(asked).toEqual([
      ['http://runs', wish],
      ['http://paused', wish],
      ['http://mute', wish],
    ]);
    await expect.poll(() => warned).toEqual(['paused', 'mute']);
  });

  it('is left alone where nothing is asked for', () => {
    expect(told({ unloadModels: false, freeMemory: false }).asked).toEqual([]);
  });
});

describe('a cancel', () => {
  const records: readonly JobRecord[] = [
    jobRecord('waits'),
    jobRecord('held', { view: { state: 'assigned' } }),
    jobRecord('runs', { view: { state: 'running' } }),
  ];
  const fake = (cancel: Jobs['cancel']) => {
    const asked: unknown[] = [];
    const jobs: Pick<Jobs, 'cancel' | 'cancelMany'> = {
      cancel: (jobId) => {
        asked.push(jobId);
        return cancel(jobId);
      },
      cancelMany: (choice) => {
        asked.push(choice);
        return Promise.resolve(3);
      },
    };
    return { jobs, asked };
  };

  it('asks for all at once, and waits for what stands in the queue of an instance', async () => {
    const { promise, resolve } = Promise.withResolvers<JobRecord['view']>();
    const { jobs, asked } = fake(() => promise);
    let isDone = false;
    const cancelling = cancelRecords(jobs, records).then(() => {
      isDone = true;
    });
    await expect.poll(() => asked).toEqual([{ jobIds: ['waits', 'held', 'runs'] }, 'held']);
    expect(isDone).toBe(false);
    resolve(jobRecord('held').view);
    await cancelling;
  });

  it.each(['JOB_FINISHED', 'JOB_NOT_FOUND'] as const)('is done where the job is gone: %s', async (code) => {
    const { jobs } = fake(() => Promise.reject(new StudioError(code)));
    await expect(cancelRecords(jobs, records)).resolves.toBeUndefined();
  });

  it('fails as the store does', async () => {
    const { jobs } = fake(() => Promise.reject(new StudioError('STORE_WRITE_FAILED')));
    await expect(cancelRecords(jobs, records)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  });

  it('of nothing asks nobody', async () => {
    const { jobs, asked } = fake(() => Promise.reject(new Error('asked')));
    await cancelRecords(jobs, []);
    expect(asked).toEqual([]);
  });
});
