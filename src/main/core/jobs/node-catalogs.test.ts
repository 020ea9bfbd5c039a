import { beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { NodeCatalog } from '#core/ports/comfy-reader.ts';
import { nextReadAt } from './catalog-reading.ts';
import { createFakeFleet, type FakeFleet, fakeCandidate } from './fake-fleet.fixture.ts';
import { createManualClock, type ManualClock } from './manual-clock.fixture.ts';
import { createNodeCatalogs, type NodeCatalogs } from './node-catalogs.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const minute = 60_000;

const catalogOf = (...names: readonly string[]): NodeCatalog => ({
  nodes: new Map(names.map((name) => [name, {}])),
  classes: new Set(names),
  outputClasses: new Set(),
  combos: new Map(),
});

let clock: ManualClock;
let fleet: FakeFleet;
let busy: Set<string>;
let asked: string[];
let answer: (instance: string) => Promise<NodeCatalog>;
let learned: number;
let changes: number;
let catalogs: NodeCatalogs;

beforeEach(() => {
  clock = createManualClock();
  fleet = createFakeFleet([fakeCandidate('a')]);
  busy = new Set();
  asked = [];
  learned = 0;
  changes = 0;
  const first = catalogOf('A');
  answer = async () => first;
});

const open = (): void => {
  catalogs = createNodeCatalogs(
    {
      fleet,
      reader: {
        nodeCatalog: (endpoint) => {
          const instanceId = endpoint.baseUrl.replace('http://', '');
          asked.push(`${instanceId} ${(clock.now() - 1_000_000) / 1000}`);
          return answer(instanceId);
        },
      },
      isBusy: (instanceId) => busy.has(instanceId),
      clock,
      logger,
    },
    () => {
      learned += 1;
    },
  );
  catalogs.onChange(() => {
    changes += 1;
  });
};

describe('what an instance can run', () => {
  it('is asked for in each run of its program, and kept while it is stopped', async () => {
    open();
    await clock.advance(1000);
    fleet.change('a', { status: 'stopped', readyAt: null });
    await clock.advance(60 * minute);
    expect(catalogs.entries()).toMatchObject([{ instanceId: 'a', readyAt: 1 }]);
    expect(catalogs.missing('a', ['A', 'B'])).toEqual(['B']);
    fleet.change('a', { status: 'running', readyAt: 2 });
    await clock.advance(0);
    expect(catalogs.entries()).toMatchObject([{ instanceId: 'a', readyAt: 2 }]);
    expect(asked).toEqual(['a 0', 'a 3601']);
    expect(catalogs.revision('a')).toBe(1);
  });

  it('is looked at again once in a while, which nobody hears of where nothing changed', async () => {
    open();
    await clock.advance(25 * minute);
    expect(asked).toEqual(['a 0', 'a 600', 'a 1200']);
    expect([learned, changes, catalogs.revision('a')]).toEqual([1, 1, 1]);
    answer = async () => catalogOf('A', 'B');
    await clock.advance(10 * minute);
    expect([learned, changes, catalogs.revision('a')]).toEqual([2, 2, 2]);
    expect(catalogs.missing('a', ['B'])).toEqual([]);
  });

  it('is asked for again after half a minute where there was no answer', async () => {
    answer = () => Promise.reject(new StudioError('INSTANCE_UNREACHABLE'));
    open();
    await clock.advance(65_000);
    expect(asked).toEqual(['a 0', 'a 30', 'a 60']);
    expect(catalogs.isKnown('a')).toBe(false);
  });

  it('is not asked of an instance that works, until it rests', async () => {
    open();
    await clock.advance(1000);
    busy.add('a');
    catalogs.refreshWhenIdle();
    await clock.advance(30 * minute);
    expect(asked).toEqual(['a 0']);
    busy.delete('a');
    fleet.jobEnded('a', 'job', 'succeeded');
    await clock.advance(0);
    expect(asked).toEqual(['a 0', 'a 1801']);
  });

  it('is asked of a busy instance at most once a minute, for the first answer too', async () => {
    answer = () => Promise.reject(new StudioError('INSTANCE_UNREACHABLE'));
    busy.add('a');
    open();
    await clock.advance(3 * minute + 1000);
    expect(asked).toEqual(['a 0', 'a 60', 'a 120', 'a 180']);
    for (let turn = 0; turn < 5; turn += 1) {
      await catalogs.refresh(10);
      fleet.jobEnded('a', 'job', 'succeeded');
      await clock.advance(1000);
    }
    expect(asked).toHaveLength(4);
  });

  it('is asked again at most once a minute where somebody wants to know', async () => {
    open();
    await clock.advance(1000);
    for (let second = 0; second < 150; second += 1) {
      catalogs.refreshWhenIdle();
      await clock.advance(1000);
    }
    expect(asked).toEqual(['a 0', 'a 60', 'a 120']);
  });

  it('is known anew when a refresh resolves, also of an instance that works', async () => {
    open();
    await clock.advance(minute);
    busy.add('a');
    answer = async () => catalogOf('A', 'B');
    await catalogs.refresh(1000);
    expect(catalogs.missing('a', ['B'])).toEqual([]);
    await catalogs.refresh(1000);
    expect(asked).toEqual(['a 0', 'a 60']);
  });

  it('is asked again at once of an instance that rests, though not twice within two seconds', async () => {
    open();
    await clock.advance(1000);
    await catalogs.refresh(1000);
    expect(asked).toEqual(['a 0']);
    await clock.advance(1000);
    answer = async () => catalogOf('A', 'B');
    await catalogs.refresh(1000);
    expect(asked).toEqual(['a 0', 'a 2']);
    expect(catalogs.missing('a', ['B'])).toEqual([]);
    await catalogs.refresh(1000);
    await clock.advance(1999);
    await catalogs.refresh(1000);
    expect(asked).toHaveLength(2);
    await clock.advance(1);
    await catalogs.refresh(1000);
    expect(asked).toEqual(['a 0', 'a 2', 'a 4']);
  });

  it('is not asked of an instance that works within a minute of the last time, though it rested then', async () => {
    open();
    await clock.advance(10_000);
    await catalogs.refresh(1000);
    busy.add('a');
    for (let second = 0; second < 59; second += 1) {
      await clock.advance(1000);
      await catalogs.refresh(1000);
    }
    expect(asked).toEqual(['a 0', 'a 10']);
    await clock.advance(1000);
    await catalogs.refresh(1000);
    expect(asked).toEqual(['a 0', 'a 10', 'a 70']);
  });

  it('lacks what its own classes do not list, while those of packs may take more', async () => {
    const combos = new Map(['A', 'B'].map((name) => [name, new Map([['x', new Set(['1'])]])]));
    const nodes = new Map([
      ['A', { python_module: 'nodes' }],
      ['B', { python_module: 'custom_nodes.some_pack' }],
    ]);
    answer = async () => ({ ...catalogOf('A', 'B'), nodes, combos });
    open();
    await clock.advance(0);
    const need = (classType: string, value: string) => ({ classType, inputName: 'x', value });
    const needs = {
      key: '',
      classTypes: ['A', 'C'],
      combos: [need('A', '1'), need('A', '2'), need('B', '1'), need('B', '2')],
    };
    expect(catalogs.missingParts('a', needs)).toEqual({
      classTypes: ['C'],
      combos: [need('A', '2')],
      unlisted: [need('B', '2')],
    });
    expect(catalogs.missingParts('z', needs)).toEqual({ classTypes: [], combos: [], unlisted: [] });
  });

  it('is decided without after the limit', async () => {
    answer = () => new Promise(() => undefined);
    open();
    let isOver = false;
    const refreshed = catalogs.refresh(5000).then(() => {
      isOver = true;
    });
    await clock.advance(4999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await refreshed;
    expect(asked).toEqual(['a 0']);
  });

  it('is forgotten with the instance, and nobody is asked after the stop', async () => {
    open();
    await clock.advance(0);
    fleet.set([]);
    expect(catalogs.entries()).toEqual([]);
    expect(changes).toBe(2);
    catalogs.stop();
    fleet.set([fakeCandidate('b')]);
    await clock.advance(20 * minute);
    expect(asked).toEqual(['a 0']);
    expect(clock.pending()).toBe(0);
  });

  it('of a run that is over is not taken for that of the next one', async () => {
    const old = Promise.withResolvers<NodeCatalog>();
    answer = () => old.promise;
    open();
    answer = async () => catalogOf('New');
    fleet.change('a', { readyAt: 2 });
    await clock.advance(0);
    old.resolve(catalogOf('Old'));
    await clock.advance(0);
    expect([...(catalogs.entries()[0]?.catalog.classes ?? [])]).toEqual(['New']);
  });
});

describe('the next look at an instance', () => {
  const reading = { run: 1, askedAt: 1000, outcome: 'known', isWanted: false } as const;
  const at = (isBusy: boolean, readyAt = 1, now = 2_000_000) => ({ readyAt, isBusy: () => isBusy, now });

  it.each([
    ['one that nobody asked', undefined, at(true), 2_000_000],
    ['one that is being asked', { ...reading, outcome: 'reading' }, at(false), null],
    ['a new run', reading, at(false, 2), 2_000_000],
    ['a new run that works already', reading, at(true, 2, 5000), 5000],
    ['a failure', { ...reading, outcome: 'failed' }, at(false), 31_000],
    ['a failure of one that works', { ...reading, outcome: 'failed' }, at(true), 61_000],
    ['one that rests', reading, at(false), 601_000],
    ['one that rests, wanted', { ...reading, isWanted: true }, at(false), 61_000],
    ['one that works', reading, at(true), 2_060_000],
  ] as const)('%s', (_name, known, instance, expected) => {
    expect(nextReadAt(known, instance)).toBe(expected);
  });
});
