import { describe, expect, it } from 'vitest';
import { createPictureTurns } from './picture-turns.ts';

/** Tasks that end when a test says so. */
const createWork = () => {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    began,
    task: (name: string) => (): Promise<string> => {
      began.push(name);
      return new Promise((resolve) => {
        ends.set(name, () => resolve(name));
      });
    },
    end: (name: string): void => ends.get(name)?.(),
  };
};

describe('turns', () => {
  it('come one at a time, in order, whatever becomes of the one before', async () => {
    const { began, task, end } = createWork();
    const turns = createPictureTurns(8);
    const broken = turns.run(async () => {
      began.push('broken');
      throw new Error('no picture');
    });
    const [a, b] = [turns.run(task('a')), turns.run(task('b'))];
    await expect(broken).rejects.toThrow('no picture');
    await expect.poll(() => began).toEqual(['broken', 'a']);
    end('a');
    expect(await a).toBe('a');
    await expect.poll(() => began).toEqual(['broken', 'a', 'b']);
    end('b');
    expect(await b).toBe('b');
    const last = turns.run(task('c'));
    end('c');
    expect(await last).toBe('c');
  });

  it('of those who are gone go to the next', async () => {
    const { began, task, end } = createWork();
    const turns = createPictureTurns(2);
    const gone = new AbortController();
    const a = turns.run(task('a'));
    const left = turns.run(task('left'), gone.signal);
    const b = turns.run(task('b'));
    await expect(turns.run(task('more'))).rejects.toMatchObject({ code: 'CALL_TOO_MANY' });
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    // Its place is free.
    const c = turns.run(task('c'));
    for (const name of ['a', 'b', 'c']) {
      await expect.poll(() => began.at(-1)).toBe(name);
      end(name);
    }
    expect([await a, await b, await c]).toEqual(['a', 'b', 'c']);
    await expect(turns.run(task('never'), gone.signal)).rejects.toThrow('gone');
    expect(began).toEqual(['a', 'b', 'c']);
  });
});
