import { describe, expect, it } from 'vitest';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { createManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { endedRecord } from '../truth/record.fixture.ts';
import { createFileMakers } from './file-makers.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const file = { filename: 'a_00001_.png', subfolder: '', type: 'output' };

const made = (id: string, instanceId: string, startedAt: number, output = file): JobRecord => {
  const record = endedRecord(id, startedAt + 1);
  const outputs = [{ index: 0, nodeId: '9', kind: 'image' as const, key: 'images', text: '', ...output }];
  return { ...record, view: { ...record.view, instanceId, startedAt, outputs } };
};

const open = (inMemory: readonly JobRecord[], stored: readonly JobRecord[] = []) => {
  const clock = createManualClock();
  const changes = createEmitter<JobRecord>();
  const asked: number[] = [];
  const makers = createFileMakers({
    clock,
    logger,
    jobs: {
      records: () => inMemory,
      onChange: (listener) => changes.on(listener),
      past: ({ offset, limit }) => {
        asked.push(limit);
        return { records: stored.slice(offset, offset + limit), total: stored.length };
      },
    },
  });
  return { makers, clock, asked, change: (record: JobRecord) => changes.emit(record) };
};

const makerOf = ({ makers }: ReturnType<typeof open>, instanceId: string | null = null, wanted = file) =>
  makers.find(wanted, instanceId)?.instanceId ?? null;

describe('the maker of a file', () => {
  it('is the latest one, or that of the instance that is asked for', () => {
    const world = open([made('1', 'a', 10), made('2', 'b', 30), made('3', 'c', 20)]);
    expect(makerOf(world)).toBe('b');
    expect(makerOf(world, 'c')).toBe('c');
    expect(makerOf(world, 'd')).toBeNull();
    expect(makerOf(world, null, { ...file, type: 'temp' })).toBeNull();
    expect(makerOf(world, null, { ...file, subfolder: 'sub' })).toBeNull();
    world.makers.close();
  });

  it('follows what jobs make, whatever order they tell it in', () => {
    const world = open([made('1', 'a', 10)]);
    expect(makerOf(world)).toBe('a');
    world.change(made('2', 'b', 20));
    expect(makerOf(world)).toBe('b');
    world.change(made('3', 'c', 15));
    expect(makerOf(world)).toBe('b');
    world.makers.close();
    world.change(made('4', 'd', 40));
    expect(makerOf(world)).toBe('b');
  });

  it('is found among jobs that are on disk only, which are read a little at a time', async () => {
    const stored = Array.from({ length: 170 }, (_, index) => made(`s${index}`, `i${index}`, index));
    const world = open([made('1', 'a', 5, { ...file, filename: 'other.png' })], stored);
    expect(world.asked).toEqual([]);
    expect(makerOf(world)).toBeNull();
    await world.clock.advance(1000);
    expect(makerOf(world)).toBe('i169');
    expect(makerOf(world, 'i0')).toBe('i0');
    expect(Math.max(...world.asked)).toBeLessThanOrEqual(50);
    expect(world.clock.pending()).toBe(0);
  });

  it('is not looked for on disk after the end', () => {
    const world = open([], [made('1', 'a', 1)]);
    expect(makerOf(world)).toBeNull();
    world.makers.close();
    expect(world.clock.pending()).toBe(0);
  });

  it('is known without the store where that cannot be read', async () => {
    const clock = createManualClock();
    const makers = createFileMakers({
      clock,
      logger,
      jobs: {
        records: () => [made('1', 'a', 1)],
        onChange: () => () => undefined,
        past: () => {
          throw new Error('no store');
        },
      },
    });
    expect(makers.find(file, null)?.instanceId).toBe('a');
    await clock.advance(1000);
    expect(makers.find(file, null)?.instanceId).toBe('a');
    makers.close();
  });
});
