import { expect, it } from 'vitest';
import { memoryWirePair } from './memory.ts';

const told = (): { lines: unknown[]; message: (message: unknown) => void; closed: () => void } => {
  const lines: unknown[] = [];
  return { lines, message: (message) => lines.push(message), closed: () => lines.push('closed') };
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('delivers copies, in order, never inside post, and what was posted before a close', async () => {
  const { studio, client } = memoryWirePair();
  const receiver = told();
  client.listen(receiver);
  const state = { list: [1] };
  studio.post({ type: 'snapshot', id: 1, revision: 0, state });
  state.list.push(2);
  studio.post({ type: 'snapshot', id: 1, revision: 1, state });
  expect({ lines: receiver.lines, backlog: studio.backlog() }).toEqual({ lines: [], backlog: 2 });
  studio.close();
  studio.post({ type: 'snapshot', id: 1, revision: 2, state });
  await settled();
  expect(receiver.lines).toEqual([
    { type: 'snapshot', id: 1, revision: 0, state: { list: [1] } },
    { type: 'snapshot', id: 1, revision: 1, state: { list: [1, 2] } },
    'closed',
  ]);
  expect(studio.backlog()).toBe(0);
});

it('keeps for a late listener what came before, the end too', async () => {
  const { studio, client } = memoryWirePair();
  client.post({ type: 'cancel', id: 1 });
  client.close();
  client.close();
  await settled();
  const receiver = told();
  studio.listen(receiver);
  await settled();
  expect(receiver.lines).toEqual([{ type: 'cancel', id: 1 }, 'closed']);
});

it('refuses at once what no wire could carry', () => {
  const { client } = memoryWirePair();
  expect(() => client.post({ type: 'call', id: 1, method: 'a.b', input: () => undefined })).toThrow(/clone/);
});
