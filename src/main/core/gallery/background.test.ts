import { describe, expect, it } from 'vitest';
import { createManualClock } from '../jobs/manual-clock.fixture.ts';
import { atOnce, createBackground } from './background.ts';

const open = () => {
  const clock = createManualClock(0);
  const background = createBackground(clock);
  const rounds: number[] = [];
  const loop = async (): Promise<void> => {
    while (await background.idle(60_000)) rounds.push(clock.now());
  };
  void loop();
  return { clock, background, rounds };
};

describe('work in the background', () => {
  it('goes on by itself when its pause is over', async () => {
    const { clock, rounds } = open();
    await clock.advance(120_000);
    expect(rounds).toEqual([60_000, 120_000]);
  });

  it('takes news of a moment together, and lets none of them wait longer than that', async () => {
    const { clock, background, rounds } = open();
    for (let news = 0; news < 100; news += 1) {
      background.wake({ quietMs: 0, mostMs: 1000 });
      await clock.advance(25);
    }
    expect(rounds).toEqual([1000, 2000]);
  });

  it('waits for a quiet moment, but not for ever', async () => {
    const { clock, background, rounds } = open();
    const gather = { quietMs: 200, mostMs: 1000 };
    background.wake(gather);
    await clock.advance(5000);
    expect(rounds).toEqual([200]);
    for (let news = 0; news < 15; news += 1) {
      background.wake(gather);
      await clock.advance(100);
    }
    expect(rounds).toEqual([200, 6000]);
    await clock.advance(5000);
    expect(rounds).toEqual([200, 6000, 6600]);
  });

  it('is woken at once by what is urgent, and once only', async () => {
    const { clock, background, rounds } = open();
    background.wake({ quietMs: 1000, mostMs: 3000 });
    await clock.advance(400);
    background.wake({ quietMs: 0, mostMs: 100 });
    background.wake(atOnce);
    await clock.advance(5000);
    expect(rounds).toEqual([400]);
  });

  it('leaves no timer when it ends', async () => {
    const { clock, background, rounds } = open();
    await clock.advance(0);
    background.wake({ quietMs: 100, mostMs: 1000 });
    background.end();
    background.wake({ quietMs: 100, mostMs: 1000 });
    await clock.advance(0);
    expect([clock.pending(), rounds]).toEqual([0, []]);
  });
});
