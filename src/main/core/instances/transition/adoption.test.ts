import { expect, test } from 'vitest';
import { defaultLifePolicy as policy } from '../policy.ts';
import {
  after,
  hungReason,
  isIgnored,
  mute,
  now,
  oneOfEach,
  paused,
  stopped,
  unresponsive,
} from '../testing/lives.fixture.ts';
import { transition } from '../transition.ts';

const adopted = {
  type: 'adopted',
  pid: 99,
  launchedAt: now - 3_600_000,
  version: '0.33.0',
  found: 'answering',
} as const;

test('a survivor that answers is taken over as it is, as a new run', () => {
  expect(after(stopped(), adopted)).toEqual({
    changed: {
      run: 4,
      process: 'alive',
      hasBeenReady: true,
      adopted: true,
      state: {
        kind: 'ready',
        pid: 99,
        readyAt: now - 3_600_000,
        health: 'healthy',
        failures: 0,
        version: '0.33.0',
        adopted: true,
      },
    },
    effects: [
      { type: 'schedule', timer: 'steady', delayMs: 120_000 },
      { type: 'probe', mode: 'steady', run: 4 },
    ],
  });
});

const unheard = unresponsive(
  { readyAt: adopted.launchedAt, version: '' },
  { run: 4, adopted: true, hasBeenReady: false },
);
const firstAnswer = { type: 'answered', run: 4, version: '0.33.0' } as const;

test('a mute survivor keeps its process, gets no work, and is watched', () => {
  expect(after(stopped(), { ...adopted, version: '', found: 'mute' })).toEqual({
    changed: {
      run: 4,
      process: 'alive',
      adopted: true,
      state: {
        kind: 'unresponsive',
        pid: 99,
        since: now,
        readyAt: now - 3_600_000,
        failures: 3,
        reason: mute,
        version: '',
      },
    },
    effects: [{ type: 'probe', mode: 'steady', run: 4 }],
  });
});

test('the first answer of a mute survivor makes it ready, with what it tells', () => {
  expect(after(unheard, firstAnswer)).toEqual({
    changed: {
      hasBeenReady: true,
      state: {
        kind: 'ready',
        pid: 77,
        readyAt: now - 3_600_000,
        health: 'healthy',
        failures: 0,
        version: '0.33.0',
        adopted: true,
      },
    },
    effects: [{ type: 'schedule', timer: 'steady', delayMs: 120_000 }],
  });
});

test('the first answer of a mute survivor that was paused leaves it paused', () => {
  const life = paused({ health: 'unhealthy', failures: 3, version: '' }, { adopted: true, hasBeenReady: false });
  expect(after(life, { ...firstAnswer, run: 3 })).toMatchObject({
    changed: { hasBeenReady: true, state: { kind: 'paused', health: 'healthy', failures: 0, version: '0.33.0' } },
  });
});

test('there is one first answer, and none of what was launched here', () => {
  expect(isIgnored({ ...unheard, hasBeenReady: true }, firstAnswer)).toBe(true);
  expect(isIgnored({ ...unheard, adopted: false }, firstAnswer)).toBe(true);
});

test.each([
  ['on-failure', 'waiting'],
  ['always', 'waiting'],
  ['never', 'failed'],
] as const)('a mute survivor that hangs is killed, and restarted as after a crash (%s)', (restartPolicy, kind) => {
  const killed = transition({ ...unheard, restartPolicy }, { type: 'hung', run: 4, reason: hungReason }, now, policy);
  expect(killed.effects).toContainEqual({ type: 'lose-jobs', cause: 'hung', reason: hungReason });
  expect(killed.effects).toContainEqual({ type: 'signal', signal: 'SIGKILL' });
  const exit = { code: null, signal: 'SIGKILL' } as const;
  const ended = after(killed.next, { type: 'exited', run: 4, exit, reason: hungReason, random: 0.5 });
  expect(ended.changed).toMatchObject({ process: 'clearing', state: { kind } });
});

test.each([
  ['on-failure', true],
  ['never', false],
] as const)(
  'a survivor that has lost its port is stopped, then started again (%s: %s)',
  (restartPolicy, thenRestart) => {
    expect(after(stopped({ restartPolicy }), { ...adopted, found: 'displaced' })).toEqual({
      changed: {
        run: 4,
        process: 'alive',
        adopted: true,
        state: { kind: 'stopping', pid: 99, step: 'interrupt', deadlineAt: now + 10_000, thenRestart },
      },
      effects: [
        { type: 'signal', signal: 'SIGINT' },
        { type: 'schedule', timer: 'stop-step', delayMs: 10_000 },
      ],
    });
  },
);

test('nothing is adopted into a life that has begun', () => {
  const begun = Object.entries(oneOfEach).filter(([name]) => name !== 'stopped');
  for (const [, life] of begun) expect(isIgnored(life, adopted)).toBe(true);
  expect(isIgnored(stopped({ process: 'clearing' }), adopted)).toBe(true);
});
