import { readdirSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobEvent } from '#contract/models/job.ts';
import { noJobs } from './batch-queries.ts';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';
import { add, ended, samplePrompt, storedBatch, storedJob, update } from './stored-job.fixture.ts';

const event = (at: number, type: JobEvent['type'], details = {}): JobEvent => ({ at, type, instanceId: null, details });

let jobs: JobFolder;
beforeEach(() => {
  jobs = createJobFolder();
});
afterEach(() => jobs.remove());

describe('a job database', () => {
  it('gives back every part of a job, as it was added and as it was changed', async () => {
    const store = jobs.open();
    const job = storedJob({
      order: {
        inputs: [{ name: 'photo.png', uploadId: 'u1', kind: 'input', subfolder: 'people', type: 'input' }],
        extraData: { extra_pnginfo: { workflow: { nodes: [1, 2] } } },
        passThrough: { partial_execution_targets: ['9'] },
        number: -3.5,
        upstreamClientId: 'client-9',
        lane: 'painter',
      },
      patches: [
        { nodeId: '3', inputName: 'seed', value: 7 },
        { nodeId: '3', inputName: 'text', value: 'ä "quoted"' },
        { nodeId: '3', inputName: 'on', value: false },
      ],
    });
    await store.write([add(job)], 'disk');
    expect(store.read(job.view.id)).toEqual(job);

    const changed = storedJob({
      ...job,
      view: {
        ...job.view,
        state: 'failed',
        instanceId: 'gpu-1',
        requestedInstanceId: 'gpu-2',
        placement: {
          instanceId: 'gpu-1',
          strategy: 'fastest-finish',
          decidedAt: 5,
          waiting: null,
          waitsFor: null,
          sooner: null,
          scores: [
            { instanceId: 'gpu-1', waitMs: 0, startMs: 0, loadMs: 1, runMs: 2, finishMs: 3, missingModels: ['a'] },
          ],
          rejected: [{ instanceId: 'gpu-2', reason: 'paused', details: { by: 'user' } }],
        },
        progress: { nodeId: '3', classType: 'KSampler', value: 1, max: 2, nodesDone: 1, nodesTotal: 3, fraction: 0.5 },
        hasPreview: true,
        outputs: [
          {
            index: 0,
            nodeId: '9',
            kind: 'image',
            key: 'images',
            filename: 'a.png',
            subfolder: '',
            type: 'output',
            text: '',
          },
        ],
        error: { code: 'JOB_NODE_FAILED', message: 'no', details: { node: '3' }, retryable: false },
        nodeErrors: [
          {
            nodeId: '3',
            classType: 'KSampler',
            type: 'E',
            message: 'm',
            details: '',
            inputName: '',
            traceback: ['line'],
          },
        ],
        cachedNodes: 2,
        tries: 3,
        deaths: 1,
        reason: { code: 'out-of-memory', details: { vram: 1 } },
        priority: -7,
        rank: 2.25,
        timeoutMs: 90_000,
        estimate: { startAt: 1, finishAt: 2, earliestAt: 1, latestAt: 4 },
        assignedAt: 11,
        startedAt: 12,
        finishedAt: 13,
      },
      intent: { instanceId: 'gpu-1', readyAt: 4, at: 10, clientId: 'spare' },
      evidence: { entry: { status: 'error' }, refusal: null, acceptedWith: 5, outputFolders: ['/out'] },
      firm: true,
      excludedInstanceIds: ['gpu-3'],
    });
    await store.write([update(changed)], 'process');
    expect(store.read(job.view.id)).toEqual(changed);
    expect(store.graph('graph-1')).toEqual(samplePrompt);

    await store.close();
    expect(jobs.open().read(job.view.id)).toEqual(changed);
    expect(jobs.errors).toEqual([]);
  });

  it('reads what was written before, although nobody has waited for it', () => {
    const store = jobs.open();
    const job = storedJob();
    void store.write([add(job), { kind: 'fact', name: 'mode', value: 'paused' }], 'process');
    expect([store.read(job.view.id), store.fact('mode'), store.counts().queued]).toEqual([job, 'paused', 1]);
  });

  it('takes one call as a whole or not at all, and lets the others of the same moment through', async () => {
    const store = jobs.open();
    const [first, second, third] = [storedJob(), storedJob(), storedJob()];
    const results = await Promise.allSettled([
      store.write([add(first)], 'disk'),
      store.write([add(second), add(second)], 'disk'),
      store.write([add(third), add(first)], 'process'),
      store.write([add(storedJob({ view: { priority: 101 } }))], 'disk'),
      store.write([{ kind: 'fact', name: 'circle', value: 1n }], 'disk'),
      store.write([{ kind: 'fact', name: 'last', value: [1] }], 'disk'),
    ]);
    expect(results.map((result) => (result.status === 'rejected' ? result.reason.code : 'written'))).toEqual([
      'written',
      'INTERNAL',
      'INTERNAL',
      'INTERNAL',
      'INTERNAL',
      'written',
    ]);
    expect(store.ids({})).toEqual([first.view.id]);
    expect([store.fact('circle'), store.fact('last'), store.fact('never')]).toEqual([null, [1], null]);
    expect(store.problem()).toBeNull();
  });

  it('waits for the disk where it is asked to, and for nothing else', async () => {
    const disk = Promise.withResolvers<void>();
    let synced = 0;
    const store = jobs.open(jobs.path, () => {
      synced += 1;
      return disk.promise;
    });
    const done: string[] = [];
    const safe = store.write([add(storedJob())], 'disk').then(() => done.push('disk'));
    await store.write([add(storedJob())], 'process').then(() => done.push('process'));
    expect([done, synced, store.counts().queued]).toEqual([['process'], 1, 2]);
    disk.resolve();
    await safe;
    expect(done).toEqual(['process', 'disk']);
  });

  it('accepts nothing that a broken disk did not take', async () => {
    const broken = Object.assign(new Error('broken'), { code: 'EIO' });
    const store = jobs.open(jobs.path, () => Promise.reject(broken));
    const failure = { code: 'STORE_WRITE_FAILED', details: { reason: 'input-output' } };
    const problems: (string | undefined)[] = [];
    store.onProblem((problem) => problems.push(problem?.code));
    await expect(store.write([add(storedJob())], 'disk')).rejects.toMatchObject(failure);
    expect(problems).toEqual(['STORE_WRITE_FAILED']);
    expect(store.counts()).toEqual(noJobs);
  });

  it('leaves out what is told of a job that was removed, and writes what stands beside it', async () => {
    const store = jobs.open();
    const [gone, there] = [storedJob(), storedJob()];
    await store.write([add(gone), add(there)], 'disk');
    await store.write([{ kind: 'remove', jobIds: [gone.view.id] }], 'disk');
    const told = (jobId: string) => ({ kind: 'event', jobId, event: event(1, 'succeeded') }) as const;
    await store.write([update(gone), told(gone.view.id), told(there.view.id)], 'disk');
    expect([store.read(gone.view.id), store.events(gone.view.id)]).toEqual([null, []]);
    expect(store.events(there.view.id)).toEqual([event(1, 'succeeded')]);
  });

  it('shares the graph and the extra data of jobs, and forgets them with the last one', async () => {
    const store = jobs.open();
    const extraData = { extra_pnginfo: { workflow: { text: 'x'.repeat(5000) } } };
    const twins = [
      storedJob({ order: { extraData } }),
      storedJob({ order: { extraData: structuredClone(extraData) } }),
    ];
    const other = storedJob({ graphKey: 'graph-2' });
    const otherGraph = { '1': { class_type: 'Other', inputs: {} } };
    await store.write([...twins.map(add), { kind: 'add', job: other, graph: otherGraph }], 'disk');
    expect(
      jobs.query('SELECT (SELECT count(*) FROM graphs) AS graphs, (SELECT count(*) FROM extra_data) AS extras'),
    ).toEqual([{ graphs: 2, extras: 1 }]);
    expect(store.unfinished().map(({ order }) => order.extraData)).toEqual([extraData, extraData, {}]);
    const removed = twins.map(({ view }) => view.id);
    await store.write([{ kind: 'remove', jobIds: removed.slice(0, 1) }], 'disk');
    expect(store.graph('graph-1')).toEqual(samplePrompt);
    await store.write([{ kind: 'remove', jobIds: removed }], 'disk');
    expect([store.graph('graph-1'), store.graph('graph-2')]).toEqual([null, otherGraph]);
    expect(jobs.query('SELECT count(*) AS extras FROM extra_data')).toEqual([{ extras: 0 }]);
    await store.write([add(twins[0] ?? other)], 'disk');
    expect(store.read(removed[0] ?? '')).toEqual(twins[0]);
  });

  it('tells what happened to a job in order, and forgets it with the job', async () => {
    const store = jobs.open();
    const job = storedJob();
    const told = [event(3, 'submitted'), event(2, 'assigned', { why: 'warm' }), event(9, 'succeeded')];
    await store.write(
      [add(job), ...told.map((event) => ({ kind: 'event', jobId: job.view.id, event }) as const)],
      'disk',
    );
    expect(store.events(job.view.id)).toEqual(told);
    await store.write([{ kind: 'remove', jobIds: [job.view.id] }], 'disk');
    expect([store.events(job.view.id), store.read(job.view.id)]).toEqual([[], null]);
    expect(jobs.query('SELECT count(*) AS events FROM job_events')).toEqual([{ events: 0 }]);
  });

  it('counts the jobs of a batch as they change, says when the last one ended, and forgets it with the last one', async () => {
    const store = jobs.open();
    const [batch, later] = [storedBatch({ submittedAt: 1 }), storedBatch({ submittedAt: 2 })];
    const members = [0, 1, 2].map((batchIndex) => storedJob({ view: { batchId: batch.id, batchIndex } }));
    await store.write(
      [...members.map(add), { kind: 'batch', batch }, { kind: 'batch', batch: later }, add(storedJob())],
      'disk',
    );
    const finish = (index: number, finishedAt: number) => {
      const job = members[index] ?? storedJob();
      return update({ ...job, view: { ...job.view, state: index === 1 ? 'failed' : 'succeeded', finishedAt } });
    };
    await store.write([finish(0, 10), finish(1, 30)], 'process');
    const counts = { queued: 1, assigned: 0, running: 0, succeeded: 1, failed: 1, cancelled: 0, parked: 0 };
    expect(store.batch(batch.id)).toEqual({ batch, counts, finishedAt: null });
    await store.write([finish(2, 20)], 'process');
    const allDone = { batch, counts: { ...counts, queued: 0, succeeded: 2 }, finishedAt: 30 };
    expect(store.batches(0, 10)).toEqual({
      batches: [{ batch: later, counts: noJobs, finishedAt: null }, allDone],
      total: 2,
    });
    expect(store.batches(1, 10).batches).toEqual([allDone]);
    expect(store.counts()).toEqual({ ...counts, succeeded: 2 });
    expect(store.ids({ batchId: batch.id, states: ['succeeded'] })).toEqual(
      [members[0], members[2]].map((job) => job?.view.id),
    );
    await store.write([{ kind: 'remove', jobIds: store.ids({ batchId: batch.id }) }], 'disk');
    expect([store.batch(batch.id), store.batches(0, 10).total, store.counts().succeeded]).toEqual([null, 1, 0]);
  });

  it('finds ended jobs that are too old or too many, the oldest first', async () => {
    const store = jobs.open();
    const old = [50, 10, 30, 20, 40].map((finishedAt) =>
      ended({ view: { state: 'cancelled', title: `${finishedAt}` } }, finishedAt),
    );
    const waiting = storedJob({ view: { submittedAt: 1 } });
    const parked = storedJob({ view: { state: 'parked', submittedAt: 1, finishedAt: 2 } });
    await store.write([...old, waiting, parked].map(add), 'disk');
    const titles = (rule: { before: number; keep: number; limit: number }) =>
      store.expired(rule).map((id) => store.read(id)?.view.title);
    expect(titles({ before: 30, keep: 100, limit: 10 })).toEqual(['10', '20']);
    expect(titles({ before: 0, keep: 2, limit: 10 })).toEqual(['10', '20', '30']);
    expect(titles({ before: 45, keep: 2, limit: 10 })).toEqual(['10', '20', '30', '40']);
    expect(titles({ before: 100, keep: 0, limit: 2 })).toEqual(['10', '20']);
    expect(titles({ before: 0, keep: 5, limit: 10 })).toEqual([]);
  });

  it('goes on with other things while it writes thousands of jobs, and has all of them or none', async () => {
    const store = jobs.open();
    const many = Array.from({ length: 4000 }, () => storedJob());
    const done = { value: false };
    const written = store.write(many.map(add), 'disk').then(() => {
      done.value = true;
    });
    let turns = 0;
    while (!done.value) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
      expect([0, 4000]).toContain(jobs.query('SELECT count(*) AS jobs FROM jobs')[0]?.['jobs']);
    }
    await written;
    expect(turns).toBeGreaterThan(3);
    expect(store.counts().queued).toBe(4000);
    await store.write([{ kind: 'remove', jobIds: many.map(({ view }) => view.id) }], 'process');
    expect(store.counts()).toEqual(noJobs);
  });

  it('bounds the log beside the file, and gives the space of removed jobs back', async () => {
    const store = jobs.open();
    const evidence = { entry: 'x'.repeat(20_000), refusal: null, acceptedWith: null, outputFolders: null };
    const ids: string[] = [];
    for (let round = 0; round < 60; round += 1) {
      const some = Array.from({ length: 50 }, () => storedJob({ evidence }));
      ids.push(...some.map(({ view }) => view.id));
      await store.write(some.map(add), 'process');
      expect(statSync(`${jobs.path}-wal`).size).toBeLessThan(20 * 1024 * 1024);
    }
    expect(statSync(jobs.path).size).toBeGreaterThan(40 * 1024 * 1024);
    for (let first = 0; first < ids.length; first += 50) {
      await store.write([{ kind: 'remove', jobIds: ids.slice(first, first + 50) }], 'process');
    }
    await store.close();
    expect(statSync(jobs.path).size).toBeLessThan(13 * 1024 * 1024);
  });

  it('can be looked at by another program, and waits for one that writes', async () => {
    const store = jobs.open();
    const job = storedJob({ view: { title: 'Seen' } });
    await store.write([add(job)], 'process');
    expect(jobs.query('SELECT id, state, title FROM jobs')).toEqual([
      { id: job.view.id, state: 'queued', title: 'Seen' },
    ]);
    const shell = new DatabaseSync(jobs.path);
    shell.exec("BEGIN IMMEDIATE; UPDATE facts SET value = '1'");
    const second = store.write([add(storedJob())], 'process');
    await new Promise((resolve) => setTimeout(resolve, 120));
    shell.exec('COMMIT');
    shell.close();
    await second;
    expect([store.counts().queued, store.problem()]).toEqual([2, null]);
  });

  it('fails a write when another program does not let go of the file, and goes on afterwards', async () => {
    const store = jobs.open();
    const seen: (string | undefined)[] = [];
    store.onProblem((problem) => seen.push(problem?.code));
    const shell = new DatabaseSync(jobs.path);
    shell.exec('BEGIN IMMEDIATE');
    const refused = store.write([add(storedJob())], 'process');
    expect(store.counts()).toEqual(noJobs);
    jobs.pass(6000);
    await expect(refused).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED', details: { reason: 'busy' } });
    shell.exec('ROLLBACK');
    shell.close();
    await store.write([add(storedJob())], 'process');
    expect([store.counts().queued, seen]).toEqual([1, ['STORE_WRITE_FAILED', undefined]]);
  });

  it('leaves one clean file when it is closed, for its owner only, and takes nothing after that', async () => {
    const store = jobs.open();
    const last = store.write([add(storedJob())], 'process');
    await store.close();
    await last;
    await store.close();
    expect(readdirSync(jobs.folder)).toEqual(['jobs.sqlite']);
    expect(statSync(jobs.path).mode & 0o777).toBe(0o600);
    await expect(store.write([], 'disk')).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
      details: { reason: 'closed' },
    });
    expect(() => store.counts()).toThrow(expect.objectContaining({ code: 'STORE_READ_FAILED' }));
    expect(jobs.open().counts().queued).toBe(1);
  });
});
