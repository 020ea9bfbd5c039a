import { describe, expect, it } from 'vitest';
import type { Message } from '../../../test/gateway/plain-client.ts';
import { socketProblems } from './crowd.ts';

const message = (type: string, data: Readonly<Record<string, unknown>> = {}): Message => ({
  type,
  data: { prompt_id: 'job', ...data },
});

const progress = (...values: number[]): Message[] => values.map((value) => message('progress', { value }));
const executed = message('executed');
const success = message('execution_success');
const end = message('executing', { node: null });

const problemsOf = (...messages: readonly Message[]): readonly string[] =>
  socketProblems({ messages: () => [...messages] }, 'job');

describe('socketProblems', () => {
  it('finds nothing in one run, nor in one that went on elsewhere', () => {
    expect(problemsOf(...progress(1, 2, 3), executed, success, end)).toEqual([]);
    expect(problemsOf(...progress(1, 4, 4, 5), executed, success, end)).toEqual([]);
  });

  it.each([
    ['a second result', [executed, executed, success, end], '2 × executed'],
    ['a second success', [executed, success, success, end], '2 × execution_success'],
    ['a second end', [executed, success, end, end], '2 ends'],
    ['no end', [executed, success], '0 ends'],
    ['an error', [message('execution_error'), executed, success, end], '1 × execution_error'],
    ['progress that starts anew', [...progress(1, 5, 1), executed, success, end], 'progress went back: 1 5 1'],
  ])('finds %s', (_, messages, problem) => {
    expect(problemsOf(...messages)).toEqual([problem]);
  });
});
