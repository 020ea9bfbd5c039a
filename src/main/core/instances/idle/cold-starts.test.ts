import { describe, expect, test } from 'vitest';
import { paused, ready, starting, stopped, waiting } from '../testing/lives.fixture.ts';
import { createColdStarts } from './cold-starts.ts';

const comfyui = { id: 'one', program: 'comfyui' } as const;
const sandbox = { id: 'two', program: 'sandbox' } as const;

const setUp = () => {
  const time = { now: 0 };
  const coldStarts = createColdStarts(() => time.now);
  /** In line for a minute, then `ms` from the launch until it is up. */
  const start = (program: typeof comfyui | typeof sandbox, ms: number, up = ready()): void => {
    const [inLine, launching, begun] = [starting({ phase: 'queued' }), starting({ phase: 'launching' }), starting()];
    coldStarts.note(program, stopped(), inLine);
    time.now += 60_000;
    coldStarts.note(program, inLine, launching);
    coldStarts.note(program, launching, begun);
    time.now += ms;
    coldStarts.note(program, begun, up);
  };
  return { time, coldStarts, start };
};

describe('the time of a start', () => {
  test('is guessed by the program before the first one', () => {
    const { coldStarts } = setUp();
    expect(coldStarts.expectedMs(comfyui)).toBe(30_000);
    expect(coldStarts.expectedMs(sandbox)).toBe(2_000);
  });

  test('is that of the first one, and then follows the later ones', () => {
    const { coldStarts, start } = setUp();
    start(comfyui, 10_000);
    expect(coldStarts.expectedMs(comfyui)).toBe(10_000);
    start(comfyui, 20_000, paused());
    expect(coldStarts.expectedMs(comfyui)).toBeCloseTo(13_000);
    expect(coldStarts.expectedMs(sandbox)).toBe(2_000);
  });

  test('is unknown again for another program', () => {
    const { coldStarts, start } = setUp();
    start(comfyui, 10_000);
    expect(coldStarts.expectedMs({ id: 'one', program: 'sandbox' })).toBe(2_000);
    coldStarts.forget('one');
    expect(coldStarts.expectedMs(comfyui)).toBe(30_000);
  });

  test('is not learned from a start that failed, nor from an end without one', () => {
    const { time, coldStarts } = setUp();
    coldStarts.note(comfyui, starting({ phase: 'queued' }), starting({ phase: 'launching' }));
    time.now += 5_000;
    coldStarts.note(comfyui, starting(), waiting());
    time.now += 5_000;
    coldStarts.note(comfyui, starting(), ready());
    coldStarts.note(comfyui, paused(), ready());
    expect(coldStarts.expectedMs(comfyui)).toBe(30_000);
  });
});
