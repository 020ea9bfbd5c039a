import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparableAnswer } from './comparable-answer.ts';
import {
  framesOf,
  type HistoryRecord,
  type RecordedRun,
  runPrompt,
  type Submission,
  submissionOf,
} from './conversation.ts';
import { exchange, postJson } from './http-client.ts';
import { normalise } from './normalise.ts';
import { loadRecording, type RecordedAnswer, type RecordedFrame } from './recording.ts';
import { isOver, openSocket, type RecordingSocket } from './recording-socket.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

/*
 * Replays the recorded prompts one after the other on one server, as they were recorded: numbers, file names and caches
 * depend on what ran before. A whole run is compared at once: answer, both websockets, history and job.
 */

let sandbox: SandboxProcess;
let submitter: RecordingSocket;
let bystander: RecordingSocket;
let modern: RecordingSocket;

beforeAll(async () => {
  sandbox = await startSandboxProcess({ args: ['--cpu'] });
  submitter = await openSocket(sandbox.port, '?clientId=golden-client-1');
  bystander = await openSocket(sandbox.port, '?clientId=bystander');
});

afterAll(async () => {
  await Promise.all([submitter.close(), bystander.close(), modern.close()]);
  await sandbox.dispose();
});

const recorded = (name: string): RecordedRun => loadRecording(name) as RecordedRun;

/** The parts of a run that the recording has, without what differs between two servers. */
const compared = (run: {
  readonly response?: RecordedAnswer | undefined;
  readonly submitter?: readonly RecordedFrame[] | undefined;
  readonly bystander?: readonly RecordedFrame[] | undefined;
  readonly history: unknown;
  readonly job?: RecordedAnswer | undefined;
}): unknown =>
  normalise({
    response: run.response === undefined ? null : [run.response.status, run.response.json],
    submitter: framesOf(run.submitter),
    bystander: framesOf(run.bystander),
    history: run.history,
    job: run.job === undefined ? null : [run.job.status, run.job.json],
  });

/** Everybody was told that the queue is empty again: nothing of this run comes later. */
const isQuiet = (frames: readonly RecordedFrame[]): boolean => {
  const statuses = frames.flatMap(({ json }) => (json?.type === 'status' ? [JSON.stringify(json.data.status)] : []));
  return statuses.length > 1 && statuses.at(-1) === '{"exec_info":{"queue_remaining":0}}';
};

const untilQuiet = async (): Promise<void> => {
  await Promise.all([submitter.until(isQuiet), bystander.until(isQuiet)]);
};

const replay = async (name: string, more: Partial<Submission> = {}): Promise<void> => {
  const run = recorded(name);
  const submission = submissionOf(run);
  const listener = submission.client_id === undefined ? null : submitter;
  const { response, history, job } = await runPrompt(sandbox.port, { ...submission, ...more }, listener);
  await untilQuiet();
  const actual = compared({
    response: run.response === undefined ? undefined : response,
    submitter: run.ws_submitter === undefined ? undefined : submitter.frames(),
    bystander: (run.ws_bystander ?? run.ws_other_client) === undefined ? undefined : bystander.frames(),
    history: history.json,
    job: run.job === undefined ? undefined : job,
  });
  submitter.clear();
  bystander.clear();
  expect(actual).toEqual(
    compared({
      response: run.response,
      submitter: run.ws_submitter,
      bystander: run.ws_bystander ?? run.ws_other_client,
      history: run.history.json,
      job: run.job,
    }),
  );
};

describe('recorded prompts, in their order', () => {
  it('prompt-success: a first run, from connecting on', () => replay('prompt-success'));
  it('prompt-cached: the same graph again', () => replay('prompt-cached'));
  it('prompt-partially-cached: another file name', () => replay('prompt-partially-cached'));
  it('prompt-no-client-id: progress goes to everybody', () => replay('prompt-no-client-id'));

  it('prompt-two-outputs: a batch, and tokens in the file name', async () => {
    const run = recorded('prompt-two-outputs');
    const { response, history } = await runPrompt(sandbox.port, submissionOf(run), submitter);
    await untilQuiet();
    const frames = submitter.frames();
    submitter.clear();
    bystander.clear();
    // ComfyUI takes the outputs from a set: which of the two runs first is chance, so the order of nodes is left out.
    const summary = (
      answer: RecordedAnswer | undefined,
      received: readonly RecordedFrame[],
      entries: unknown,
    ): unknown => {
      const shown = framesOf(received.filter(({ json }) => json?.type === 'executed'));
      const today = JSON.stringify([answer?.json, shown, entries]).replaceAll(/two\/\d{4}-\d\d-\d\d/g, 'two/<today>');
      const [json, executed, [entry]] = normalise(JSON.parse(today)) as [
        unknown,
        unknown[],
        [{ outputs: unknown; meta: unknown; prompt: unknown[] }],
      ];
      const outputs = entry.prompt[4] as string[];
      const byNode = executed.map((frame) => JSON.stringify(frame)).sort();
      return {
        json,
        types: received.map((frame) => frame.json?.type),
        byNode,
        ...entry,
        prompt: [...entry.prompt.slice(0, 4), outputs.toSorted()],
      };
    };
    expect(summary(response, frames, Object.values(history.json as Record<string, unknown>))).toEqual(
      summary(run.response, run.ws_submitter ?? [], Object.values(run.history.json)),
    );
  });

  it('prompt-partial-targets: one of two outputs, whose temporary files go on counting', () =>
    replay('prompt-partial-targets', { partial_execution_targets: ['3'] }));

  it('prompt-partial-targets-none: a target that is no output', async () => {
    const answer = await postJson(sandbox.port, '/prompt', {
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
    modern = await openSocket(sandbox.port, '?clientId=golden-modern');
    modern.send(JSON.stringify(frames[0]?.json));
    await modern.until((received) => received.some(({ json }) => json?.type === 'feature_flags'));
    const legacy = submissionOf(recorded('prompt-progress-legacy-preview')) as {
      prompt: Record<string, { inputs: object }>;
    };
    const prompt = {
      ...legacy.prompt,
      '1': { ...legacy.prompt['1'], inputs: { ...legacy.prompt['1']?.inputs, seed: 12 } },
    };
    await runPrompt(sandbox.port, { prompt, client_id: 'golden-modern' }, modern);
    expect(normalise(framesOf(modern.frames()))).toEqual(normalise(framesOf(frames)));
    modern.clear();
  });
});

/** Progress was left out of these recordings. */
const untold = ['progress_state', 'progress'];

/** A job that lasts, so that a busy machine has time to act on it: the recorded one takes a second. */
const patient = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value).replaceAll('"steps":20', '"steps":2000'));

/** Jobs are listed by the millisecond in which they were submitted: two of the same one have no order. */
const nextMillisecond = async (): Promise<void> => {
  for (const start = Date.now(); Date.now() === start; ) await new Promise((resolve) => setImmediate(resolve));
};

describe('stopping', () => {
  it('prompt-interrupted: a targeted interrupt, of another prompt first', async () => {
    const run = loadRecording('prompt-interrupted') as RecordedRun &
      Record<'interrupt_other_id' | 'queue_while_running' | 'interrupt', RecordedAnswer>;
    const answer = await postJson(sandbox.port, '/prompt', submissionOf(run));
    const { prompt_id: promptId } = answer.json as { prompt_id: string };
    await modern.until((frames) => frames.some(({ json }) => json?.type === 'executing'));
    const other = await postJson(sandbox.port, '/interrupt', { prompt_id: '00000000-0000-4000-8000-000000000000' });
    const queue = await exchange(sandbox.port, { path: '/queue' });
    const interrupt = await postJson(sandbox.port, '/interrupt', { prompt_id: promptId });
    await modern.until((frames) => isOver(frames, promptId));
    const history = await exchange(sandbox.port, { path: `/history/${promptId}` });
    const job = await exchange(sandbox.port, { path: `/api/jobs/${promptId}` });
    const all = (parts: readonly RecordedAnswer[], frames: readonly RecordedFrame[] | undefined): unknown =>
      normalise([parts.map((part) => [part.status, part.json ?? part.text]), framesOf(frames, untold)]);
    expect(all([other, queue, interrupt, history, job], modern.frames())).toEqual(
      all(
        [
          run.interrupt_other_id,
          run.queue_while_running,
          run.interrupt,
          run.history as unknown as RecordedAnswer,
          run.job as RecordedAnswer,
        ],
        run.ws_submitter,
      ),
    );
    modern.clear();
  });

  it('queue-and-cancel: heap order, numbers, delete, cancel, clear', async () => {
    const recording = patient(loadRecording('queue-and-cancel')) as QueueRecording;
    const { port } = sandbox;
    const tuples = [...recording.queue.json.queue_running, ...recording.queue.json.queue_pending];
    const ids: Record<string, string> = {};
    const responses: RecordedAnswer[] = [];
    for (const { label, extra } of recording.submissions) {
      const tuple = tuples.find(([, , , extraData]) => extraData.note === label);
      const body = { prompt: tuple?.[2], client_id: 'golden-modern', extra_data: { note: label }, ...extra };
      const response = await postJson(port, '/prompt', body);
      responses.push(response);
      await nextMillisecond();
      ids[label] = (response.json as { prompt_id: string }).prompt_id;
      if (label === 'a') await modern.until((frames) => frames.some(({ json }) => json?.type === 'executing'));
    }
    const get = (path: string) => exchange(port, { path });
    const post = (path: string, body: unknown) => postJson(port, path, body);
    const answers: Record<string, RecordedAnswer> = {};
    answers.queue = await get('/queue');
    answers.prompt = await get('/prompt');
    answers.jobs = await get('/api/jobs?status=pending,in_progress');
    answers.job_running = await get(`/api/jobs/${ids.a}`);
    answers.job_pending = await get(`/api/jobs/${ids.g}`);
    answers.delete = await post('/queue', { delete: [ids.g] });
    answers.cancel_pending = await post(`/api/jobs/${ids.f}/cancel`, {});
    answers.cancel_again = await post(`/api/jobs/${ids.f}/cancel`, {});
    answers.cancel_batch_running = await post('/api/jobs/cancel', { job_ids: [ids.a] });
    answers.cancel_bad_id = await post('/api/jobs/cancel', { job_ids: ['bad'] });
    answers.cancel_bad_json = await exchange(port, { method: 'POST', path: '/api/jobs/cancel', body: '{' });
    answers.cancel_no_list = await post('/api/jobs/cancel', { job_ids: 'x' });
    answers.cancel_unprefixed = await post('/jobs/cancel', { job_ids: [] });
    answers.cancel_nonuuid_single = await post('/api/jobs/not-a-uuid/cancel', {});
    await modern.until((frames) =>
      frames.some(({ json }) => json?.type === 'executing' && json.data.prompt_id === ids.e && json.data.node === '1'),
    );
    answers.queue_after = await get('/queue');
    answers.clear = await post('/queue', { clear: true });
    answers.queue_after_clear = await get('/queue');
    answers.interrupt_global = await exchange(port, { method: 'POST', path: '/interrupt' });
    await modern.until((frames) => isOver(frames, ids.e));
    answers.history_after = await get('/history?max_items=3');
    const names = Object.keys(answers);
    const all = (
      from: Readonly<Record<string, RecordedAnswer>>,
      submitted: readonly RecordedAnswer[],
      frames: readonly RecordedFrame[],
    ): unknown =>
      normalise([
        submitted.map(({ status, json }) => [status, json]),
        names.map((name) => [name, from[name]?.status, from[name]?.json ?? from[name]?.text]),
        framesOf(frames, untold),
      ]);
    expect(all(answers, responses, modern.frames())).toEqual(
      all(
        recording,
        recording.submissions.map(({ response }) => response),
        recording.ws_status_only,
      ),
    );
  });
});

type QueueRecording = Readonly<Record<string, RecordedAnswer>> & {
  readonly submissions: readonly { label: string; extra: object; response: RecordedAnswer }[];
  readonly queue: { json: Record<'queue_running' | 'queue_pending', readonly HistoryRecord['prompt'][]> };
  readonly ws_status_only: readonly RecordedFrame[];
};
