import { describe, expect, it } from 'vitest';
import { shape } from '../scheduling.fixture.ts';
import { firstValue, withValue } from './average.ts';
import { restoreKnowledge, saveKnowledge } from './learned-state.ts';
import { createLoadTimes } from './load-times.ts';
import { createMemoryNeeds } from './memory-needs.ts';
import { createPopularity } from './popularity.ts';
import { createRecentMap } from './recent-map.ts';
import { createResidency } from './residency.ts';
import { createRunTimes } from './run-times.ts';
import { createSpeeds } from './speeds.ts';

const runTimes = (): ReturnType<typeof createRunTimes> => createRunTimes(createSpeeds());
const runner = (instanceId: string, deviceKey = ''): { readonly instanceId: string; readonly deviceKey: string } => ({
  instanceId,
  deviceKey,
});

describe('an average', () => {
  it('is exact over the first values, with their spread', () => {
    let average = firstValue(10);
    for (const value of [20, 30]) average = withValue(average, value);
    expect(average.mean).toBeCloseTo(20);
    expect(average.spread).toBeGreaterThan(5);
    expect(average.spread).toBeLessThan(12);
  });

  it('follows a change within some ten values', () => {
    let average = firstValue(10);
    for (let index = 0; index < 100; index += 1) average = withValue(average, 10);
    expect(average.spread).toBeLessThan(0.1);
    for (let index = 0; index < 12; index += 1) average = withValue(average, 20);
    expect(average.mean).toBeGreaterThan(19);
  });
});

describe('a map of what is recent', () => {
  it('forgets what was not set for the longest', () => {
    const map = createRecentMap<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect(map.entries()).toEqual([
      ['a', 3],
      ['c', 4],
    ]);
  });
});

describe('run times', () => {
  it('are those of the instance itself where it ran the same', () => {
    const runs = runTimes();
    runs.took(shape('x'), runner('a'), 5000);
    runs.took(shape('x'), runner('b'), 15_000);
    expect(runs.expected(shape('x'), runner('a')).mean).toBeCloseTo(5000);
    expect(runs.expected(shape('x'), runner('b')).mean).toBeCloseTo(15_000);
    expect(runs.isMeasured(shape('x'), runner('b'))).toBe(true);
    expect(runs.isMeasured(shape('x', 40), runner('b'))).toBe(false);
  });

  it('of a card that was measured with another prompt follow from its speed', () => {
    const runs = runTimes();
    for (const id of ['a', 'b']) runs.took(shape('x'), runner(id), id === 'a' ? 5000 : 15_000);
    runs.took(shape('y'), runner('a'), 2000);
    expect(runs.expected(shape('y'), runner('b')).mean / runs.expected(shape('y'), runner('a')).mean).toBeCloseTo(3, 1);
  });

  it('of a card of the same model are those of its sisters', () => {
    const runs = runTimes();
    runs.took(shape('x'), runner('a', 'fast'), 5000);
    runs.took(shape('x'), runner('b', 'slow'), 15_000);
    expect(runs.expected(shape('x'), runner('c', 'slow')).mean).toBeCloseTo(15_000, -2);
    expect(runs.expected(shape('x'), runner('d', 'fast')).mean).toBeCloseTo(5000, -2);
  });

  it('of a size that never ran grow with the work, and are less sure', () => {
    const runs = runTimes();
    for (let index = 0; index < 5; index += 1) runs.took(shape('x', 20), runner('a'), 10_000);
    const larger = runs.expected(shape('x', 40), runner('a'));
    expect(larger.mean).toBeGreaterThan(15_000);
    expect(larger.mean).toBeLessThanOrEqual(20_000);
    expect(larger.spread).toBeGreaterThan(runs.expected(shape('x', 20), runner('a')).spread);
  });

  it('of a family that never ran are like those of the others; before anything ran there is a guess', () => {
    const runs = runTimes();
    expect(runs.expected(shape('x'), runner('a')).mean).toBeGreaterThan(1000);
    runs.took(shape('y', 20), runner('a'), 60_000);
    expect(runs.expected(shape('x', 20), runner('a')).mean).toBeCloseTo(60_000, -3);
  });
});

describe('runs that are over at once', () => {
  it('do not tell cards apart', () => {
    const runs = runTimes();
    for (let index = 0; index < 10; index += 1)
      for (const [id, ms] of [
        ['a', 12],
        ['b', 60],
      ] as const)
        runs.took(shape('x', 0.01), runner(id), ms);
    const other = (id: string): number => runs.expected(shape('y', 20), runner(id)).mean;
    expect(other('a')).toBe(other('b'));
  });

  it('say little about long ones of another kind', () => {
    const runs = runTimes();
    const usual = runs.expected(shape('y', 2600), runner('a')).mean;
    for (let index = 0; index < 10; index += 1) runs.took(shape('x', 0.01), runner('a'), 20);
    const expected = runs.expected(shape('y', 2600), runner('a')).mean;
    expect(expected / usual).toBeGreaterThan(0.5);
    expect(expected / usual).toBeLessThan(2);
  });
});

describe('load times', () => {
  it('are those measured for the same files, on the instance or on any', () => {
    const loads = createLoadTimes();
    loads.took(['checkpoints/x'], 'a', 20_000);
    expect(loads.expected(['checkpoints/x'], 'a').mean).toBeCloseTo(20_000);
    expect(loads.expected(['checkpoints/x'], 'b').mean).toBeCloseTo(20_000);
    expect(loads.expected([], 'a').mean).toBe(0);
  });

  it('of files that were only loaded together are shared out, and add up', () => {
    const loads = createLoadTimes();
    for (let index = 0; index < 20; index += 1) {
      loads.took(['checkpoints/x', 'loras/ink'], 'a', 21_000);
      loads.took(['checkpoints/x'], 'a', 20_000);
    }
    expect(loads.expected(['loras/ink'], 'a').mean).toBeLessThan(3000);
    const mixed = loads.expected(['checkpoints/x', 'loras/ink', 'vae/v'], 'a').mean;
    expect(mixed).toBeGreaterThan(20_000);
    expect(mixed).toBeLessThan(25_000);
  });

  it('of a file that never was loaded are like those of others of its size', () => {
    const loads = createLoadTimes();
    loads.took(['checkpoints/x'], 'a', 30_000);
    expect(loads.expected(['checkpoints/y'], 'a').mean).toBeCloseTo(30_000);
    expect(loads.expected(['loras/y'], 'a').mean).toBeLessThan(5000);
  });
});

describe('residency', () => {
  const models = (name: string): ReturnType<typeof shape> => shape([`checkpoints/${name}`, 'vae/v']);

  it('is the last prompt with the default cache, and more with a larger one', () => {
    const residency = createResidency();
    residency.ran('a', models('x'));
    residency.ran('a', models('y'));
    expect([...residency.holds('a', 1)]).toEqual(['checkpoints/y', 'vae/v']);
    expect([...residency.holds('a', 2)].toSorted()).toEqual(['checkpoints/x', 'checkpoints/y', 'vae/v']);
    expect(residency.lastLoaderKey('a')).toBe(models('y').loaderKey);
    expect(residency.holds('b', 1).size).toBe(0);
  });

  it('drops the least recently used', () => {
    const residency = createResidency();
    for (const name of ['x', 'y', 'x', 'z']) residency.ran('a', models(name));
    expect(residency.holds('a', 2).has('checkpoints/y')).toBe(false);
    expect(residency.holds('a', 2).has('checkpoints/x')).toBe(true);
  });

  it('is nothing after a restart', () => {
    const residency = createResidency();
    residency.ran('a', models('x'));
    residency.emptied('a');
    expect(residency.holds('a', 1).size).toBe(0);
    expect(residency.lastLoaderKey('a')).toBeNull();
  });
});

describe('popularity', () => {
  it('grows with what comes and fades with time', () => {
    const popularity = createPopularity();
    popularity.came('x', 0);
    const once = popularity.rate('x', 0);
    popularity.came('x', 0);
    expect(popularity.rate('x', 0)).toBeCloseTo(once * 2);
    expect(popularity.rate('x', 600_000)).toBeLessThan(once);
    expect(popularity.rate('y', 0)).toBe(0);
  });
});

describe('what was learned', () => {
  const knowledge = (): Parameters<typeof restoreKnowledge>[1] => {
    const speeds = createSpeeds();
    return { speeds, runs: createRunTimes(speeds), loads: createLoadTimes(), memory: createMemoryNeeds() };
  };
  const taught = (): ReturnType<typeof knowledge> => {
    const all = knowledge();
    all.runs.took(shape('x'), runner('a', 'fast'), 5000);
    all.runs.took(shape('x'), runner('constructor', 'slow'), 15_000);
    all.loads.took(['checkpoints/x'], 'a', 20_000);
    all.memory.tooSmall(shape('x'), 24e9);
    return all;
  };

  it('survives as JSON', () => {
    const all = taught();
    const saved: unknown = JSON.parse(JSON.stringify(saveKnowledge(all)));
    const restored = knowledge();
    restoreKnowledge(saved, restored);
    for (const id of ['a', 'constructor', 'new'])
      expect(restored.runs.expected(shape('x', 30), runner(id, 'slow'))).toEqual(
        all.runs.expected(shape('x', 30), runner(id, 'slow')),
      );
    expect(restored.runs.expected(shape('x'), runner('constructor'))).toEqual(
      all.runs.expected(shape('x'), runner('constructor')),
    );
    expect(restored.loads.expected(['checkpoints/x'], 'a')).toEqual(all.loads.expected(['checkpoints/x'], 'a'));
    expect(restored.memory.need(shape('x'))).toBe(all.memory.need(shape('x')));
    expect(saveKnowledge(restored)).toEqual(saveKnowledge(all));
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['another version', { ...saveKnowledge(taught()), version: 2 }],
    [
      'wrong shapes',
      { version: 1, fingerprints: 7, families: [['x']], loaders: [['x', 'y'], 3], instances: [[1, {}]] },
    ],
    [
      'wrong numbers',
      {
        version: 1,
        fingerprints: [['x', { reference: { mean: -1, spread: 0, count: 1 }, byInstance: [] }]],
        families: [['', { time: Number.NaN, work: 1, count: 1 }]],
        instances: [['a', { log: 99, count: 1 }]],
        loaders: [['x', Number.POSITIVE_INFINITY]],
        memory: [['x', -5]],
      },
    ],
  ])('leaves out what does not fit: %s', (_name, state) => {
    const restored = knowledge();
    restoreKnowledge(state, restored);
    expect(saveKnowledge(restored)).toEqual(saveKnowledge(knowledge()));
  });
});
