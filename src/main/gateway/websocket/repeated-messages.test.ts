import { expect, it } from 'vitest';
import { createRepeatedMessages, type Way } from './repeated-messages.ts';

const cases: readonly [what: string, heard: readonly (readonly [Way, string, number])[], isNew: readonly boolean[]][] =
  [
    [
      'by two ways',
      [
        ['relay', 'x', 0],
        ['job', 'x', 5],
      ],
      [true, false],
    ],
    [
      'by the other one first',
      [
        ['job', 'x', 0],
        ['relay', 'x', 5],
      ],
      [true, false],
    ],
    [
      'twice by each',
      [
        ['job', 'x', 0],
        ['job', 'x', 1],
        ['relay', 'x', 2],
        ['relay', 'x', 3],
      ],
      [true, true, false, false],
    ],
    [
      'by one way alone',
      [
        ['job', 'x', 0],
        ['job', 'x', 1],
        ['job', 'x', 2],
      ],
      [true, true, true],
    ],
    [
      'different ones',
      [
        ['job', 'x', 0],
        ['relay', 'y', 1],
      ],
      [true, true],
    ],
    [
      'long after',
      [
        ['job', 'x', 0],
        ['relay', 'x', 2001],
      ],
      [true, true],
    ],
  ];

it.each(cases)('a message that comes %s', (_what, heard, isNew) => {
  const repeated = createRepeatedMessages();
  expect(heard.map(([way, text, at]) => repeated.isNew(way, text, at))).toEqual(isNew);
});

it('tells long messages apart by all of their text', () => {
  const repeated = createRepeatedMessages();
  const long = 'x'.repeat(100_000);
  expect(repeated.isNew('job', `${long}1`, 0)).toBe(true);
  expect(repeated.isNew('relay', `${long}2`, 1)).toBe(true);
  expect(repeated.isNew('relay', `${long}1`, 2)).toBe(false);
});

it('remembers nothing for longer than the same message may take by two ways', () => {
  const repeated = createRepeatedMessages();
  for (let index = 0; index < 50; index += 1) repeated.isNew('job', String(index), index);
  expect(repeated.size).toBe(50);
  repeated.isNew('job', 'later', 2025);
  expect(repeated.size).toBe(26);
  repeated.isNew('job', 'much later', 9000);
  expect(repeated.size).toBe(1);
});

it('remembers only so many', () => {
  const repeated = createRepeatedMessages();
  for (let index = 0; index < 1000; index += 1) repeated.isNew('job', String(index), 0);
  expect(repeated.isNew('relay', '999', 1)).toBe(false);
  expect(repeated.isNew('relay', '0', 1)).toBe(true);
});
