import { describe, expect, it } from 'vitest';
import type { JobEvent } from '#contract/models/job.ts';
import { type Parking, parkingProblems } from './parking.ts';

const event = (at: number, type: JobEvent['type'], instanceId: string | null = null): JobEvent => ({
  at,
  type,
  instanceId,
  details: {},
});

const kill = (at: number, instanceId: string) => ({ at, pid: at, instanceId });

const entry = (message: string): Parking['entry'] => ({
  prompt: [0, 'job', {}, {}, []],
  outputs: {},
  status: { status_str: 'error', completed: false, messages: [['execution_error', { exception_message: message }]] },
});

const deserved: Parking = {
  entry: entry('The job was set aside: 2 instances ended while they ran it (instance b).'),
  view: {
    state: 'parked',
    reason: { code: 'too-many-deaths', details: {} },
    deaths: 2,
    error: { code: 'JOB_LOST', message: '', retryable: false },
  },
  events: [
    event(1000, 'assigned', 'a'),
    event(2000, 'lost', 'a'),
    event(2000, 'requeued'),
    event(2100, 'assigned', 'b'),
    event(3000, 'parked', 'b'),
  ],
  kills: [kill(1900, 'a'), kill(2900, 'b')],
};

describe('parkingProblems', () => {
  it('finds nothing where two instances were killed with the job', () => {
    expect(parkingProblems(deserved)).toEqual([]);
  });

  it.each<[string, Partial<Parking>, RegExp]>([
    ['one kill only', { kills: [kill(1900, 'a')] }, /only 1 of its instances/],
    ['kills of others', { kills: [kill(1900, 'c'), kill(2900, 'a')] }, /only 0 of its instances/],
    ['a kill after it', { kills: [kill(1900, 'a'), kill(3001, 'b')] }, /only 1 of its instances/],
    [
      'kills of runs that somebody asked for anew',
      {
        events: [
          event(100, 'assigned', 'a'),
          event(2000, 'parked', 'a'),
          event(2050, 'retried'),
          ...deserved.events.slice(3),
        ],
      },
      /only 1 of its instances/,
    ],
    ['one kill for two runs', { events: deserved.events.map((one) => ({ ...one, at: 1900 })) }, /only/],
    ['another reason', { view: { ...deserved.view, reason: { code: 'uncertain', details: {} } } }, /for uncertain/],
    ['one death', { view: { ...deserved.view, deaths: 1 } }, /after 1 deaths/],
    ['no error', { view: { ...deserved.view, error: null } }, /with no error/],
    ['a client that is not told why', { entry: entry('It failed.') }, /its client reads/],
  ])('finds %s', (_, change, problem) => {
    expect(parkingProblems({ ...deserved, ...change })).toEqual([expect.stringMatching(problem)]);
  });
});
