import { expect, test } from 'vitest';
import { readLogLine } from './log-progress.ts';
import { keeping, unloading } from './unload-signatures.fixture.ts';

test.each(unloading)('says that nothing is loaded any more: %s', (line) => {
  expect(readLogLine(line)).toEqual({ kind: 'unloaded' });
});

test.each(keeping)('says nothing of the kind: %s', (line) => {
  expect(readLogLine(line)?.kind).not.toBe('unloaded');
});
