import { describe, expect, it } from 'vitest';
import type { JobView } from '#contract/models/job.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { markOutput, readMark } from '../files/output-names.ts';
import { toLegacyPreview } from '../websocket/preview-frames.ts';
import { hasHistory, historyEntry, historyPage, lastMessage } from './history-view.ts';
import { hasEnded, queueView } from './queue-view.ts';

const record = (jobId: string, view: Partial<JobView>, fields: Partial<JobRecord> = {}, number = 0): JobRecord => ({
  order: {
    jobId,
    prompt: { '9': { class_type: 'SaveImage', inputs: {} } },
    lane: null,
    caller: null,
    repeatable: true,
    sealed: {},
    graphKey: 'graph',
    patches: [],
    outputNodeIds: ['9'],
    inputs: [],
    extraData: {
      extra_pnginfo: { workflow: { id: 'w' } },
      api_key_comfy_org: 'secret',
      auth_token_comfy_org: 'secret',
    },
    passThrough: {},
    number,
    upstreamClientId: 'internal',
  },
  entry: null,
  refusal: null,
  acceptedWith: null,
  outputFolders: null,
  intent: null,
  firm: false,
  excludedInstanceIds: [],
  hidden: false,
  historyAt: null,
  view: {
    id: jobId,
    title: '',
    state: 'queued',
    instanceId: null,
    requestedInstanceId: null,
    clientId: 'me',
    placement: null,
    progress: null,
    hasPreview: false,
    outputs: [],
    error: null,
    nodeErrors: [],
    cachedNodes: 0,
    tries: 0,
    deaths: 0,
    reason: null,
    priority: 0,
    rank: 0,
    kind: 'interactive',
    timeoutMs: null,
    batchId: null,
    batchIndex: null,
    estimate: null,
    submittedAt: 1,
    assignedAt: null,
    startedAt: null,
    finishedAt: null,
    ...view,
  },
  ...fields,
});

describe('the queue', () => {
  const records = [
    record('running', { state: 'running' }, {}, 0),
    record('second', { state: 'queued' }, {}, 5),
    record('first', { state: 'assigned' }, {}, -2),
    record('done', { state: 'succeeded' }, {}, 1),
  ];

  it('lists what runs and what waits, in order, with five entries each and no secrets', () => {
    expect(queueView(records)).toEqual({
      queue_running: [
        [
          0,
          'running',
          { '9': { class_type: 'SaveImage', inputs: {} } },
          { extra_pnginfo: { workflow: { id: 'w' } }, client_id: 'me' },
          ['9'],
        ],
      ],
      queue_pending: [expect.arrayContaining([-2, 'first']), expect.arrayContaining([5, 'second'])],
    });
    expect(records.filter(hasEnded).map(({ view }) => view.id)).toEqual(['done']);
  });
});

describe('the history', () => {
  const ended = (jobId: string, finishedAt: number): JobRecord =>
    record(jobId, { state: 'succeeded', startedAt: 1, finishedAt });
  const records = [ended('b', 20), ended('a', 10), record('waiting', {}), ended('c', 30)];
  const ids = (maxItems: number | null, offset: number | null): string[] =>
    Object.keys(historyPage(records, { maxItems, offset }));

  it.each<[number | null, number | null, string[]]>([
    [null, null, ['a', 'b', 'c']],
    [2, null, ['b', 'c']],
    [0, null, []],
    [2, 0, ['a', 'b']],
    [1, 1, ['b']],
    [null, 2, ['c']],
    [null, -1, ['a', 'b', 'c']],
    [9, 9, []],
    [-1, null, []],
  ])('max_items=%s offset=%s', (maxItems, offset, expected) => {
    expect(ids(maxItems, offset)).toEqual(expected);
  });

  it.each<[JobView['state'], number | null, boolean]>([
    ['queued', null, false],
    ['running', 1, false],
    ['succeeded', 1, true],
    ['failed', null, true],
    ['cancelled', 1, true],
    ['cancelled', null, false],
  ])('of a job that is %s, begun at %s: %s', (state, startedAt, listed) => {
    expect(hasHistory(record('x', { state, startedAt }))).toBe(listed);
  });

  it('is the entry of the instance, with the client’s own prompt and the place of its files', () => {
    const raw = {
      prompt: [77, 'x', {}, { client_id: 'internal' }, []],
      outputs: { '9': { images: [{ filename: 'a.png', subfolder: 'sub', type: 'output' }], animated: [false] } },
      status: { status_str: 'success', completed: true, messages: [] },
      meta: { '9': { node_id: '9' } },
    };
    const entry = { outputs: {}, statusText: 'success' as const, completed: true, messages: [], raw };
    const shown = historyEntry(record('x', { state: 'succeeded', instanceId: 'gpu-0' }, { entry }, 3));
    expect(shown).toMatchObject({
      prompt: [3, 'x', {}, { client_id: 'me' }, ['9']],
      outputs: { '9': { images: [{ filename: 'a.png', subfolder: '@gpu-0/sub', type: 'output' }], animated: [false] } },
      status: { status_str: 'success', completed: true },
      meta: { '9': { node_id: '9' } },
    });
  });

  it('tells of a job that was lost as ComfyUI tells of a failure', () => {
    const lost = record('x', {
      state: 'failed',
      finishedAt: 5,
      error: { code: 'JOB_LOST', message: 'The instance lost the job.', retryable: true },
    });
    expect(historyEntry(lost)).toMatchObject({
      outputs: {},
      status: {
        status_str: 'error',
        completed: false,
        messages: [
          ['execution_start', { prompt_id: 'x' }],
          [
            'execution_error',
            {
              prompt_id: 'x',
              exception_type: 'JOB_LOST',
              exception_message: 'The instance lost the job.',
              timestamp: 5,
            },
          ],
        ],
      },
    });
  });

  it('names the node that failed where the instance left no entry', () => {
    const nodeError = {
      nodeId: '2',
      classType: 'KSampler',
      type: 'ValueError',
      message: 'boom',
      details: '',
      inputName: '',
      traceback: ['line'],
    };
    expect(lastMessage(record('x', { state: 'failed', finishedAt: 5, nodeErrors: [nodeError] }))).toEqual([
      'execution_error',
      expect.objectContaining({
        node_id: '2',
        node_type: 'KSampler',
        exception_type: 'ValueError',
        exception_message: 'boom',
        traceback: ['line'],
      }),
    ]);
  });

  it.each<[JobView['state'], readonly string[], string]>([
    ['failed', ['execution_start', 'execution_cached', 'execution_error'], 'execution_error'],
    ['succeeded', ['execution_start', 'execution_cached', 'execution_success'], 'execution_success'],
    ['cancelled', ['execution_start', 'execution_cached'], 'execution_interrupted'],
    ['succeeded', [], 'execution_success'],
  ])('the last message of one that %s after %j is %s', (state, events, expected) => {
    const messages = events.map((event) => [event, { told: true }] as const);
    const entry = { outputs: {}, statusText: 'error' as const, completed: false, messages, raw: {} };
    expect(lastMessage(record('x', { state }, { entry }))[0]).toBe(expected);
  });

  it('tells the outputs of a job that left no entry', () => {
    const output = {
      index: 0,
      nodeId: '9',
      kind: 'image' as const,
      key: 'images',
      filename: 'a.png',
      subfolder: '',
      type: 'temp',
      text: '',
    };
    const words = {
      index: 1,
      nodeId: '9',
      kind: 'text' as const,
      key: 'text',
      filename: '',
      subfolder: '',
      type: '',
      text: 'hi',
    };
    const shown = historyEntry(record('x', { state: 'succeeded', instanceId: 'a', outputs: [output, words] }));
    expect(shown.outputs).toEqual({
      '9': { images: [{ filename: 'a.png', subfolder: '@a', type: 'temp' }], text: ['hi'] },
    });
  });
});

describe('the mark of an instance', () => {
  it.each([
    ['', null, ''],
    ['sub/dir', null, 'sub/dir'],
    ['@gpu-0', 'gpu-0', ''],
    ['@gpu-0/sub/dir', 'gpu-0', 'sub/dir'],
    ['@/x', null, '@/x'],
    ['@a b/x', null, '@a b/x'],
    ['x/@gpu-0', null, 'x/@gpu-0'],
  ])('%s', (text, instanceId, subfolder) => {
    expect(readMark(text)).toEqual({ instanceId, subfolder });
  });

  it('goes on files only and comes off again', () => {
    const output = {
      images: [{ filename: 'a', subfolder: 's/t', type: 'output' }, 3, null],
      text: ['x'],
      result: { a: 1 },
    };
    const marked = markOutput(output, 'a');
    expect(marked).toEqual({ ...output, images: [{ filename: 'a', subfolder: '@a/s/t', type: 'output' }, 3, null] });
    expect(markOutput(null, 'a')).toBeNull();
    expect(readMark('@a/s/t')).toEqual({ instanceId: 'a', subfolder: 's/t' });
  });
});

describe('a preview for a client that reads no metadata', () => {
  const frame = (type: number, metadata: string, picture: string): Uint8Array => {
    const json = Buffer.from(metadata);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(type, 0);
    head.writeUInt32BE(json.byteLength, 4);
    return Buffer.concat([head, json, Buffer.from(picture)]);
  };

  it.each([
    ['{"image_type":"image/png"}', 2],
    ['{"image_type":"image/jpeg"}', 1],
    ['{}', 1],
    ['broken', 1],
  ])('%s', (metadata, format) => {
    const legacy = Buffer.from(toLegacyPreview(frame(4, metadata, 'pic')) ?? []);
    expect([legacy.readUInt32BE(0), legacy.readUInt32BE(4), legacy.subarray(8).toString()]).toEqual([1, format, 'pic']);
  });

  it('leaves other frames alone and drops what is cut', () => {
    const text = frame(3, 'n', 'text');
    expect(toLegacyPreview(text)).toBe(text);
    expect(toLegacyPreview(Buffer.from([0, 0, 0, 4, 0, 0, 0, 9, 1]))).toBeNull();
    expect(toLegacyPreview(new Uint8Array(3))).toBeNull();
  });
});
