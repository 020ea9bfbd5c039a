import { describe, expect, it } from 'vitest';
import { readBinaryFrame } from './binary-frames.ts';
import { picture, progressText } from './frames.fixture.ts';
import { createOutbox } from './outbox.ts';
import { message, type Outgoing } from './outgoing.ts';

const binary = (jobId: string, text: string, isResult = false): Outgoing => {
  const frame = readBinaryFrame(picture(jobId, '3', text));
  if (frame === null) throw new Error('no frame');
  return { kind: 'binary', jobId, frame, at: null, isResult };
};
const text = (jobId: string, what: string): Outgoing => {
  const frame = readBinaryFrame(progressText('3', what));
  if (frame === null) throw new Error('no frame');
  return { kind: 'binary', jobId, frame, at: null, isResult: false };
};
const about = (type: string, jobId: string, data: Record<string, unknown> = {}): Outgoing =>
  message(type, { ...data, prompt_id: jobId }, jobId);
const step = (jobId: string, node: string, value: number): Outgoing => about('progress', jobId, { node, value });
const status = (left: number): Outgoing => message('status', { left });

const drain = (items: readonly Outgoing[]): readonly Outgoing[] => {
  const outbox = createOutbox();
  for (const item of items) outbox.put(item);
  const taken: Outgoing[] = [];
  for (let item = outbox.take(); item !== undefined; item = outbox.take()) taken.push(item);
  expect([outbox.size, outbox.neededBytes, outbox.largestBytes]).toEqual([0, 0, 0]);
  return taken;
};

describe('what waits for a slow client', () => {
  const start = about('executing', 'a', { node: '3' });
  const end = about('execution_success', 'a');
  const cases: readonly [what: string, put: readonly Outgoing[], taken: readonly Outgoing[]][] = [
    ['nothing', [], []],
    ['endings, in their order', [start, end, start], [start, end, start]],
    [
      'the newest preview of each job',
      [binary('a', '1'), binary('b', '1'), binary('a', '2')],
      [binary('b', '1'), binary('a', '2')],
    ],
    [
      'every result',
      [binary('a', '1', true), binary('a', '2', true), binary('a', '1', true)],
      [binary('a', '1', true), binary('a', '2', true), binary('a', '1', true)],
    ],
    ['every text', [text('a', 'x'), text('a', 'y')], [text('a', 'x'), text('a', 'y')]],
    [
      'the newest step of each node',
      [step('a', '3', 1), step('a', '4', 1), step('b', '3', 1), step('a', '3', 2)],
      [step('a', '4', 1), step('b', '3', 1), step('a', '3', 2)],
    ],
    [
      'the newest snapshot of each job',
      [about('progress_state', 'a', { n: 1 }), about('progress_state', 'b'), about('progress_state', 'a', { n: 2 })],
      [about('progress_state', 'b'), about('progress_state', 'a', { n: 2 })],
    ],
    ['the newest status', [status(1), end, status(2)], [end, status(2)]],
    [
      'a preview after the node that made it',
      [binary('a', '1'), start, binary('a', '2'), end],
      [start, binary('a', '2'), end],
    ],
  ];
  it.each(cases)('%s', (_what, put, taken) => expect(drain(put)).toEqual(taken));

  it('is counted as far as it may not be dropped', () => {
    const outbox = createOutbox();
    const result = binary('a', 'x'.repeat(1000), true);
    const bytes = result.kind === 'binary' ? result.frame.bytes.byteLength : 0;
    for (const item of [binary('a', 'y'.repeat(5000)), step('a', '3', 1), status(1), result]) outbox.put(item);
    expect([outbox.size, outbox.neededBytes, outbox.largestBytes]).toEqual([4, bytes, bytes]);
    outbox.put(end);
    expect(outbox.neededBytes).toBeGreaterThan(bytes);
    expect(outbox.largestBytes).toBe(bytes);
  });
});
