import { describe, expect, it } from 'vitest';
import type { LaneBlock } from '#contract/models/lanes.ts';
import { instance, ready } from '../../../testing/instance-fixtures.ts';
import { arrangeLanes, blockAt, busyUntil, dropPlace, firstFocus, layOut, nearestBlock } from './lane-layout.ts';
import { laneWindow, limitMove, moveToSee, ticksOf, timeAt, xOf } from './lane-window.ts';

const minute = 60_000;
const block = (jobId: string, startAt: number, endAt: number, fields: Partial<LaneBlock> = {}): LaneBlock => ({
  jobId,
  instanceId: 'a',
  title: jobId,
  state: 'queued',
  batchId: null,
  startAt,
  endAt,
  loadUntil: null,
  fraction: null,
  ...fields,
});
const view = (id: string) =>
  instance({ configuration: { id, name: id, port: 8188, gpuDevice: 'auto' }, state: ready() });

describe('lanes', () => {
  it('stand in the order of the instances, deleted ones last', () => {
    const blocks = [block('1', 5, 9), block('2', 0, 4), block('3', 0, 1, { instanceId: 'gone' })];
    const lanes = arrangeLanes([view('b'), view('a')], blocks, []);
    expect(lanes.map(({ instanceId, blocks: own }) => [instanceId, own.map(({ jobId }) => jobId)])).toEqual([
      ['b', []],
      ['a', ['2', '1']],
      ['gone', ['3']],
    ]);
    expect(lanes.at(-1)?.view).toBeNull();
  });

  it('stay the same objects when nothing of them changed', () => {
    const instances = [view('a'), view('b')];
    const other = block('2', 0, 4, { instanceId: 'b' });
    const before = arrangeLanes(instances, [block('1', 0, 4), other], []);
    const after = arrangeLanes(instances, [block('1', 0, 5), other], before);
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
  });

  it('have a track for each slot that is used at once, and none for estimates that touch', () => {
    expect(layOut([block('1', 0, 10_000), block('2', 9900, 20_000)]).count).toBe(1);
    const two = layOut([block('1', 0, 10_000), block('2', 2000, 20_000), block('3', 10_000, 30_000)]);
    expect(two.count).toBe(2);
    expect(two.placed.map(({ track }) => track)).toEqual([0, 1, 0]);
    expect(layOut(Array.from({ length: 9 }, (_, index) => block(String(index), 0, 60_000))).count).toBe(4);
  });

  it('find the block that is pointed at, or the nearest of thin ones', () => {
    const tracks = layOut([block('1', 0, 10), block('2', 100, 110)]);
    expect(blockAt(tracks, 5, 0, 4)?.jobId).toBe('1');
    expect(blockAt(tracks, 97, 0, 4)?.jobId).toBe('2');
    expect(blockAt(tracks, 50, 0, 4)).toBeNull();
    expect(nearestBlock([block('1', 0, 10), block('2', 100, 110)], 70)?.jobId).toBe('2');
  });

  it('are entered at what runs, else at what waits, else at what was last', () => {
    const done = block('1', 0, 1, { state: 'succeeded' });
    const running = block('2', 1, 2, { state: 'running' });
    const waiting = block('3', 2, 3);
    expect(firstFocus([done, running, waiting])).toBe(running);
    expect(firstFocus([done, waiting])).toBe(waiting);
    expect(firstFocus([done])).toBe(done);
    expect(firstFocus([])).toBeNull();
  });

  it('take a dropped job before the one whose middle is later, or behind the last', () => {
    const blocks = [block('0', 0, 10, { state: 'running' }), block('1', 10, 20), block('2', 20, 30)];
    expect(dropPlace(blocks, 12)).toMatchObject({ jobId: '1', edge: 'above' });
    expect(dropPlace(blocks, 16)).toMatchObject({ jobId: '2', edge: 'above' });
    expect(dropPlace(blocks, 99)).toEqual({ jobId: '2', edge: 'below', markAt: 30 });
    expect(dropPlace(blocks.slice(0, 1), 5)).toBeNull();
  });

  it('say until when an instance has work', () => {
    expect(busyUntil([block('1', 0, 5, { state: 'succeeded' })])).toBeNull();
    expect(busyUntil([block('1', 0, 5, { state: 'running' }), block('2', 5, 9)])).toBe(9);
  });
});

describe('the window', () => {
  const now = 1_000_000_000;

  it('has now at two fifths and turns places into times and back', () => {
    const window = laneWindow(5, now, 0, 1000);
    expect(window.toAt - window.fromAt).toBe(5 * minute);
    expect(xOf(window, now)).toBe(400);
    expect(timeAt(window, 400)).toBe(now);
  });

  it('goes no further than there is something to see', () => {
    expect(limitMove(5, -100 * minute)).toBe(-3 * minute);
    expect(limitMove(5, 100 * minute)).toBe(30 * minute);
  });

  it('moves to a block that is out of sight, and only then', () => {
    const window = laneWindow(5, now, 0, 1000);
    expect(moveToSee(window, block('1', now, now + 1000))).toBe(0);
    expect(moveToSee(window, block('1', now - 9 * minute, now - 8 * minute))).toBeLessThan(0);
    expect(moveToSee(window, block('1', now + 9 * minute, now + 10 * minute))).toBeGreaterThan(0);
  });

  it('has round times of day on its axis, in any time zone', () => {
    const ticks = ticksOf(laneWindow(60, now, 0, 1000), -330);
    expect(ticks.length).toBeGreaterThan(4);
    expect(ticks.length).toBeLessThan(13);
    for (const at of ticks) expect((at + 330 * minute) % (5 * minute)).toBe(0);
    expect(ticksOf(laneWindow(60, now, 0, 0), 0)).toBeInstanceOf(Array);
  });
});
