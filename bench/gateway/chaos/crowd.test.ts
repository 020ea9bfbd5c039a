import { describe, expect, it } from 'vitest';
import type { Message } from '../../../test/gateway/plain-client.ts';
import { socketProblems } from './crowd.ts';

const message = (type: string, data: Readonly<Record<string, unknown>> = {}): Message => ({
  type,
  data: { prompt_id: 'job', ...data },
});

const progress = (...values: number[]): Message[] => values.map((value) => message('progress', { value }));
const executed = message('executed');
const error = message('execution_error');
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
    ['an error', [error, executed, success, end], '1 × execution_error'],
    ['progress that starts anew', [...progress(1, 5, 1), executed, success, end], 'progress went back: 1 5 1'],
  ])('finds %s', (_, messages, problem) => {
    expect(problemsOf(...messages)).toEqual([problem]);
  });

  it.each([
    ['a second end', [executed, success, end, end], '2 ends in 2 turns'],
    ['no end', [executed, success], '0 ends in 1 turns'],
    ['something after the end', [executed, success, end, executed], '1 ends in 2 turns'],
    ['nothing at all', [], '0 ends in 0 turns'],
  ])('finds %s', (_, messages, problem) => {
    expect(problemsOf(...messages)).toContain(problem);
  });

  it('lets a job that was set aside have its error, and then its one result', () => {
    const heard = [...progress(1, 5), error, end, ...progress(1, 5), executed, success, end];
    const listener = { messages: () => heard };
    expect(socketProblems(listener, 'job', 1)).toEqual([]);
    expect(socketProblems(listener, 'job')).not.toEqual([]);
    expect(socketProblems(listener, 'job', 2)).not.toEqual([]);
  });

  it.each([
    ['a parking without a word', [...progress(1, 5), end, executed, success, end], '0 × execution_error'],
    ['a result told before', [executed, success, error, end, executed, success, end], '1 × execution_success'],
    ['an output told twice before', [executed, executed, error, end, executed, success, end], '2 × executed'],
  ])('finds %s', (_, messages, problem) => {
    expect(socketProblems({ messages: () => [...messages] }, 'job', 1)).toEqual([problem]);
  });
});
