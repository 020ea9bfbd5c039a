import { expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { describeStartFailure } from './start-failure.ts';

it.each([
  [
    new StudioError('STORE_LOCKED', undefined, {
      details: { pid: 41, startedAt: 0, address: 'http://127.0.0.1:8001' },
    }),
    'Another studio uses this data folder. It is process 41 and answers at http://127.0.0.1:8001. End it first.',
  ],
  [
    new StudioError('STORE_LOCKED', undefined, { details: { pid: 41, startedAt: 0, address: null } }),
    'Another studio uses this data folder. It is process 41. End it first.',
  ],
  [new StudioError('STORE_LOCKED'), 'Another studio uses this data folder. End the other one first.'],
  [
    new StudioError('SERVER_ADDRESS_UNUSABLE'),
    'This program may not open the address, or this machine does not have it.',
  ],
  [new Error('/home/somebody/secret'), 'An unexpected error. The log has the details.'],
])('%s', (error, sentence) => {
  expect(describeStartFailure(error)).toBe(sentence);
});
