import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { comparableAnswer } from './comparable-answer.ts';
import { runPrompt, untilInHistory } from './conversation.ts';
import { exchange, postJson } from './http-client.ts';
import { loadRecording, type RecordedAnswer } from './recording.ts';
import { openSocket, type RecordingSocket } from './recording-socket.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

let sandbox: SandboxProcess;
let socket: RecordingSocket;

beforeAll(async () => {
  sandbox = await startSandboxProcess({ args: ['--cpu'] });
  socket = await openSocket(sandbox.port, '?clientId=queue');
});

afterAll(async () => {
  await socket.close();
  await sandbox.dispose();
});

const steps = (seed: number) => ({
  '1': { class_type: 'RSteps', inputs: { steps: 10_000, delay: 0.05, preview: false, seed } },
  '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
});

const submit = async (body: object): Promise<RecordedAnswer & { readonly id: string }> => {
  const answer = await postJson(sandbox.port, '/prompt', body);
  const { prompt_id: id } = (answer.json ?? {}) as { prompt_id?: string };
  return { ...answer, id: id ?? '' };
};

type Row = readonly [number, string];

const queue = async (): Promise<Record<'queue_running' | 'queue_pending', readonly Row[]>> => {
  const { json } = await exchange(sandbox.port, { path: '/queue' });
  return json as Record<'queue_running' | 'queue_pending', readonly Row[]>;
};

const idsOf = (rows: readonly Row[]): string[] => rows.map(([, id]) => id);

describe('behind a job that runs', () => {
  let runningId: string;

  const occupy = async (): Promise<string> => {
    socket.clear();
    const { id } = await submit({ prompt: steps(1), client_id: 'queue' });
    await socket.until((frames) => frames.some(({ json }) => json?.type === 'executing'));
    return id;
  };

  beforeEach(async () => {
    runningId = await occupy();
    return async () => {
      await postJson(sandbox.port, '/queue', { clear: true });
      await postJson(sandbox.port, '/interrupt', {});
      await untilInHistory(sandbox.port, runningId);
    };
  });

  it('duplicate-prompt-id: an id may be used again, and a delete takes one of them', async () => {
    const recording = loadRecording('duplicate-prompt-id') as {
      same_id_same_number: readonly (readonly [number, object])[];
      same_id_other_number: readonly [number, object];
      pending_ids: readonly string[];
      pending_after_one_delete_of_duplicated_id: readonly string[];
    };
    const id = recording.pending_ids[0] ?? '';
    const same = [
      await submit({ prompt: steps(2), prompt_id: id, number: 5 }),
      await submit({ prompt: steps(2), prompt_id: id, number: 5 }),
    ];
    const other = await submit({ prompt: steps(2), prompt_id: id, number: 6 });
    expect(same.map(({ status, json }) => [status, json])).toEqual(recording.same_id_same_number);
    expect([other.status, other.json]).toEqual(recording.same_id_other_number);
    expect(idsOf((await queue()).queue_pending)).toEqual(recording.pending_ids);
    await postJson(sandbox.port, '/queue', { delete: [runningId] });
    expect(idsOf((await queue()).queue_running)).toEqual([runningId]);
    await postJson(sandbox.port, '/queue', { delete: [id] });
    expect(idsOf((await queue()).queue_pending)).toEqual(recording.pending_after_one_delete_of_duplicated_id);
  });

  const ordering = loadRecording('ordering-and-shutdown') as {
    same_number_same_id_different_graph: readonly number[];
    equal_number_order: Record<'submitted' | 'heap', readonly string[]>;
  };

  it('ordering-and-shutdown: one number and id with two graphs is 500 and is queued all the same; equal numbers go by id', async () => {
    const id = '11111111-2222-4333-8444-555555555555';
    const first = await submit({ prompt: steps(3), prompt_id: id, number: 1 });
    const second = await submit({ prompt: steps(4), prompt_id: id, number: 1 });
    expect([first.status, second.status]).toEqual(ordering.same_number_same_id_different_graph);
    expect(idsOf((await queue()).queue_pending)).toEqual([id, id]);
    // The recorded heap lay behind those two.
    const { submitted, heap } = ordering.equal_number_order;
    for (const next of submitted) await submit({ prompt: steps(5), prompt_id: next, number: 7 });
    expect(idsOf((await queue()).queue_pending)).toEqual([id, id, ...heap]);
  });

  it('deleting the only waiting prompt tells everybody twice', async () => {
    const { id } = await submit({ prompt: steps(6) });
    socket.clear();
    await postJson(sandbox.port, '/queue', { delete: [id] });
    await socket.until((frames) => frames.filter(({ json }) => json?.type === 'status').length === 2);
  });
});

describe('history-paging', () => {
  type Page = { readonly path: string; readonly keys: readonly string[] };
  const pages = loadRecording('history-paging') as (Page | Record<'clear' | 'delete', RecordedAnswer>)[];
  const lists = pages.filter((page): page is Page => 'keys' in page);
  const all = lists.find(({ path }) => path === '/history')?.keys ?? [];
  let ids: readonly string[] = [];

  beforeAll(async () => {
    await postJson(sandbox.port, '/history', { clear: true });
    for (let count = 0; count < all.length; count += 1) {
      await runPrompt(sandbox.port, { prompt: { t: { class_type: 'RText', inputs: { text: String(count) } } } }, null);
    }
    ids = Object.keys((await exchange(sandbox.port, { path: '/history' })).json as object);
  });

  it.each(lists.map(({ path, keys }) => [path, keys] as const))('%s', async (path, keys) => {
    const { json } = await exchange(sandbox.port, { path });
    const places = Object.keys(json as object).map((id) => ids.indexOf(id));
    expect(places).toEqual(keys.map((id) => all.indexOf(id)));
  });

  it('delete and clear', async () => {
    const recorded = pages.find((page): page is Record<'clear' | 'delete', RecordedAnswer> => 'clear' in page);
    const deleted = await postJson(sandbox.port, '/history', { delete: [ids[0]] });
    expect(comparableAnswer(deleted)).toEqual(comparableAnswer(recorded?.delete as RecordedAnswer));
    const left = await exchange(sandbox.port, { path: '/history' });
    expect(Object.keys(left.json as object)).toEqual(ids.slice(1));
    const cleared = await postJson(sandbox.port, '/history', { clear: true });
    expect(comparableAnswer(cleared)).toEqual(comparableAnswer(recorded?.clear as RecordedAnswer));
    expect((await exchange(sandbox.port, { path: '/history' })).json).toEqual({});
  });
});

describe('ordering-and-shutdown: the answer to POST /prompt', () => {
  it('comes before execution_start, forty times out of forty', async () => {
    const { execution_start_seen_before_http_reply: recorded } = loadRecording('ordering-and-shutdown') as Record<
      string,
      string
    >;
    let early = 0;
    for (let count = 0; count < 40; count += 1) {
      socket.clear();
      const submitted = submit({
        prompt: { t: { class_type: 'RText', inputs: { text: `order ${count}` } } },
        client_id: 'queue',
      });
      const { id } = await submitted;
      if (socket.frames().some(({ json }) => json?.type === 'execution_start')) early += 1;
      await untilInHistory(sandbox.port, id);
    }
    // The reply is written first, but two connections race to the reader: on a busy machine many messages can win.
    expect(recorded).toBe('0/40');
    expect(early).toBeLessThan(20);
  });
});
