import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LifeEvent } from './life.ts';
import { defaultLifePolicy } from './policy.ts';
import { apply, comeToRest, createWorld, type Happening, happen } from './testing/honest-world.fixture.ts';
import { exitedReason, isIgnored, oneOfEach } from './testing/lives.fixture.ts';
import { transition } from './transition.ts';

const commands: readonly LifeEvent[] = [
  { type: 'start' },
  { type: 'stop' },
  { type: 'stop', idle: true },
  { type: 'drain', goal: 'pause', busy: true },
  { type: 'drain', goal: 'stop', busy: true },
  { type: 'drain', goal: 'restart', busy: true },
  { type: 'drain', goal: 'stop', busy: false },
  { type: 'kill' },
  { type: 'restart' },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'configured', restartPolicy: 'never' },
  { type: 'configured', restartPolicy: 'on-failure' },
  { type: 'configured', restartPolicy: 'always' },
];

const staleAnswers = (run: number): readonly LifeEvent[] => [
  { type: 'launched', run, pid: 1 },
  { type: 'launch-failed', run, reason: exitedReason, random: 0 },
  { type: 'log-progress', run, phase: 'server' },
  { type: 'rebooting', run },
  { type: 'answered', run, version: '1' },
  { type: 'probe-succeeded', run },
  { type: 'probe-failed', run, reason: exitedReason },
  { type: 'hung', run, reason: exitedReason },
  { type: 'drained', run },
  { type: 'exited', run, exit: { code: 1, signal: null }, reason: exitedReason, random: 0 },
  { type: 'verified', run, survivors: exitedReason, random: 0 },
];

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...commands).map((event) => ({ kind: 'command', event }) as const) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('answer' as const), choice: fc.nat(7), good: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('process' as const), choice: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(400_000) }) },
);
const story = fc.array(happening, { maxLength: 60 });

describe('whatever happens, in whatever order', () => {
  test('there is at most one process, and every state owns exactly its own timers, probes and places', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const world = createWorld();
        for (const each of happenings) happen(world, each);
      }),
      { numRuns: 500 },
    );
  });

  test('a stop ends in stopped, with nothing left', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const world = createWorld();
        for (const each of happenings) happen(world, each);
        apply(world, { type: 'stop' });
        comeToRest(world);
        expect(world.life.state.kind).toBe('stopped');
        expect(world.life.process).toBe('none');
        expect(world).toMatchObject({ living: 0, launches: 0, verifies: 0, probe: 'off', token: 'none' });
        expect(world.timers.size).toBe(0);
        expect(world.hasRecord).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('answers to an earlier run change nothing', () => {
    for (const life of Object.values(oneOfEach)) {
      for (const answer of staleAnswers(life.run - 1)) expect(isIgnored(life, answer)).toBe(true);
      for (const answer of staleAnswers(life.run + 1)) expect(isIgnored(life, answer)).toBe(true);
    }
  });
});

test('an instance that always dies in its start is tried three times', () => {
  const world = createWorld();
  apply(world, { type: 'start' });
  let launches = 0;
  while (world.life.state.kind !== 'failed') {
    happen(world, { kind: 'answer', choice: 0, good: true });
    if (world.living === 1) {
      launches += 1;
      happen(world, { kind: 'process', choice: 8 });
    }
  }
  expect(launches).toBe(3);
  expect(world.life.state.reason.code).toBe('PROCESS_CRASH_LOOP');
});

test('the policy is read and never assumed', () => {
  const policy = { ...defaultLifePolicy, unhealthyAfterFailures: 1 };
  const missed = { type: 'probe-failed', run: oneOfEach.ready.run, reason: exitedReason } as const;
  expect(transition(oneOfEach.ready, missed, 0, policy).next.state.kind).toBe('unresponsive');
});
