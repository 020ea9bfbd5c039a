import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeFleet, type FakeFleet, fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import { createHomeInstance, type HomeInstance } from './home-instance.ts';

let fleet: FakeFleet;
let wanted: string;
let home: HomeInstance;
let changes: (string | null)[];

const current = (): string | null => home.current()?.instanceId ?? null;

beforeEach(() => {
  fleet = createFakeFleet(['a', 'b', 'c'].map((id) => fakeCandidate(id)));
  wanted = '';
  home = createHomeInstance({ fleet, settings: () => ({ gatewayHomeInstanceId: wanted }) });
  changes = [];
  home.onChange(() => changes.push(current()));
});

describe('home', () => {
  it('is the first instance that runs, and moves only when it goes', () => {
    expect(current()).toBe('a');
    fleet.change('a', { status: 'stopping' });
    expect(current()).toBe('b');
    fleet.change('a', { status: 'running' });
    expect(current()).toBe('b');
    fleet.change('b', { health: 'unhealthy' });
    expect(current()).toBe('a');
    expect(changes).toEqual(['b', 'a']);
  });

  it('stays while it is paused or answers late, but is not chosen so where a healthy one runs', () => {
    fleet.change('a', { health: 'degraded' });
    expect(current()).toBe('a');
    fleet.change('a', { status: 'error' });
    fleet.change('b', { health: 'degraded' });
    expect(current()).toBe('b');
    fleet.change('b', { status: 'starting' });
    expect(current()).toBe('c');
    fleet.change('c', { status: 'paused' });
    expect(current()).toBe('c');
  });

  it('is a late one where no other runs, and nobody where none runs', () => {
    fleet.set([fakeCandidate('a', { health: 'degraded' }), fakeCandidate('b', { status: 'stopped', health: null })]);
    expect(current()).toBe('a');
    fleet.change('a', { status: 'stopped' });
    expect(current()).toBeNull();
    fleet.change('b', { status: 'running', health: 'healthy' });
    expect(current()).toBe('b');
  });

  it('is the one that the user names, at once', () => {
    wanted = 'c';
    expect(current()).toBe('c');
    expect(changes).toEqual(['c']);
    fleet.change('c', { status: 'stopped' });
    expect(current()).toBe('a');
    // It is back, but what the pages wrote in the meantime is with the present one.
    fleet.change('c', { status: 'running' });
    expect(current()).toBe('a');
    fleet.change('a', { status: 'stopped' });
    expect(current()).toBe('c');
  });

  it('is the named one from the start, and another one while that does not run', () => {
    wanted = 'b';
    home = createHomeInstance({ fleet, settings: () => ({ gatewayHomeInstanceId: wanted }) });
    expect(current()).toBe('b');
    wanted = 'nobody';
    expect(current()).toBe('b');
    wanted = '';
    expect(current()).toBe('b');
  });

  it('is told once for each move', () => {
    fleet.change('b', { status: 'stopped' });
    fleet.change('c', { draining: true });
    expect(changes).toEqual([]);
    fleet.set([]);
    expect(changes).toEqual([null]);
  });

  it('is where the instance listens now', () => {
    fleet.change('a', { endpoint: { baseUrl: 'http://moved', authorization: null } });
    expect(home.current()?.endpoint.baseUrl).toBe('http://moved');
    expect(changes).toEqual([]);
  });
});
