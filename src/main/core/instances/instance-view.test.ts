import { expect, test } from 'vitest';
import { healthOf, pidOf, statusOf } from './instance-view.ts';
import { oneOfEach, paused, ready } from './testing/lives.fixture.ts';

test.each([
  ['stopped', 'stopped', null, null],
  ['queued', 'starting', null, null],
  ['starting', 'starting', null, 77],
  ['ready', 'running', 'healthy', 77],
  ['unresponsive', 'running', 'unhealthy', 77],
  ['paused', 'paused', 'healthy', 77],
  ['stopping', 'stopping', null, 77],
  ['waiting', 'error', null, null],
  ['failed', 'error', null, null],
] as const)('%s is shown as %s, %s', (name, status, health, pid) => {
  const { state } = oneOfEach[name];
  expect([statusOf(state), healthOf(state), pidOf(state)]).toEqual([status, health, pid]);
});

test('health is told where it is known', () => {
  expect(healthOf(ready({ health: 'degraded' }).state)).toBe('degraded');
  expect(healthOf(paused({ health: 'unhealthy' }).state)).toBe('unhealthy');
});
