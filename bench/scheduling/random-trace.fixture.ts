import * as fc from 'fast-check';
import { card, job, trace, workflow } from './small-trace.fixture.ts';
import type { Trace } from './trace.ts';

/** Small fleets with three models, sudden deaths and disks of every kind. */
export const randomTrace = fc
  .record({
    speeds: fc.array(fc.constantFrom(1, 0.5, 0.33), { minLength: 1, maxLength: 4 }),
    arrivals: fc.array(fc.record({ at: fc.nat(20_000), model: fc.nat(2) }), { minLength: 1, maxLength: 25 }),
    outages: fc.array(
      fc.record({ card: fc.nat(3), downAt: fc.nat(20_000), lastMs: fc.integer({ min: 1, max: 5000 }) }),
      {
        maxLength: 3,
      },
    ),
    diskStreams: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
  })
  .map(({ speeds, arrivals, outages, diskStreams }): Trace => {
    const models = [workflow('a', 800, 900), workflow('b', 2000, 400), workflow('c', 100, 3000)];
    const cards = speeds.map((speed, index) => card(`card-${index}`, { speed, deviceKey: String(speed) }));
    const lastOf = new Map(outages.map((outage) => [outage.card, outage]));
    return trace({
      cards,
      diskStreams,
      jobs: arrivals
        .toSorted((one, other) => one.at - other.at)
        .map(({ at, model }) => job(models[model] ?? models[0] ?? workflow('a', 800, 900), { arrivalAt: at })),
      outages: [...lastOf]
        .filter(([index]) => index < cards.length)
        .map(([index, { downAt, lastMs }]) => ({ cardId: `card-${index}`, downAt, upAt: downAt + lastMs })),
    });
  });
