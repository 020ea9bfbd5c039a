import { describe, expect, it } from 'vitest';
import { createFakeFleet, fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { Caller } from '../access/caller.ts';
import { jobRecord } from '../truth/record.fixture.ts';
import { chooseOther, chooseUpstream, isForHome } from './choose-upstream.ts';

it.each([
  ['/', 'GET', true],
  ['/', 'POST', true],
  ['/settings/x', 'POST', true],
  ['/userdata/a%2Fb', 'DELETE', true],
  ['/v2/userdata', 'GET', true],
  ['/internal/logs', 'GET', true],
  ['/manager/reboot', 'POST', true],
  ['/customnode/getlist', 'GET', true],
  ['/experiment/models/x', 'GET', true],
  ['/index.html', 'GET', true],
  ['/favicon.ico', 'HEAD', true],
  ['/assets/index-1a.js', 'GET', true],
  ['/fonts/x.woff2', 'GET', true],
  ['/custom/result.png', 'GET', false],
  ['/run.json', 'POST', false],
  ['/custom', 'GET', false],
  ['/settingsx', 'GET', false],
  ['/crystools/monitor', 'PATCH', false],
])('%s by %s is for home: %s', (path, method, expected) => {
  expect(isForHome(path, method)).toBe(expected);
});

describe('who answers a custom node', () => {
  const fleet = createFakeFleet(['a', 'b', 'c'].map((id) => fakeCandidate(id)));
  const job = (jobId: string, instanceId: string | null, clientId: string | null, caller = 'krita') =>
    jobRecord(jobId, { order: { caller }, view: { instanceId, clientId } });
  const jobs = {
    records: () => [
      job('1', 'c', 'mine'),
      job('2', 'b', 'mine'),
      job('3', 'c', 'other'),
      job('4', null, 'mine'),
      job('5', 'c', null, 'script'),
    ],
  };
  const current = () => fleet.candidates()[0] ?? null;
  const choose = (caller: Caller, path = '/custom') =>
    chooseUpstream({ jobs, fleet, home: { current } }, { path, method: 'POST', caller })?.instanceId ?? null;

  it.each([
    ['has the latest job of the client id', { clientId: 'mine', key: 'x' }, 'b'],
    ['has the latest job of the program', { clientId: null, key: 'script' }, 'c'],
    ['is home for a client without jobs', { clientId: 'nobody', key: 'script' }, 'a'],
    ['is home for a program without jobs', { clientId: null, key: 'nobody' }, 'a'],
  ] as const)('%s', (_name, caller, expected) => {
    expect(choose(caller)).toBe(expected);
  });

  it('is home where that instance has gone, and for what everybody shares', () => {
    expect(choose({ clientId: 'mine', key: '' }, '/settings')).toBe('a');
    fleet.change('b', { status: 'stopped' });
    expect(choose({ clientId: 'mine', key: '' })).toBe('a');
    fleet.change('b', { status: 'running' });
    expect(choose({ clientId: 'mine', key: '' })).toBe('b');
  });

  it('is another one when the first does not answer', () => {
    const [a, b] = fleet.candidates();
    if (a === undefined || b === undefined) throw new Error('no fleet');
    const context = { jobs, fleet, home: { current } };
    expect(chooseOther(context, b)?.instanceId).toBe('a');
    fleet.change('b', { health: 'degraded' });
    expect(chooseOther(context, a)?.instanceId).toBe('c');
    fleet.change('c', { status: 'stopped' });
    expect(chooseOther(context, a)?.instanceId).toBe('b');
    fleet.change('b', { status: 'stopped' });
    expect(chooseOther(context, a)).toBeNull();
  });
});
