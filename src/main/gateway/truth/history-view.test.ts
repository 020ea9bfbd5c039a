import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#contract/errors.ts';
import { errorCodes } from '#contract/errors.ts';
import type { JobReason, JobView } from '#contract/models/job.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { loadRecording } from '#sandbox/conformance/recording.ts';
import { historyEntry, lastMessage, statusView } from './history-view.ts';
import { endedRecord, objectIn, recordedEnd, recordOfEntry } from './record.fixture.ts';

const shown = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const ends = [
  'prompt-success',
  'prompt-failed',
  'prompt-interrupted',
  'prompt-text',
  'prompt-cached',
  'prompt-partially-cached',
  'prompt-partial-targets',
  'prompt-two-outputs',
  'prompt-no-client-id',
];

describe('an entry', () => {
  it.each(ends)('of %s is the one that ComfyUI gives', (name) => {
    const { entry } = recordedEnd(name);
    expect(shown(historyEntry(recordOfEntry(entry), 'gpu-0'))).toEqual(entry);
  });

  it('names the instance of its files where there are several', () => {
    const { entry } = recordedEnd('prompt-success');
    expect(historyEntry(recordOfEntry(entry), null).outputs).toEqual({
      '3': { images: [{ filename: 'ComfyUI_00001_.png', subfolder: '@gpu-0/golden', type: 'output' }] },
    });
  });

  it.each(Object.entries(objectIn(loadRecording('queue-and-cancel'), 'history_after', 'json')))(
    'of an interrupted prompt: %s',
    (_id, entry) => {
      expect(shown(historyEntry(recordOfEntry(objectIn(entry)), 'gpu-0'))).toEqual(entry);
    },
  );
});

const parked = (code: ErrorCode, view: Partial<JobView> = {}) =>
  endedRecord('x', 50, {
    view: {
      state: 'parked',
      startedAt: 10,
      finishedAt: null,
      error: { code, message: errorCodes[code].summary, retryable: false },
      ...view,
    },
  });

describe('a job that ended without a word of its instance', () => {
  const deaths: JobReason = { code: 'too-many-deaths', details: {} };

  it('tells of losses that were no ends of instances', () => {
    const reason: JobReason = { code: 'too-many-losses', details: { losses: 5 } };
    const [, data] = lastMessage(parked('JOB_LOST', { reason, deaths: 0, instanceId: 'gpu-1' }));
    expect(data['exception_message']).toMatch(/were out of reach 5 times while they had it \(instance gpu-1\)/);
  });

  it('tells what happened and what to do', () => {
    const record = parked('JOB_LOST', { reason: deaths, deaths: 2, instanceId: 'gpu-1' });
    expect(historyEntry(record, 'gpu-1')).toEqual({
      prompt: [0, 'x', expect.anything(), { create_time: 1 }, ['9']],
      outputs: {},
      meta: {},
      status: {
        status_str: 'error',
        completed: false,
        messages: [
          ['execution_start', { prompt_id: 'x', timestamp: 10 }],
          ['execution_cached', { nodes: [], prompt_id: 'x', timestamp: 10 }],
          [
            'execution_error',
            {
              prompt_id: 'x',
              node_id: '',
              node_type: '',
              executed: [],
              exception_message:
                'The job was set aside: 2 instances ended while they ran it (instance gpu-1).\nLook into the log of the instance, then run the job again.',
              exception_type: 'JOB_LOST',
              traceback: [],
              current_inputs: {},
              current_outputs: [],
              timestamp: 50,
            },
          ],
        ],
      },
    });
  });

  it.each<[ErrorCode, RegExp]>([
    ['JOB_TIMEOUT', /no progress within its limit.*\n.*longer limit/su],
    ['INSTANCE_NOT_FOUND', /no instance.*\n.*another instance/su],
    ['GPU_OUT_OF_MEMORY', /too little free memory.*\n.*more memory/su],
    ['JOB_NOT_REPEATED', /acts outside ComfyUI.*\n.*only if it did not/su],
    ['JOB_SECRET_LOST', /key.*\n.*Submit the workflow again/su],
    ['INTERNAL', /unexpected error.*\n.*Run the job again/su],
  ])('%s', (code, expected) => {
    const [event, data] = lastMessage(parked(code));
    expect(event).toBe('execution_error');
    expect(data['exception_message']).toMatch(expected);
  });

  it('names the node and the reason of a refusal', () => {
    const nodeErrors = [
      {
        nodeId: '2',
        classType: 'KSampler',
        type: 'value_not_in_list',
        message: 'Value not in list',
        details: "scheduler: 'x' not in []",
        inputName: 'scheduler',
        traceback: [],
      },
    ];
    expect(lastMessage(parked('WORKFLOW_REJECTED', { state: 'failed', nodeErrors }))[1]).toMatchObject({
      node_id: '2',
      node_type: 'KSampler',
      exception_type: 'value_not_in_list',
      exception_message: "Value not in list: scheduler: 'x' not in []",
    });
  });

  const broken = (index: number, details = 'steps') => ({
    nodeId: String(index),
    classType: 'KSampler',
    type: 'value_smaller_than_min',
    message: 'Value 0 smaller than min of 1',
    details,
    inputName: 'steps',
    traceback: [],
  });
  const refusedFor = (nodeErrors: JobView['nodeErrors'], code: ErrorCode = 'WORKFLOW_REJECTED') =>
    lastMessage(parked(code, { state: 'failed', nodeErrors }))[1];

  it('names every node of a refusal', () => {
    const record = parked('WORKFLOW_REJECTED', { state: 'failed', nodeErrors: [broken(3), broken(5, '')] });
    const exception_message =
      'Node 3 (KSampler): Value 0 smaller than min of 1: steps\nNode 5 (KSampler): Value 0 smaller than min of 1';
    const expected = ['execution_error', expect.objectContaining({ node_id: '3', exception_message })];
    expect(lastMessage(record)).toEqual(expected);
    expect(statusView(record).messages.at(-1)).toEqual(expected);
  });

  it('names no more nodes of a refusal than somebody reads', () => {
    const many = Array.from({ length: 5000 }, (_, index) => broken(index, 'x'.repeat(10_000)));
    const text = String(refusedFor(many)['exception_message']);
    expect(text).toMatch(/^Node 0 .*\nNode 49 .*\n… and 4950 more$/su);
    expect(text.length).toBeLessThan(30_000);
  });

  it('does not take errors of outputs that were left out for the reason of a loss', () => {
    expect(refusedFor([broken(3)], 'JOB_LOST')).toMatchObject({ node_id: '', exception_type: 'JOB_LOST' });
  });

  it('tells what an instance said of no node in particular', () => {
    const details = { details: 'seed is no seed' };
    const error = { code: 'WORKFLOW_REJECTED', message: 'Bad prompt', details, retryable: false } as const;
    const record = parked('WORKFLOW_REJECTED', { state: 'failed', error });
    expect(lastMessage(record)[1]['exception_message']).toMatch(/^Bad prompt: seed is no seed/u);
  });

  it('shows what it made all the same', () => {
    const file = {
      index: 0,
      nodeId: '9',
      kind: 'image',
      key: 'images',
      filename: 'a.png',
      subfolder: '',
      type: 'temp',
    };
    const words = {
      index: 1,
      nodeId: '9',
      kind: 'text',
      key: 'text',
      filename: '',
      subfolder: '',
      type: '',
      text: 'hi',
    };
    const outputs = [
      { ...file, kind: 'image', text: '' },
      { ...words, kind: 'text' },
    ] as const;
    const entry = historyEntry(endedRecord('x', 9, { view: { instanceId: 'a', outputs: [...outputs] } }), null);
    expect(entry.outputs).toEqual({
      '9': { images: [{ filename: 'a.png', subfolder: '@a', type: 'temp' }], text: ['hi'] },
    });
    expect(entry.meta).toEqual({
      '9': { node_id: '9', display_node: '9', parent_node: null, real_node_id: '9' },
    });
    expect(entry.status).toMatchObject({ status_str: 'success', completed: true });
  });
});

describe('an entry of an earlier run', () => {
  const failed = recordOfEntry(recordedEnd('prompt-failed').entry);
  const cancelled = recordOfEntry(recordedEnd('prompt-interrupted').entry);

  it.each<[string, JobRecord, string]>([
    ['success', { ...failed, view: { ...failed.view, state: 'succeeded', error: null } }, 'execution_success'],
    ['cancel', { ...failed, view: { ...failed.view, state: 'cancelled', error: null } }, 'execution_interrupted'],
    [
      'loss',
      { ...cancelled, view: { ...cancelled.view, state: 'parked', error: parked('JOB_LOST').view.error } },
      'execution_error',
    ],
  ])('does not speak of a later %s', (_name, record, event) => {
    const { messages } = statusView(record);
    expect(messages.map(([type]) => type)).toEqual(['execution_start', 'execution_cached', event]);
    expect(lastMessage(record)).toEqual(messages.at(-1));
    expect(lastMessage(record)[1]['timestamp']).toBe(2);
  });
});
