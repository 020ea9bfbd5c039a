import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobStore, StoredJob } from '#core/ports/job-store.ts';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';
import { migrate } from './migrations.ts';
import { add, storedJob, update } from './stored-job.fixture.ts';

let jobs: JobFolder;
beforeEach(() => {
  jobs = createJobFolder();
});
afterEach(() => jobs.remove());

const past = (title: string, historyAt: number | null, fields: Partial<StoredJob> = {}): StoredJob =>
  storedJob({ view: { title, state: 'succeeded', finishedAt: historyAt ?? 1 }, ...fields, historyAt });

const rowsAt = (store: JobStore, offset: number, limit: number): readonly StoredJob[] =>
  store.history(offset, limit).ids.flatMap((jobId) => store.read(jobId) ?? []);

const titlesAt = (store: JobStore, offset: number, limit: number): readonly string[] =>
  rowsAt(store, offset, limit).map(({ view }) => view.title);

describe('the history of the gateway in the job database', () => {
  it('pages in the order of the end, from both ends', async () => {
    const store = jobs.open();
    const rows = Array.from({ length: 9 }, (_, index) => past(`${index}`, 100 + index));
    await store.write([...rows.toReversed(), past('never', null)].map(add), 'process');
    expect(store.history(0, 3)).toMatchObject({ total: 9 });
    expect(titlesAt(store, 0, 3)).toEqual(['0', '1', '2']);
    expect(titlesAt(store, 3, 4)).toEqual(['3', '4', '5', '6']);
    expect(titlesAt(store, 6, 2)).toEqual(['6', '7']);
    expect(titlesAt(store, 7, 100)).toEqual(['7', '8']);
    expect(titlesAt(store, 9, 1)).toEqual([]);
    expect(titlesAt(store, 99, 1)).toEqual([]);
    expect(titlesAt(store, 0, 0)).toEqual([]);
    expect(store.history(0, 2).ids).toEqual(rows.slice(0, 2).map(({ view }) => view.id));
  });

  it('puts jobs of one moment in the order of their submission', async () => {
    const store = jobs.open();
    await store.write(
      ['a', 'b', 'c', 'd'].map((title) => add(past(title, 5))),
      'process',
    );
    expect(titlesAt(store, 0, 4)).toEqual(['a', 'b', 'c', 'd']);
    expect(titlesAt(store, 3, 1)).toEqual(['d']);
  });

  it('counts right through changes, hiding and removal', async () => {
    const store = jobs.open();
    const [one, two, three] = [past('one', 1), past('two', 2), past('three', null)];
    await store.write([add(one), add(two), add(three)], 'process');
    await store.write([update({ ...three, historyAt: 3 }), update({ ...two, historyAt: null })], 'process');
    expect(titlesAt(store, 0, 9)).toEqual(['one', 'three']);
    await store.write([{ kind: 'hide', jobIds: [one.view.id, 'nobody'] }], 'process');
    expect(store.history(0, 9)).toEqual({ ids: [three.view.id], total: 1 });
    expect(store.read(one.view.id)).toEqual({ ...one, hidden: true, historyAt: null });
    await store.write([{ kind: 'remove', jobIds: [one.view.id, three.view.id] }], 'process');
    expect(store.history(0, 9)).toEqual({ ids: [], total: 0 });
    expect(store.page({}, 0, 9).total).toBe(1);
  });

  it('keeps what a job brought along', async () => {
    const store = jobs.open();
    const order = {
      caller: '127.0.0.1 me',
      repeatable: false,
      unfitInstanceIds: ['gpu-9'],
      sealed: { api_key_comfy_org: 'v1:x' },
      inputs: [{ name: 'id', uploadId: 'u', kind: 'image-cache', subfolder: '', type: '' }],
    } as const;
    const job = storedJob({ order });
    const row = { ...job, order: { ...job.order, jobId: job.view.id } };
    await store.write([add(row)], 'disk');
    await store.close();
    expect(jobs.open().read(job.view.id)).toEqual(row);
  });

  it('is filled for the jobs of an earlier version, which are shown and repeatable', () => {
    const database = new DatabaseSync(jobs.path);
    migrate(database, 5);
    const insert = (id: number, state: string, times: string): void =>
      database.exec(`INSERT INTO jobs (id, state, title, title_folded, priority, kind, rank, firm, tries, deaths, submitted_at,
        started_at, finished_at, cached_nodes, has_preview, graph_key, node_errors, outputs, excluded_instance_ids, patches, submission,
        evidence) VALUES ('00000000-0000-4000-8000-00000000000${id}', '${state}', '${state} ${id}', '', 0, 'batch', 0, 0, 1, 0, 1,
        ${times}, 0, 0, 'g', '[]', '[]', '[]', '[]',
        '{"inputs":[{"name":"a/b.png","uploadId":"u"}],"number":1,"upstreamClientId":"c","passThrough":{}}',
        '{"entry":null,"refusal":null,"acceptedWith":null,"outputFolders":null}')`);
    database.exec("INSERT INTO graphs VALUES ('g', '{}')");
    insert(1, 'succeeded', '5, 40');
    insert(2, 'cancelled', '5, 30');
    insert(3, 'cancelled', 'NULL, 20');
    insert(4, 'failed', 'NULL, 10');
    insert(5, 'parked', '5, NULL');
    insert(6, 'queued', 'NULL, NULL');
    database.exec(`INSERT INTO job_events (job_id, at, type, details)
      VALUES ('00000000-0000-4000-8000-000000000005', 35, 'parked', '{}')`);
    database.close();
    const store = jobs.open();
    const found = rowsAt(store, 0, 9);
    expect(found.map(({ view }) => view.title)).toEqual(['failed 4', 'cancelled 2', 'parked 5', 'succeeded 1']);
    expect(store.history(0, 9).total).toBe(4);
    expect(found[0]).toMatchObject({
      hidden: false,
      historyAt: 10,
      order: {
        caller: null,
        repeatable: true,
        unfitInstanceIds: [],
        sealed: {},
        inputs: [{ name: 'a/b.png', uploadId: 'u', kind: 'input', subfolder: '', type: 'input' }],
      },
    });
    expect(jobs.errors).toEqual([]);
  });

  it('asks the index for its pages, and no table for its count', async () => {
    const store = jobs.open();
    await store.write([add(past('one', 1))], 'process');
    const plan = (sql: string): string =>
      jobs
        .query(`EXPLAIN QUERY PLAN ${sql}`)
        .map(({ detail }) => String(detail))
        .join('\n');
    const page = (way: string): string =>
      plan(`SELECT id FROM jobs INDEXED BY jobs_of_history WHERE history_at IS NOT NULL
        ORDER BY history_at ${way}, sequence ${way} LIMIT 10 OFFSET 5`);
    for (const way of ['ASC', 'DESC']) {
      expect(page(way)).toContain('COVERING INDEX jobs_of_history');
      expect(page(way)).not.toContain('TEMP B-TREE');
    }
  });
});
