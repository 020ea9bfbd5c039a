import { expect, test } from 'vitest';
import { cachedPromptsOf } from './cached-prompts.ts';

test.each([
  [[], 1],
  [['main.py', '--port', '8188'], 1],
  [['main.py', '--cache-lru', '10', '--port', '8188'], 10],
  [['main.py', '--cache-lru=6'], 6],
  [['main.py', '--cache-lru', '0'], 1],
  [['main.py', '--cache-lru'], 1],
  [['main.py', '--cache-classic'], 1],
  [['main.py', '--cache-ram'], 1],
  [['main.py', '--cache-ram', '4', '--port', '8188'], 1],
  [['main.py', '--cache-ram', '4', '32', '--port', '8188'], 4],
] as const)('%j remembers %i', (argv, count) => {
  expect(cachedPromptsOf(argv)).toBe(count);
});
