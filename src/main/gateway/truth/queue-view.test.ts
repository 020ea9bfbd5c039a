import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { JobView } from '#contract/models/job.ts';
import { loadRecording } from '#sandbox/conformance/recording.ts';
import { hasBegun, hasEnded, isPending, promptItem, queueLists } from './queue-view.ts';
import { fakeJobs, jobRecord, listIn, recordOfItem } from './record.fixture.ts';

const recorded = loadRecording('queue-and-cancel');
const runningItems = listIn(recorded, 'queue', 'json', 'queue_running');
const pendingItems = listIn(recorded, 'queue', 'json', 'queue_pending');

describe('an item of the queue', () => {
  it.each([...runningItems, ...pendingItems].map((item) => [item]))('is what ComfyUI shows: %j', (item) => {
    const shown = JSON.stringify(promptItem(recordOfItem(item)));
    expect(JSON.parse(shown)).toEqual(item);
    expect(shown).not.toContain('secret');
  });

  it('has no client where none was given', () => {
    expect(promptItem(jobRecord('a', { view: { submittedAt: 7 } }))).toEqual([
      0,
      'a',
      { '9': { class_type: 'SaveImage', inputs: {} } },
      { create_time: 7 },
      ['9'],
    ]);
  });

  it.each<[string, Parameters<typeof jobRecord>[1], readonly string[]]>([
    ['all of them', {}, ['1', '2', '3']],
    ['those that are asked for', { order: { passThrough: { partial_execution_targets: ['3', '9'] } } }, ['3']],
    ['those that passed the check', { acceptedWith: { '7': { dependent_outputs: ['1', '2'] }, '8': 'x' } }, ['3']],
  ])('runs for %s', (_name, parts, expected) => {
    const record = jobRecord('a', { ...parts, order: { outputNodeIds: ['1', '2', '3'], ...parts?.order } });
    expect(promptItem(record)[4]).toEqual(expected);
  });

  it('stays in the list when its graph cannot be read any more', () => {
    const broken = jobRecord('a');
    const failing = {
      ...broken,
      order: {
        ...broken.order,
        get prompt(): never {
          throw new StudioError('STORE_READ_FAILED');
        },
      },
    };
    expect(promptItem(failing).slice(0, 3)).toEqual([0, 'a', {}]);
  });
});

describe('the queue', () => {
  it('lists what runs and what waits, once each, in the order in which it will run', () => {
    const states: readonly [string, JobView['state']][] = [
      ['q1', 'queued'],
      ['r1', 'running'],
      ['done', 'succeeded'],
      ['a1', 'assigned'],
      ['q2', 'queued'],
      ['r2', 'running'],
      ['aside', 'parked'],
    ];
    const { running, pending } = queueLists(fakeJobs(states.map(([id, state]) => jobRecord(id, { view: { state } }))));
    expect(running.map(({ order }) => order.jobId)).toEqual(['r1', 'r2']);
    expect(pending.map(({ order }) => order.jobId)).toEqual(['a1', 'q1', 'q2']);
  });

  it.each<[JobView['state'], number | null, Record<'pending' | 'begun' | 'ended', boolean>]>([
    ['queued', null, { pending: true, begun: false, ended: false }],
    ['queued', 5, { pending: true, begun: true, ended: false }],
    ['assigned', null, { pending: true, begun: false, ended: false }],
    ['running', 5, { pending: false, begun: true, ended: false }],
    ['succeeded', 5, { pending: false, begun: false, ended: true }],
    ['failed', null, { pending: false, begun: false, ended: true }],
    ['cancelled', 5, { pending: false, begun: false, ended: true }],
    ['parked', 5, { pending: false, begun: false, ended: true }],
  ])('%s, begun at %s', (state, startedAt, expected) => {
    const record = jobRecord('a', { view: { state, startedAt } });
    expect({ pending: isPending(record), begun: hasBegun(record), ended: hasEnded(record) }).toEqual(expected);
  });
});
