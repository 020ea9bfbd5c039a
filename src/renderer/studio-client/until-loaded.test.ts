import { expect, it } from 'vitest';
import { untilLoaded } from './until-loaded.ts';

const failing = (times: number) => {
  const state = { tries: 0 };
  const load = async (): Promise<string> => {
    state.tries += 1;
    if (state.tries <= times) throw new Error('no answer');
    return 'part';
  };
  return { state, load };
};
const pause = async (): Promise<void> => undefined;

it('a part comes as soon as it can be loaded', async () => {
  const { state, load } = failing(7);
  expect(await untilLoaded(load, pause)).toBe('part');
  expect(state.tries).toBe(8);
});

it('a part that never comes is an error in the end', async () => {
  const { state, load } = failing(Number.POSITIVE_INFINITY);
  await expect(untilLoaded(load, pause)).rejects.toThrow('no answer');
  expect(state.tries).toBe(120);
});
