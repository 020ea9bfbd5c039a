import { describe, expect, it } from 'vitest';
import { createSocketPlaces, judgePlace, type SocketOwner } from './socket-places.ts';

const owner = (address: string, program = 'x'): SocketOwner => ({ address, key: `${address} ${program}` });

describe('a place', () => {
  it.each([
    [{ all: 0, address: 0, key: 0 }, 'free'],
    // Alone: half of them.
    [{ all: 499, address: 499, key: 499 }, 'free'],
    [{ all: 500, address: 500, key: 500 }, 'share'],
    // Many programs of one address: two thirds.
    [{ all: 666, address: 666, key: 0 }, 'free'],
    [{ all: 667, address: 667, key: 0 }, 'share'],
    // Somebody else always finds some.
    [{ all: 667, address: 0, key: 0 }, 'free'],
    [{ all: 999, address: 0, key: 0 }, 'free'],
    [{ all: 1000, address: 0, key: 0 }, 'full'],
  ] as const)('of 1000, with %j taken, is %s', (held, verdict) => {
    expect(judgePlace(1000, held)).toBe(verdict);
  });
});

describe('places', () => {
  it('are left for others by whoever takes all it can get, and come back', () => {
    const places = createSocketPlaces(100);
    const takeAll = (one: SocketOwner): (() => void)[] => {
      const taken: (() => void)[] = [];
      for (;;) {
        const place = places.take(one);
        if (typeof place === 'string') return taken;
        taken.push(place);
      }
    };
    const greedy = takeAll(owner('10.0.0.1'));
    expect(greedy).toHaveLength(50);
    // Under other names it does not get much further.
    let more = 0;
    for (let index = 0; index < 1000; index += 1) more += takeAll(owner('10.0.0.1', String(index))).length;
    expect(more).toBe(17);
    expect(takeAll(owner('10.0.0.2'))).toHaveLength(17);
    expect(places.take(owner('10.0.0.3'))).toBeTypeOf('function');
    for (const giveBack of greedy) {
      giveBack();
      giveBack();
    }
    expect(takeAll(owner('10.0.0.4'))).toHaveLength(33);
  });
});
