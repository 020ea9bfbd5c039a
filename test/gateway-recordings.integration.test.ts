import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { comparableAnswer } from '#sandbox/conformance/comparable-answer.ts';
import {
  framesOf,
  type HistoryRecord,
  type RecordedRun,
  type Submission,
  submissionOf,
} from '#sandbox/conformance/conversation.ts';
import { formOf } from '#sandbox/conformance/http-client.ts';
import { normalise } from '#sandbox/conformance/normalise.ts';
import { loadRecording, type RecordedAnswer, type RecordedFrame } from '#sandbox/conformance/recording.ts';
import { isOver, openSocket, type RecordingSocket } from '#sandbox/conformance/recording-socket.ts';
import { expectedAnswer, promptDeviations } from './gateway/deviations.ts';
import { shareFleet } from './gateway/fleet.ts';
import { pngOf } from './gateway/pictures.ts';
import {
  bystanderOf,
  comparedRun,
  exchangeWith,
  heardBy,
  isQuiet,
  postJsonTo,
  queueLengths,
  runPromptAt,
  untilInHistoryAt,
} from './gateway/replay.ts';

/*
 * Prompts of a real ComfyUI, recorded, sent to a gateway with one sandbox behind it: a client cannot tell it from the server, except for
 * ids and times. What is meant to differ stands in one table here, and in gateway/deviations.ts.
 */

const fullySame = ['--sandbox-test-nodes', '--cpu'];

/** What of a run differs on purpose: frames that the recording has and a client of the gateway does not hear. */
const unheard: Readonly<Record<string, { readonly why: string; readonly types: readonly string[] }>> = {
  'prompt-no-client-id': {
    why: 'ComfyUI tells everybody of the progress of a prompt that has no client; here each client hears of its own jobs only',
    types: ['progress_state'],
  },
};

const recorded = (name: string): RecordedRun => loadRecording(name) as RecordedRun;

it.each(Object.entries(unheard))('%s: what is not heard was recorded', (name, { types }) => {
  const heard = new Set(bystanderOf(recorded(name))?.map(({ json }) => json?.type));
  expect(types.filter((type) => !heard.has(type))).toEqual([]);
});

describe('recorded prompts, in their order', () => {
  const fleet = shareFleet({ count: 1, switches: fullySame });
  let submitter: RecordingSocket;
  let bystander: RecordingSocket;
  let modern: RecordingSocket | null = null;
  /** What the bystander was told of the queue in each run. */
  const heardLengths: (readonly unknown[])[] = [];

  beforeAll(async () => {
    submitter = await openSocket(fleet().port, '?clientId=golden-client-1');
    bystander = await openSocket(fleet().port, '?clientId=bystander');
  });

  afterEach(() => {
    for (const socket of [submitter, bystander, ...(modern === null ? [] : [modern])]) socket.clear();
  });

  afterAll(async () => {
    await Promise.all([submitter.close(), bystander.close(), modern?.close()]);
  });

  const untilQuiet = async (): Promise<void> => {
    await Promise.all([submitter.until(isQuiet), bystander.until(isQuiet)]);
  };

  const heardFrames = (name: string, frames: readonly RecordedFrame[] | undefined) =>
    frames?.filter(({ json }) => !(unheard[name]?.types ?? []).includes(json?.type ?? ''));

  const replay = async (name: string, more: Partial<Submission> = {}): Promise<void> => {
    const run = recorded(name);
    const submission = submissionOf(run);
    const listener = submission.client_id === undefined ? null : submitter;
    const { response, history, job } = await runPromptAt(fleet().port, { ...submission, ...more }, listener);
    await untilQuiet();
    heardLengths.push(queueLengths(bystander.frames()));
    const actual = comparedRun({
      response: run.response === undefined ? undefined : response,
      submitter: run.ws_submitter === undefined ? undefined : submitter.frames(),
      bystander: bystanderOf(run) === undefined ? undefined : bystander.frames(),
      history: history.json,
      job: run.job === undefined ? undefined : job,
    });
    expect(actual).toEqual(
      comparedRun({
        response: run.response,
        submitter: run.ws_submitter,
        bystander: heardFrames(name, bystanderOf(run)),
        history: run.history.json,
        job: run.job,
      }),
    );
  };

  it('prompt-success: a first run, from connecting on, with the length of the queue for everybody', async () => {
    await replay('prompt-success');
    expect(heardLengths).toEqual([queueLengths(bystanderOf(recorded('prompt-success')) ?? [])]);
  });
  it('prompt-cached: the same graph again', () => replay('prompt-cached'));
  it('prompt-partially-cached: another file name', () => replay('prompt-partially-cached'));
  it('prompt-no-client-id: nobody hears of it but in the length of the queue', () => replay('prompt-no-client-id'));

  it('prompt-two-outputs: a batch, and tokens in the file name', async () => {
    const run = recorded('prompt-two-outputs');
    const { response, history } = await runPromptAt(fleet().port, submissionOf(run), submitter);
    await untilQuiet();
    const frames = submitter.frames();
    // ComfyUI takes the outputs from a set: which of the two runs first is chance.
    const summary = (answer: RecordedAnswer | undefined, received: readonly RecordedFrame[], entry: unknown) => {
      const shown = framesOf(received.filter(({ json }) => json?.type === 'executed')).map((frame) =>
        JSON.stringify(frame, (key, value: unknown) => (key === 'prompt_id' ? '<id>' : value)),
      );
      const text = JSON.stringify([answer?.json, shown.toSorted(), entry]);
      const [json, executed, whole] = normalise(
        JSON.parse(text.replaceAll(/two\/\d{4}-\d\d-\d\d/g, 'two/<today>')),
      ) as [unknown, unknown, { prompt: unknown[] }];
      const outputs = whole.prompt[4] as string[];
      return { json, executed, entry: { ...whole, prompt: [...whole.prompt.slice(0, 4), outputs.toSorted()] } };
    };
    const [entry] = Object.values(history.json as Record<string, unknown>);
    expect(summary(response, frames, entry)).toEqual(
      summary(run.response, run.ws_submitter ?? [], Object.values(run.history.json)[0]),
    );
  });

  it('prompt-partial-targets: one of two outputs, whose temporary files go on counting', () =>
    replay('prompt-partial-targets', { partial_execution_targets: ['3'] }));

  it('prompt-partial-targets-none: a target that is no output', async () => {
    const answer = await postJsonTo(fleet().port, '/prompt', {
      ...submissionOf(recorded('prompt-partial-targets')),
      partial_execution_targets: ['1'],
    });
    expect(comparableAnswer(answer)).toEqual(
      comparableAnswer(loadRecording('prompt-partial-targets-none') as RecordedAnswer),
    );
  });

  it('prompt-failed: a node that raises', () => replay('prompt-failed'));
  it('prompt-progress-legacy-preview: frames of type 1', () => replay('prompt-progress-legacy-preview'));
  it('prompt-text: a frame of type 3 and shown text', () => replay('prompt-text'));
  it('prompt-save-image-websocket: a picture as a frame', () => replay('prompt-save-image-websocket'));

  it('prompt-progress-metadata-preview: frames of type 4 for a client that asked for them', async () => {
    const { ws_submitter: frames } = loadRecording('prompt-progress-metadata-preview') as {
      ws_submitter: readonly RecordedFrame[];
    };
    const socket = await openSocket(fleet().port, '?clientId=golden-modern');
    modern = socket;
    socket.send(JSON.stringify(frames[0]?.json));
    await socket.until((received) => received.some(({ json }) => json?.type === 'feature_flags'));
    const legacy = submissionOf(recorded('prompt-progress-legacy-preview')) as {
      prompt: Record<string, { inputs: object }>;
    };
    const prompt = {
      ...legacy.prompt,
      '1': { ...legacy.prompt['1'], inputs: { ...legacy.prompt['1']?.inputs, seed: 12 } },
    };
    await runPromptAt(fleet().port, { prompt, client_id: 'golden-modern' }, socket);
    await socket.until(isQuiet);
    expect(normalise(heardBy(socket.frames()))).toEqual(normalise(heardBy(frames)));
  });

  /** The client of the recording that reads previews with metadata; a test before has connected it. */
  const modernClient = (): RecordingSocket => {
    if (modern === null) throw new Error('the modern client is not connected');
    return modern;
  };

  /** Progress was left out of these recordings. */
  const untold = ['progress_state', 'progress'];

  /** A job that lasts, so that a busy machine has time to act on it: the recorded one takes a second. */
  const patient = <Value>(value: Value): Value =>
    JSON.parse(JSON.stringify(value).replaceAll('"steps":20', '"steps":2000'));

  it('prompt-interrupted: a targeted interrupt, of another prompt first', async () => {
    const { port } = fleet();
    const listener = modernClient();
    const run = loadRecording('prompt-interrupted') as RecordedRun &
      Record<'interrupt_other_id' | 'queue_while_running' | 'interrupt', RecordedAnswer>;
    const answer = await postJsonTo(port, '/prompt', submissionOf(run));
    const { prompt_id: promptId } = answer.json as { prompt_id: string };
    await listener.until((frames) => frames.some(({ json }) => json?.type === 'executing'));
    const other = await postJsonTo(port, '/interrupt', { prompt_id: '00000000-0000-4000-8000-000000000000' });
    const queue = await exchangeWith(port, { path: '/queue' });
    const interrupt = await postJsonTo(port, '/interrupt', { prompt_id: promptId });
    await listener.until((frames) => isOver(frames, promptId) && isQuiet(frames));
    const history = await untilInHistoryAt(port, promptId);
    const job = await exchangeWith(port, { path: `/api/jobs/${promptId}` });
    const all = (parts: readonly RecordedAnswer[], frames: readonly RecordedFrame[] | undefined): unknown =>
      normalise([parts.map((part) => [part.status, part.json ?? part.text]), heardBy(frames, untold)]);
    const recordedHistory = run.history as unknown as RecordedAnswer;
    expect(all([other, queue, interrupt, history, job], listener.frames())).toEqual(
      all(
        [run.interrupt_other_id, run.queue_while_running, run.interrupt, recordedHistory, run.job as RecordedAnswer],
        run.ws_submitter,
      ),
    );
  });

  type QueueRecording = Readonly<Record<string, RecordedAnswer>> & {
    readonly submissions: readonly { label: string; extra: object; response: RecordedAnswer }[];
    readonly queue: { json: Record<'queue_running' | 'queue_pending', readonly HistoryRecord['prompt'][]> };
    readonly ws_status_only: readonly RecordedFrame[];
  };

  /** Jobs are listed by the millisecond in which they were submitted: two of the same one have no order. */
  const nextMillisecond = async (): Promise<void> => {
    for (const start = Date.now(); Date.now() === start; ) await new Promise((resolve) => setImmediate(resolve));
  };

  /** `queue_pending` is a heap in ComfyUI, whose order nobody is told: what is in it is compared, by the order in which it runs. */
  const inRunningOrder = (answer: RecordedAnswer): unknown => {
    const body = answer.json;
    if (typeof body !== 'object' || body === null || !('queue_pending' in body)) return body ?? answer.text;
    const pending = body.queue_pending as readonly [number, string][];
    return { ...body, queue_pending: pending.toSorted(([one], [other]) => one - other) };
  };

  it('queue-and-cancel: order, numbers, delete, cancel, clear', async () => {
    const { port } = fleet();
    const listener = modernClient();
    const recording = patient(loadRecording('queue-and-cancel')) as QueueRecording;
    const tuples = [...recording.queue.json.queue_running, ...recording.queue.json.queue_pending];
    const ids: Record<string, string> = {};
    const responses: RecordedAnswer[] = [];
    for (const { label, extra } of recording.submissions) {
      const tuple = tuples.find(([, , , extraData]) => extraData['note'] === label);
      const body = { prompt: tuple?.[2], client_id: 'golden-modern', extra_data: { note: label }, ...extra };
      const response = await postJsonTo(port, '/prompt', body);
      responses.push(response);
      await nextMillisecond();
      ids[label] = (response.json as { prompt_id: string }).prompt_id;
      if (label === 'a') await listener.until((frames) => frames.some(({ json }) => json?.type === 'executing'));
    }
    const get = (path: string) => exchangeWith(port, { path });
    const post = (path: string, body: unknown) => postJsonTo(port, path, body);
    const answers: Record<string, RecordedAnswer> = {};
    answers['queue'] = await get('/queue');
    answers['prompt'] = await get('/prompt');
    answers['jobs'] = await get('/api/jobs?status=pending,in_progress');
    answers['job_running'] = await get(`/api/jobs/${ids['a']}`);
    answers['job_pending'] = await get(`/api/jobs/${ids['g']}`);
    answers['delete'] = await post('/queue', { delete: [ids['g']] });
    answers['cancel_pending'] = await post(`/api/jobs/${ids['f']}/cancel`, {});
    answers['cancel_again'] = await post(`/api/jobs/${ids['f']}/cancel`, {});
    answers['cancel_batch_running'] = await post('/api/jobs/cancel', { job_ids: [ids['a']] });
    answers['cancel_bad_id'] = await post('/api/jobs/cancel', { job_ids: ['bad'] });
    answers['cancel_bad_json'] = await exchangeWith(port, { method: 'POST', path: '/api/jobs/cancel', body: '{' });
    answers['cancel_no_list'] = await post('/api/jobs/cancel', { job_ids: 'x' });
    answers['cancel_unprefixed'] = await post('/jobs/cancel', { job_ids: [] });
    answers['cancel_nonuuid_single'] = await post('/api/jobs/not-a-uuid/cancel', {});
    await listener.until((frames) =>
      frames.some(
        ({ json }) => json?.type === 'executing' && json.data['prompt_id'] === ids['e'] && json.data['node'] === '1',
      ),
    );
    answers['queue_after'] = await get('/queue');
    answers['clear'] = await post('/queue', { clear: true });
    answers['queue_after_clear'] = await get('/queue');
    answers['interrupt_global'] = await exchangeWith(port, {
      method: 'POST',
      path: '/interrupt?clientId=golden-modern',
    });
    await listener.until((frames) => isOver(frames, ids['e']) && isQuiet(frames));
    answers['history_after'] = await get('/history?max_items=3');
    const names = Object.keys(answers);
    const all = (
      from: Readonly<Record<string, RecordedAnswer>>,
      submitted: readonly RecordedAnswer[],
      frames: readonly RecordedFrame[],
    ): unknown =>
      normalise([
        submitted.map(({ status, json }) => [status, json]),
        names.map((name) => {
          const answer = from[name];
          return [name, answer?.status, answer === undefined ? null : inRunningOrder(answer)];
        }),
        framesOf(frames, ['status', ...untold]),
      ]);
    expect(all(answers, responses, listener.frames())).toEqual(
      all(
        recording,
        recording.submissions.map(({ response }) => response),
        recording.ws_status_only,
      ),
    );
  });
});

interface ErrorCase {
  readonly request: unknown;
  readonly response: RecordedAnswer;
}

describe('prompt-errors: every refusal, and the prompts that pass in spite of something', () => {
  /** Calls that had a number before the first recorded one, so that the numbers of accepted prompts are compared as well. */
  const earlierNumbers = 19;
  const models = mkdtempSync(join(tmpdir(), 'no-models-'));
  writeFileSync(join(models, 'put-models-here'), '');
  const fleet = shareFleet({ count: 1, switches: fullySame, draft: { folders: { models } } });
  afterAll(() => rmSync(models, { recursive: true }));

  beforeAll(async () => {
    const { port } = fleet();
    const form = formOf({}, { name: 'example.png', bytes: await pngOf([255, 0, 0]) });
    await exchangeWith(port, { method: 'POST', path: '/upload/image', ...form });
    for (let count = 0; count < earlierNumbers; count += 1) await postJsonTo(port, '/prompt', {});
  });

  const cases = Object.entries(loadRecording('prompt-errors') as Record<string, ErrorCase>);

  it.each(cases)('%s', async (name, { request, response }) => {
    const body = typeof request === 'string' ? request : JSON.stringify(request);
    const answer = await exchangeWith(fleet().port, { method: 'POST', path: '/prompt', body });
    expect(comparableAnswer(answer)).toEqual(expectedAnswer(response, promptDeviations[name]));
  });
});

describe('history-paging', () => {
  const fleet = shareFleet({ count: 1, switches: fullySame });
  type Page = { readonly path: string; readonly keys: readonly string[] };
  const pages = loadRecording('history-paging') as (Page | Record<'clear' | 'delete', RecordedAnswer>)[];
  const lists = pages.filter((page): page is Page => 'keys' in page);
  const all = lists.find(({ path }) => path === '/history')?.keys ?? [];
  let ids: readonly string[] = [];

  beforeAll(async () => {
    for (let count = 0; count < all.length; count += 1) {
      const prompt = { t: { class_type: 'RText', inputs: { text: String(count) } } };
      await runPromptAt(fleet().port, { prompt }, null);
    }
    ids = Object.keys((await exchangeWith(fleet().port, { path: '/history' })).json as object);
  });

  it.each(lists.map(({ path, keys }) => [path, keys] as const))('%s', async (path, keys) => {
    const { json } = await exchangeWith(fleet().port, { path });
    const places = Object.keys(json as object).map((id) => ids.indexOf(id));
    expect(places).toEqual(keys.map((id) => all.indexOf(id)));
  });

  it('delete and clear', async () => {
    const recorded = pages.find((page): page is Record<'clear' | 'delete', RecordedAnswer> => 'clear' in page);
    const deleted = await postJsonTo(fleet().port, '/history', { delete: [ids[0]] });
    expect(comparableAnswer(deleted)).toEqual(comparableAnswer(recorded?.delete as RecordedAnswer));
    const left = await exchangeWith(fleet().port, { path: '/history' });
    expect(Object.keys(left.json as object)).toEqual(ids.slice(1));
    const cleared = await postJsonTo(fleet().port, '/history', { clear: true });
    expect(comparableAnswer(cleared)).toEqual(comparableAnswer(recorded?.clear as RecordedAnswer));
    expect((await exchangeWith(fleet().port, { path: '/history' })).json).toEqual({});
  });
});

describe('websockets', () => {
  const fleet = shareFleet({ count: 1, switches: fullySame });
  const frames = (name: string): readonly RecordedFrame[] => loadRecording(name) as RecordedFrame[];

  it('ws-no-client-id: an id of 32 hexadecimal digits is minted', async () => {
    const socket = await openSocket(fleet().port, '');
    await socket.until((received) => received.length > 0);
    const masked = (from: readonly RecordedFrame[]): unknown =>
      JSON.parse(JSON.stringify(framesOf(from)).replace(/"[0-9a-f]{32}"/, '"<sid>"'));
    expect(masked(socket.frames().slice(0, 1))).toEqual(masked(frames('ws-no-client-id')));
    await socket.close();
  });

  it('ws-feature-flags: the first message is answered, a second one is not', async () => {
    const recorded = frames('ws-feature-flags');
    const socket = await openSocket(fleet().port, '?clientId=ff');
    const announcement = JSON.stringify(recorded[0]?.json);
    socket.send(announcement);
    await socket.until((received) => received.some(({ json }) => json?.type === 'feature_flags'));
    socket.send(announcement);
    socket.send('no JSON');
    await exchangeWith(fleet().port, { path: '/prompt' });
    expect(heardBy(socket.frames())).toEqual(heardBy(recorded));
    await socket.close();
  });

  it('ws-cross-origin: refused before the handshake', async () => {
    const { status } = loadRecording('ws-cross-origin') as { status: number };
    const attempt = openSocket(fleet().port, '?clientId=x', { Origin: 'http://evil.example' });
    await expect(attempt).rejects.toThrow(`refused with ${status}`);
  });

  it('ws-reconnect: status and the running node are repeated, and progress goes on', async () => {
    const { port } = fleet();
    const recording = loadRecording('ws-reconnect') as Record<
      'after_reconnect_first_messages',
      readonly RecordedFrame[]
    >;
    const prompt = {
      '1': { class_type: 'RSteps', inputs: { steps: 60, delay: 0.05, preview: false, seed: 1 } },
      '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    };
    const first = await openSocket(port, '?clientId=re-client');
    const { json } = await postJsonTo(port, '/prompt', { prompt, client_id: 're-client' });
    const { prompt_id: promptId } = json as { prompt_id: string };
    await first.until((received) => received.some((frame) => frame.json?.type === 'progress'));
    await first.close();
    const second = await openSocket(port, '?clientId=re-client');
    await second.until((received) => received.some((frame) => frame.json?.type === 'progress'));
    /** How far the job has come is chance. */
    const compared = (received: readonly RecordedFrame[]): unknown => {
      const text = JSON.stringify(framesOf(received.slice(0, 4)));
      return normalise(JSON.parse(text.replaceAll(/"value":\d+(\.0)?/g, '"value":"<step>"')));
    };
    expect(compared(second.frames())).toEqual(compared(recording.after_reconnect_first_messages));
    await second.until((received) => isOver(received, promptId));
    await second.close();
  });
});
