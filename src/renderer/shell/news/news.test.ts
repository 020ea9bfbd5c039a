import { describe, expect, it } from 'vitest';
import type { InstanceState } from '#contract/models/instance.ts';
import { instance, ready } from '../../testing/instance-fixtures.ts';
import { batchId, doneJob, job, jobId, pictures, runningJob } from '../../testing/job-fixtures.ts';
import { batchNews, type FleetState, fleetNews, jobNews, type News } from './news.ts';
import { createNewsDesk, type NewsGroup } from './news-desk.ts';

const kinds = (news: readonly News[]): string[] => news.map(({ kind, title }) => `${kind} ${title}`);

describe('news of jobs', () => {
  it('are none at first: what ended before is history', () => {
    expect(jobNews(null, [doneJob(1, 'a'), runningJob(2, 'a')]).news).toEqual([]);
  });

  it('are what ended since, also what came and went between two looks', () => {
    const first = jobNews(null, [runningJob(1, 'a'), doneJob(9, 'a', { finishedAt: 100 })]);
    const next = jobNews(first.seen, [
      doneJob(1, 'a', { title: 'one', outputs: pictures(1), finishedAt: 200 }),
      job(2, { title: 'two', state: 'parked', finishedAt: 210 }),
      doneJob(3, 'a', { title: 'three', finishedAt: 220 }),
      doneJob(9, 'a', { finishedAt: 100 }),
      doneJob(8, 'a', { finishedAt: 90 }),
    ]);
    expect(kinds(next.news)).toEqual(['job-done one', 'job-failed two', 'job-done three']);
    expect(next.news[0]).toMatchObject({ picture: `/content/outputs/${jobId(1)}/0` });
    expect(jobNews(next.seen, [doneJob(1, 'a', { finishedAt: 200 })]).news).toEqual([]);
  });

  it('leave out what was cancelled, and what a batch tells', () => {
    const open = [job(1), job(2, { batchId: batchId(1) }), job(3, { batchId: batchId(1) })];
    const { seen } = jobNews(null, open);
    const { news } = jobNews(seen, [
      job(1, { state: 'cancelled', finishedAt: 5 }),
      doneJob(2, 'a', { batchId: batchId(1) }),
      job(3, { title: 'broken', state: 'failed', batchId: batchId(1), finishedAt: 6 }),
    ]);
    expect(kinds(news)).toEqual(['job-failed broken']);
  });

  it('tell of a batch when it is done, once', () => {
    const counts = { queued: 0, assigned: 0, running: 0, succeeded: 2, failed: 0, cancelled: 0, parked: 0 };
    const batch = {
      id: batchId(1),
      title: 'night',
      total: 2,
      counts,
      parameters: [],
      fraction: 1,
      priority: 0,
      submittedAt: 0,
      finishedAt: 10,
      estimate: null,
    };
    expect(kinds(batchNews(new Set([batchId(1)]), [batch]))).toEqual(['batch-done night']);
    expect(batchNews(new Set(), [batch])).toEqual([]);
    expect(batchNews(null, [batch])).toEqual([]);
  });
});

describe('news of instances', () => {
  const reason = { code: 'PROCESS_EXITED', details: {}, evidence: [] } as const;
  const waiting: InstanceState = {
    kind: 'waiting',
    attempt: 1,
    restartAt: 0,
    reason: { ...reason, evidence: [] },
    lastExit: null,
  };
  const failed: InstanceState = { kind: 'failed', reason: { ...reason, evidence: [] }, lastExit: null, since: 0 };
  const stopping: InstanceState = { kind: 'stopping', pid: 1, step: 'interrupt', deadlineAt: 0, thenRestart: false };
  const fleet = (state: InstanceState, activeInstanceId: string | null = null): FleetState => ({
    instances: [instance({ configuration: { id: 'a', name: 'A', port: 8188, gpuDevice: 'auto' }, state })],
    activeInstanceId,
  });
  const none = new Set<string>();

  it('are that it died, that it was given up, and that it is back', () => {
    expect(fleetNews(fleet(ready()), fleet(waiting), none)).toMatchObject([{ kind: 'instance-died', restarts: true }]);
    expect(fleetNews(fleet(waiting), fleet(failed), none)).toMatchObject([{ kind: 'instance-died', restarts: false }]);
    expect(fleetNews(fleet(waiting), fleet(ready()), new Set(['a']))).toMatchObject([{ kind: 'instance-back' }]);
    expect(fleetNews(fleet(waiting), fleet(ready()), none)).toEqual([]);
  });

  it('are not what somebody asked for', () => {
    expect(fleetNews(null, fleet(failed), none)).toEqual([]);
    expect(fleetNews(fleet(ready()), fleet(stopping), none)).toEqual([]);
  });

  it('002-D1 say what became of the active instance when it is stopped or deleted', () => {
    expect(kinds(fleetNews(fleet(ready(), 'a'), fleet(stopping, 'a'), none))).toEqual(['active-stopped A']);
    const deleted: FleetState = { instances: [], activeInstanceId: null };
    expect(kinds(fleetNews(fleet(ready(), 'a'), deleted, none))).toEqual(['active-deleted A']);
    expect(fleetNews(fleet(ready(), 'a'), fleet(ready(), null), none)).toEqual([]);
  });
});

describe('the news desk', () => {
  const open = () => {
    const told: NewsGroup[] = [];
    const tasks: (() => void)[] = [];
    const desk = createNewsDesk(
      (_delayMs, task) => {
        tasks.push(task);
        return () => undefined;
      },
      (group) => told.push(group),
    );
    const flush = (): void => {
      for (const task of tasks.splice(0)) task();
    };
    return { told, desk, flush };
  };
  const done = (number: number): News => ({
    kind: 'job-done',
    jobId: jobId(number),
    title: `${number}`,
    picture: null,
  });

  it('makes one message of a hundred jobs, which counts on until it is dismissed', () => {
    const { told, desk, flush } = open();
    for (let number = 0; number < 100; number += 1) desk.add([done(number)]);
    expect(told).toEqual([]);
    flush();
    expect(told).toMatchObject([{ key: 'job-done', count: 100, latest: { title: '99' } }]);
    desk.add([done(100)]);
    flush();
    expect(told.at(-1)).toMatchObject({ key: 'job-done', count: 101 });
    desk.dismissed('job-done');
    desk.add([done(101)]);
    flush();
    expect(told.at(-1)).toMatchObject({ count: 1 });
  });

  it('keeps one message for each instance, which says what holds now', () => {
    const { told, desk, flush } = open();
    const back = (instanceId: string): News => ({ kind: 'instance-back', instanceId, title: instanceId });
    desk.add([back('a'), back('b'), back('a')]);
    flush();
    expect(told.map(({ key, count }) => [key, count])).toEqual([
      ['instance:a', 1],
      ['instance:b', 1],
    ]);
  });
});
