import { expect, test } from 'vitest';
import { createFakeLogs } from '../testing/fake-logs.fixture.ts';
import type { LogSignal } from './log-progress.ts';
import { createRunLog } from './run-log.ts';

const open = () => {
  const logs = createFakeLogs();
  const signals: LogSignal[] = [];
  const moves: number[] = [];
  const reader = createRunLog(logs.open('one'), {
    onProgress: () => moves.push(1),
    onSignal: (signal) => signals.push(signal),
  });
  return { logs, reader, signals, moves };
};

test('reads signals across pieces, and takes any text as a move', () => {
  const { logs, signals, moves } = open();
  logs.write('one', 'Starting ser');
  logs.write('one', 'ver\nmore');
  expect(signals).toEqual([{ kind: 'phase', phase: 'server' }]);
  expect(moves).toHaveLength(2);
});

test('keeps the last 200 lines and the one that is not complete', () => {
  const { logs, reader } = open();
  for (let line = 0; line < 300; line += 1) logs.write('one', `line ${line}\n`);
  logs.write('one', 'the end');
  expect(reader.lines()).toHaveLength(201);
  expect(reader.lines().at(0)).toBe('line 100');
  expect(reader.lines().at(-1)).toBe('the end');
});

test('forgets earlier runs, and hears nothing after it was closed', () => {
  const { logs, reader, moves } = open();
  logs.write('one', 'old\nhalf');
  reader.begin();
  logs.write('one', 'new\n');
  expect(reader.lines()).toEqual(['new']);
  reader.close();
  logs.write('one', 'late\n');
  expect(reader.lines()).toEqual(['new']);
  expect(moves).toHaveLength(2);
});
