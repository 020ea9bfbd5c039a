import { describe, expect, test } from 'vitest';
import type { IdlePolicy } from '#contract/models/instance.ts';
import { createFakeClock, settle } from '../testing/fake-clock.fixture.ts';
import { createIdleKeeper, type IdleInstance } from './idle-keeper.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** One instance whose answer to "how much is in your queue" comes when the test wants it to. */
const setUp = (policy: Partial<IdlePolicy>) => {
  const clock = createFakeClock();
  const keeper = createIdleKeeper({ clock, logger: silent });
  const world = { policy: { freeAfterMs: 0, stopAfterMs: 0, startOnDemand: false, ...policy }, isIdle: true };
  const done: string[] = [];
  const questions: ((remaining: number) => void)[] = [];
  const instance: IdleInstance = {
    instanceId: 'one',
    remote: false,
    policy: () => world.policy,
    hasNothingToDo: () => world.isIdle,
    queueRemaining: () => new Promise((resolve) => questions.push(resolve)),
    free: async () => {
      done.push('free');
    },
    stop: () => {
      done.push('stop');
      world.isIdle = false;
    },
  };
  const answer = async (remaining: number): Promise<void> => {
    questions.shift()?.(remaining);
    await settle();
  };
  return { clock, keeper, world, done, questions, instance, answer };
};

describe('an idle instance that is being asked', () => {
  test('is asked once, whatever changes meanwhile', async () => {
    const { clock, keeper, done, questions, instance, answer } = setUp({ freeAfterMs: 1_000 });
    keeper.review(instance);
    await clock.advance(1_000);
    keeper.review(instance);
    await clock.advance(1_000);
    expect(questions).toHaveLength(1);
    await answer(0);
    await clock.advance(10_000);
    expect(done).toEqual(['free']);
    expect(questions).toEqual([]);
  });

  test.each(['stopAfterMs', 'freeAfterMs'] as const)(
    'is left alone when a job came before its answer (%s)',
    async (field) => {
      const { clock, keeper, world, done, instance, answer } = setUp({ [field]: 1_000 });
      keeper.review(instance);
      await clock.advance(1_000);
      world.isIdle = false;
      keeper.review(instance);
      world.isIdle = true;
      keeper.review(instance);
      await answer(0);
      expect(done).toEqual([]);
      await clock.advance(1_000);
      await answer(0);
      expect(done).toHaveLength(1);
    },
  );

  test('is left alone when its log showed work before its answer', async () => {
    const { clock, keeper, done, instance, answer } = setUp({ stopAfterMs: 1_000 });
    keeper.review(instance);
    await clock.advance(1_000);
    await clock.advance(1);
    keeper.noteWork('one');
    await answer(0);
    await clock.advance(999);
    expect(done).toEqual([]);
    await clock.advance(1);
    await answer(0);
    expect(done).toEqual(['stop']);
  });

  test('is nobody’s business after the keeper has closed or forgotten it', async () => {
    for (const end of ['close', 'forget'] as const) {
      const { clock, keeper, done, instance, answer } = setUp({ stopAfterMs: 1_000 });
      keeper.review(instance);
      await clock.advance(1_000);
      if (end === 'close') keeper.close();
      else keeper.forget('one');
      await answer(0);
      await clock.advance(10_000);
      expect(done).toEqual([]);
    }
  });
});
