import { expect, test } from 'vitest';
import { after, isIgnored, now, oneOfEach, stopped } from '../testing/lives.fixture.ts';

const adopted = { type: 'adopted', pid: 99, launchedAt: now - 3_600_000, version: '0.33.0', answers: true } as const;

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

test('a mute survivor is stopped', () => {
  expect(after(stopped(), { ...adopted, answers: false })).toEqual({
    changed: {
      run: 4,
      process: 'alive',
      adopted: true,
      state: { kind: 'stopping', pid: 99, step: 'interrupt', deadlineAt: now + 10_000, thenRestart: false },
    },
    effects: [
      { type: 'signal', signal: 'SIGINT' },
      { type: 'schedule', timer: 'stop-step', delayMs: 10_000 },
    ],
  });
});

test('nothing is adopted into a life that has begun', () => {
  const begun = Object.entries(oneOfEach).filter(([name]) => name !== 'stopped');
  for (const [, life] of begun) expect(isIgnored(life, adopted)).toBe(true);
  expect(isIgnored(stopped({ process: 'clearing' }), adopted)).toBe(true);
});
