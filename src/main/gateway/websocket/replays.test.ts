import { describe, expect, it } from 'vitest';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { jobRecord } from '../truth/record.fixture.ts';
import { readBinaryFrame } from './binary-frames.ts';
import { legacyPicture, picture } from './frames.fixture.ts';
import { graphContent } from './graph-content.ts';
import { createLaneReplays, type LaneReplays } from './lane-replays.ts';
import type { OutgoingBinary } from './outgoing.ts';
import { createReplayStore } from './replay-store.ts';

const kept = (size: number) => [{ metadata: {}, isPng: true, picture: new Uint8Array(size) }];

describe('the store of result pictures', () => {
  const limits = { maxBytes: 100, maxLaneBytes: 60, maxLaneGraphs: 3 };

  it('keeps the latest of each lane', () => {
    const store = createReplayStore(limits);
    store.keep('a', 'one', kept(20));
    store.keep('a', 'two', kept(20));
    expect(store.find('a', 'one')).toHaveLength(1);
    expect(store.find('b', 'one')).toEqual([]);
    store.keep('a', 'three', kept(30));
    // The one that was used longest ago goes.
    expect(['one', 'two', 'three'].map((graph) => store.find('a', graph).length)).toEqual([1, 0, 1]);
    expect(store.bytes).toBe(50);
  });

  it('keeps so many graphs of a lane', () => {
    const store = createReplayStore(limits);
    for (const graph of ['1', '2', '3', '4']) store.keep('a', graph, kept(1));
    expect(['1', '2', '3', '4'].map((graph) => store.find('a', graph).length)).toEqual([0, 1, 1, 1]);
  });

  it('keeps so much of all lanes', () => {
    const store = createReplayStore(limits);
    for (const lane of ['a', 'b', 'c']) store.keep(lane, 'one', kept(40));
    expect(['a', 'b', 'c'].map((lane) => store.find(lane, 'one').length)).toEqual([0, 1, 1]);
    expect(store.bytes).toBe(80);
  });

  it('forgets what is replaced, also by what is too large', () => {
    const store = createReplayStore(limits);
    store.keep('a', 'one', kept(40));
    store.keep('a', 'one', kept(50));
    expect(store.bytes).toBe(50);
    store.keep('a', 'one', kept(61));
    expect([store.bytes, store.find('a', 'one')]).toEqual([0, []]);
  });
});

describe('graphContent', () => {
  const graph = { '1': { class_type: 'A', inputs: { x: 1, y: ['2', 0] } }, '2': { class_type: 'B', inputs: {} } };
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

  it('is the same for graphs that do the same', () => {
    const other = {
      '2': { class_type: 'B', inputs: {}, _meta: { title: 'other' } },
      '1': { class_type: 'A', inputs: { y: ['2', 0], x: 1 } },
    };
    expect(graphContent(other)).toBe(graphContent(graph));
  });

  it.each([
    ['a value', { ...graph, '1': { class_type: 'A', inputs: { x: 2, y: ['2', 0] } } }],
    ['a list in the place of an object', { ...graph, '2': { class_type: 'B', inputs: [] } }],
    ['a class', { ...graph, '2': { class_type: 'C', inputs: {} } }],
    ['an id', { '1': graph['1'], '3': graph['2'] }],
  ])('differs by %s', (_what, other) => expect(graphContent(other)).not.toBe(graphContent(graph)));

  it('of what is too deep is none', () => {
    expect(graphContent({ '1': { class_type: 'A', inputs: { x: nested(50) } } })).not.toBeNull();
    expect(graphContent({ '1': { class_type: 'A', inputs: { x: nested(5000) } } })).toBeNull();
  });
});

describe('replays of a lane', () => {
  const prompt = (seed: number) => ({
    '1': { class_type: 'KSampler', inputs: { seed } },
    '2': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
  });
  const ended = (jobId: string, seed: number, lane: string | null, cached: readonly string[] = []): JobRecord =>
    jobRecord(jobId, {
      order: { prompt: prompt(seed), lane },
      view: { state: 'succeeded' },
      entry: {
        outputs: {},
        statusText: 'success',
        completed: true,
        messages: [['execution_cached', { nodes: cached, prompt_id: jobId }]],
        raw: null,
      },
    });
  const sent = (jobId: string, bytes: Uint8Array): OutgoingBinary => {
    const frame = readBinaryFrame(bytes);
    if (frame === null) throw new Error('no frame');
    return { kind: 'binary', jobId, frame, at: { node: '2', displayNode: '2' }, isResult: true };
  };
  const run = (replays: LaneReplays, record: JobRecord, ...frames: readonly Uint8Array[]) => {
    replays.note(
      record,
      frames.map((bytes) => sent(record.order.jobId, bytes)),
    );
    return replays.end(record, new Set());
  };
  const shown = (items: readonly OutgoingBinary[]): readonly unknown[] =>
    items.map(({ frame, jobId, at, isResult }) => {
      if (frame.kind !== 'picture') return null;
      const { metadata, isPng } = frame;
      return [jobId, at?.node, isResult, isPng, metadata?.['prompt_id'], Buffer.from(frame.picture).toString()];
    });
  const png = (text: string) => picture('x', '2', text, 'image/png');

  it('are the pictures of the same graph, as those of the job that shows them again', () => {
    const replays = createLaneReplays();
    expect(run(replays, ended('a', 1, 'me'), png('A1'), png('A2'))).toEqual([]);
    expect(run(replays, ended('b', 2, 'me'), legacyPicture('B', 2))).toEqual([]);
    expect(shown(run(replays, ended('c', 1, 'me', ['1', '2'])))).toEqual([
      ['c', '2', true, true, 'c', 'A1'],
      ['c', '2', true, true, 'c', 'A2'],
    ]);
    expect(shown(run(replays, ended('d', 2, 'me', ['1', '2'])))).toEqual([['d', '2', true, true, 'd', 'B']]);
    // Still there the second time.
    expect(run(replays, ended('e', 1, 'me', ['1', '2']))).toHaveLength(2);
  });

  const known = (): LaneReplays => {
    const replays = createLaneReplays();
    run(replays, ended('a', 1, 'me'), png('A'));
    return replays;
  };
  it.each([
    ['another client', ended('b', 1, 'you', ['1', '2'])],
    ['a client without a lane', ended('b', 1, null, ['1', '2'])],
    ['another graph', ended('b', 2, 'me', ['1', '2'])],
    ['a run that was not cached', ended('b', 1, 'me', ['1'])],
    [
      'a run that failed',
      { ...ended('b', 1, 'me', ['1', '2']), view: { ...jobRecord('b').view, state: 'failed' as const } },
    ],
  ])('are not for %s', (_what, record) => expect(run(known(), record)).toEqual([]));

  it('are not for a run that sent pictures', () => {
    expect(run(known(), ended('b', 1, 'me', ['1', '2']), png('B'))).toEqual([]);
  });

  it('are known to be due from frames alone too', () => {
    const record = { ...ended('b', 1, 'me'), entry: null };
    expect(known().end(record, new Set(['1', '2']))).toHaveLength(1);
  });

  it('are all of them, also after a run that sent some', () => {
    const two = { ...prompt(1), '3': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } } };
    const withTwo = (jobId: string, cached: readonly string[]): JobRecord => {
      const record = ended(jobId, 1, 'me', cached);
      return { ...record, order: { ...record.order, prompt: two } };
    };
    const replays = createLaneReplays();
    run(replays, withTwo('a', []), png('A2'), png('A3'));
    run(replays, withTwo('b', ['1', '2']), png('B3'));
    expect(run(replays, withTwo('c', ['1', '2', '3']))).toHaveLength(2);
  });

  it('are not kept of what was not sent to its end', () => {
    const replays = createLaneReplays();
    const record = ended('a', 1, 'me');
    run(replays, { ...record, view: { ...record.view, state: 'cancelled' } }, png('A'));
    expect(run(replays, ended('b', 1, 'me', ['1', '2']))).toEqual([]);
  });
});
