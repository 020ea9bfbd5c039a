import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Placement, placementSchema } from '#contract/models/placement.ts';
import type { BalancingStrategy } from '#contract/models/settings.ts';
import type { ComboNeed, SchedulingInstance, SchedulingMoment } from './scheduler-interface.ts';
import { decideAll, instance, job, moment, nothingMissing, scheduler } from './scheduling.fixture.ts';

/** An instance with so many jobs of its own already. */
interface Setting extends Partial<SchedulingInstance> {
  readonly assigned?: number;
  readonly lacks?: string;
}

/** Asks for one job on a fleet; answers the placement of the decision, or why it waits. */
const place = (
  settings: Readonly<Record<string, Setting>>,
  fields: Partial<SchedulingMoment> & { readonly requested?: string } = {},
  random = 0,
): Placement => {
  const { requested = null, ...rest } = fields;
  const one = scheduler({
    random: () => random,
    missing: (instanceId) => {
      const lacks = settings[instanceId]?.lacks;
      return lacks === undefined ? nothingMissing : { ...nothingMissing, classTypes: [lacks] };
    },
  });
  const fleet = Object.entries(settings).map(([instanceId, { assigned = 0, lacks: _lacks, ...of }]) => {
    for (let index = 0; index < assigned; index += 1) one.adopt(job(`${instanceId} has ${index}`), instanceId, 0);
    return instance(instanceId, of);
  });
  const at = moment(fleet, { strategy: 'least-loaded', ...rest });
  one.add(job('it', { requestedInstanceId: requested }));
  const decision = one.next(at);
  const placement = decision.kind === 'assign' ? decision.placement : one.explain('it', at);
  if (placement === null) throw new Error('a waiting job has an explanation');
  return placementSchema.parse(placement);
};

const reasons = (placement: Placement): Record<string, string> =>
  Object.fromEntries(placement.rejected.map(({ instanceId, reason }) => [instanceId, reason]));

describe('who can take a job', () => {
  it.each<[string, Setting, string]>([
    ['disabled', { enabled: false }, 'disabled'],
    ['stopped', { status: 'stopped', health: null }, 'not-running'],
    ['starting', { status: 'starting', health: null }, 'not-running'],
    ['stopping', { status: 'stopping' }, 'not-running'],
    ['in error', { status: 'error', health: null }, 'not-running'],
    ['paused', { status: 'paused' }, 'paused'],
    ['unhealthy', { health: 'unhealthy' }, 'unhealthy'],
    ['of unknown health', { health: null }, 'unhealthy'],
    ['draining', { draining: true }, 'draining'],
    ['without the node', { lacks: 'Foo' }, 'node-unknown'],
    ['full', { assigned: 1 }, 'no-free-slot'],
    ['overfull after its limit was lowered', { assigned: 3, slots: 2 }, 'no-free-slot'],
    ['disabled and stopped and full', { enabled: false, status: 'stopped', assigned: 1 }, 'disabled'],
    ['paused and unhealthy', { status: 'paused', health: 'unhealthy' }, 'paused'],
    ['unhealthy and draining', { health: 'unhealthy', draining: true }, 'unhealthy'],
    ['full and without the node', { assigned: 1, lacks: 'Foo' }, 'node-unknown'],
  ])('not one that is %s', (_name, setting, reason) => {
    for (const strategy of ['least-loaded', 'fastest-finish'] as const) {
      const placement = place({ a: setting }, { strategy });
      expect(placement.instanceId).toBeNull();
      expect(reasons(placement)).toEqual({ a: reason });
    }
  });

  it('one with a slot left', () => {
    expect(place({ a: { slots: 2, assigned: 1 } }).instanceId).toBe('a');
  });

  it.each(['least-loaded', 'fastest-finish'] as const)(
    'a degraded one only when no healthy one has room (%s)',
    (strategy) => {
      const degraded = { health: 'degraded', slots: 4 } as const;
      const preferred = place({ a: degraded, b: { slots: 2, assigned: 1 } }, { strategy });
      expect(preferred.instanceId).toBe('b');
      expect(preferred.rejected).toMatchObject([
        { instanceId: 'a', reason: 'not-preferred', details: { health: 'degraded' } },
      ]);
      expect(place({ a: degraded, b: { assigned: 1 } }, { strategy }).instanceId).toBe('a');
    },
  );

  it('names the classes that are missing', () => {
    expect(place({ a: { lacks: 'Foo' } }).rejected[0]?.details).toEqual({ classTypes: ['Foo'] });
  });

  it('not one that the job was excluded from, and not one that lacks a value', () => {
    const value = { classType: 'KSampler', inputName: 'sampler_name', value: 'dpm' };
    const one = scheduler({ missing: (id) => (id === 'a' ? { ...nothingMissing, combos: [value] } : nothingMissing) });
    one.add(job('1', { excludedInstanceIds: ['b'] }));
    const at = moment([instance('a'), instance('b')]);
    expect(one.next(at).kind).toBe('wait');
    const rejected = one.explain('1', at)?.rejected;
    expect(rejected).toEqual([
      { instanceId: 'a', reason: 'value-unknown', details: { values: [value] } },
      { instanceId: 'b', reason: 'excluded', details: {} },
    ]);
  });
});

describe('a value that an instance does not list but may take', () => {
  const value = (name: string): ComboNeed => ({ classType: 'PackLoader', inputName: 'name', value: name });
  const [x, y] = [value('x'), value('y')];

  /** Which instances are rejected for good, and where the job goes. */
  const placeOf = (
    lists: Readonly<Record<string, readonly ComboNeed[]>>,
    fields: Readonly<Record<string, Partial<SchedulingInstance>>> = {},
    excludedInstanceIds: readonly string[] = [],
  ) => {
    const one = scheduler({ missing: (id) => ({ ...nothingMissing, unlisted: lists[id] ?? [] }) });
    one.add(job('1', { excludedInstanceIds }));
    const at = moment(Object.keys(lists).map((id) => instance(id, fields[id] ?? {})));
    const others = one.explain('1', at)?.rejected.filter(({ reason }) => reason !== 'not-preferred') ?? [];
    const rejected = others.map(({ instanceId, reason }) => `${instanceId} ${reason}`);
    const decision = one.next(at);
    return { rejected, to: decision.kind === 'assign' ? decision.instanceId : null };
  };

  it.each<[string, Parameters<typeof placeOf>, ReturnType<typeof placeOf>]>([
    ['goes to the one that lists it', [{ a: [x], b: [] }], { rejected: ['a value-unknown'], to: 'b' }],
    ['goes anywhere where nobody does', [{ a: [x], b: [x] }], { rejected: [], to: 'a' }],
    ['goes to who lists most of several', [{ a: [x, y], b: [x] }], { rejected: ['a value-unknown'], to: 'b' }],
    [
      'waits for one that lists it and starts',
      [{ a: [x], b: [] }, { b: { status: 'starting' } }],
      { rejected: ['a value-unknown', 'b not-running'], to: null },
    ],
    [
      'does not wait for one that is switched off',
      [{ a: [x], b: [] }, { b: { enabled: false } }],
      { rejected: ['b disabled'], to: 'a' },
    ],
    ['does not wait for one that refused it', [{ a: [x], b: [] }, {}, ['b']], { rejected: ['b excluded'], to: 'a' }],
  ])('%s', (_name, arguments_, expected) => {
    expect(placeOf(...arguments_)).toEqual(expected);
  });

  it('goes elsewhere as soon as the one that lists it is switched off', () => {
    const one = scheduler({ missing: (id) => ({ ...nothingMissing, unlisted: id === 'a' ? [x] : [] }) });
    one.add(job('1'));
    const fleet = (enabled: boolean) => moment([instance('a'), instance('b', { status: 'paused', enabled })]);
    expect(one.next(fleet(true)).kind).toBe('wait');
    expect(one.next(fleet(false))).toMatchObject({ kind: 'assign', instanceId: 'a' });
  });
});

describe('least-loaded', () => {
  it.each<[string, Readonly<Record<string, Setting>>, string]>([
    ['fewest jobs', { a: { slots: 4, assigned: 2 }, b: { slots: 4, assigned: 1 } }, 'b'],
    ['relative to slots', { a: { slots: 2, assigned: 1 }, b: { slots: 8, assigned: 2 } }, 'b'],
    ['the first of equals that never worked', { a: {}, b: {} }, 'a'],
    ['load beats place', { a: { slots: 2, assigned: 1 }, b: {} }, 'b'],
  ])('%s', (_name, settings, chosen) => {
    const placement = place(settings);
    expect(placement).toMatchObject({ instanceId: chosen, strategy: 'least-loaded' });
    expect(Object.values(reasons(placement))).toEqual(['not-preferred']);
  });

  it('ties go to the one idle the longest, before all to one that never worked', () => {
    const one = scheduler();
    for (const [instanceId, endedAt] of [
      ['a', 20],
      ['b', 10],
    ] as const) {
      one.adopt(job(`on ${instanceId}`), instanceId, 0);
      one.ended(`on ${instanceId}`, 'succeeded', endedAt);
    }
    for (const name of ['1', '2', '3']) one.add(job(name));
    const fleet = [instance('a'), instance('b'), instance('c')];
    expect(decideAll(one, moment(fleet, { strategy: 'least-loaded', now: 30 }))).toEqual(['1@c', '2@b', '3@a']);
  });
});

describe('round-robin', () => {
  const order = (
    turns: readonly (readonly string[])[],
    full: readonly string[] = ['a', 'b', 'c'],
  ): readonly string[] => {
    const one = scheduler();
    return turns.map((free, turn) => {
      const fleet = full.map((id) => instance(id, { status: free.includes(id) ? 'running' : 'paused' }));
      one.add(job(`${turn}`));
      const decision = one.next(moment(fleet, { strategy: 'round-robin' }));
      one.remove(`${turn}`);
      if (decision.kind !== 'assign') return '-';
      one.ended(`${turn}`, 'cancelled', 0);
      return decision.instanceId;
    });
  };
  const all = ['a', 'b', 'c'];

  it('takes turns in the order of the fleet', () => {
    expect(order([all, all, all, all])).toEqual(['a', 'b', 'c', 'a']);
  });

  it('passes over one without room and does not shift the turn', () => {
    expect(order([all, ['a', 'c'], all, all])).toEqual(['a', 'c', 'a', 'b']);
  });

  it('keeps its turn while nobody has room', () => {
    expect(order([all, [], all])).toEqual(['a', '-', 'b']);
  });

  it('reaches n idle instances with n jobs, wherever it stood', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }), (count, before) => {
        const ids = Array.from({ length: count }, (_, index) => `i${index}`);
        const taken = order(
          Array.from({ length: before + count }, () => ids),
          ids,
        ).slice(before);
        expect(new Set(taken).size).toBe(count);
      }),
    );
  });
});

describe('random', () => {
  it.each([
    [0, 'a'],
    [0.34, 'b'],
    [0.67, 'c'],
    [0.999_999, 'c'],
  ] as const)('%f of three is %s', (value, chosen) => {
    expect(place({ a: {}, b: {}, c: {} }, { strategy: 'random' }, value).instanceId).toBe(chosen);
  });

  it('counts only those with room', () => {
    expect(place({ a: { assigned: 1 }, b: {}, c: {} }, { strategy: 'random' }, 0).instanceId).toBe('b');
  });
});

describe('weighted', () => {
  it('gives each its share, without bursts', () => {
    const one = scheduler();
    const fleet = [instance('a', { weight: 2, slots: 64 }), instance('b', { slots: 64 })];
    for (let index = 0; index < 6; index += 1) one.add(job(`${index}`));
    const taken = decideAll(one, moment(fleet, { strategy: 'weighted' })).map((text) => text.slice(-1));
    expect(taken).toEqual(['a', 'b', 'a', 'a', 'b', 'a']);
  });
});

describe('an explicit instance', () => {
  it('beats the active one and the strategy', () => {
    const placement = place({ a: {}, b: {}, c: {} }, { requested: 'c', activeInstanceId: 'b' });
    expect(placement).toMatchObject({ instanceId: 'c', strategy: 'explicit' });
    expect(reasons(placement)).toEqual({ a: 'not-the-chosen-one', b: 'not-the-chosen-one' });
  });

  it('is waited for whatever its state, and says why', () => {
    const placement = place({ a: {}, b: { status: 'stopped', health: null } }, { requested: 'b' });
    expect(placement.instanceId).toBeNull();
    expect(reasons(placement)).toEqual({ a: 'not-the-chosen-one', b: 'not-running' });
  });

  it('may be degraded', () => {
    expect(place({ a: {}, b: { health: 'degraded' } }, { requested: 'b' }).instanceId).toBe('b');
  });
});

describe.each<BalancingStrategy>(['least-loaded', 'fastest-finish'])('the active instance under %s', (strategy) => {
  it('takes what nobody chose an instance for', () => {
    const placement = place({ a: {}, b: {} }, { activeInstanceId: 'b', strategy });
    expect(placement).toMatchObject({ instanceId: 'b', strategy: 'active' });
    expect(reasons(placement)).toEqual({ a: 'not-the-chosen-one' });
  });

  it('is waited for while it is only busy', () => {
    const placement = place({ a: {}, b: { assigned: 1 } }, { activeInstanceId: 'b', strategy });
    expect(placement).toMatchObject({ instanceId: null, strategy: 'active' });
    expect(reasons(placement)).toEqual({ a: 'not-the-chosen-one', b: 'no-free-slot' });
  });

  it.each<Setting>([
    { status: 'error' },
    { status: 'paused' },
    { health: 'unhealthy' },
    { enabled: false },
    { draining: true },
    { lacks: 'Foo' },
  ])('is left out when it cannot work: %o', (setting) => {
    expect(place({ a: {}, b: setting }, { activeInstanceId: 'b', strategy })).toMatchObject({
      instanceId: 'a',
      strategy,
    });
  });

  it('that is not there any more changes nothing', () => {
    expect(place({ a: {} }, { activeInstanceId: 'gone', strategy }).instanceId).toBe('a');
  });
});

describe('whatever the fleet', () => {
  const setting = fc.record({
    enabled: fc.boolean(),
    status: fc.constantFrom('stopped', 'starting', 'running', 'running', 'running', 'paused', 'error'),
    health: fc.constantFrom('healthy', 'healthy', 'degraded', 'unhealthy', null),
    draining: fc.constantFrom(false, false, true),
    slots: fc.integer({ min: 1, max: 4 }),
    assigned: fc.integer({ min: 0, max: 4 }),
    lacks: fc.constantFrom(undefined, undefined, 'Foo'),
  });
  const strategies = fc.constantFrom<BalancingStrategy>(
    'fastest-finish',
    'least-loaded',
    'round-robin',
    'random',
    'weighted',
  );
  const canWork = (one: Setting): boolean =>
    one.enabled === true &&
    one.status === 'running' &&
    (one.health === 'healthy' || one.health === 'degraded') &&
    one.draining === false &&
    one.lacks === undefined &&
    (one.assigned ?? 0) < (one.slots ?? 1);

  it('every instance is either taken or rejected once, and only one that can work is taken', () => {
    fc.assert(
      fc.property(
        fc.array(setting, { maxLength: 8 }),
        strategies,
        fc.constantFrom('i0', 'i3', undefined),
        (list, strategy, requested) => {
          const settings: Record<string, Setting> = Object.fromEntries(
            list.map(({ lacks, ...rest }, index) => [
              `i${index}`,
              { ...rest, ...(lacks === undefined ? {} : { lacks }) },
            ]),
          );
          const placement = place(settings, { strategy, ...(requested === undefined ? {} : { requested }) }, 0.5);
          const named = placement.rejected.map(({ instanceId }) => instanceId);
          if (placement.instanceId !== null) named.push(placement.instanceId);
          expect(named.toSorted()).toEqual(Object.keys(settings).toSorted());
          const taken = placement.instanceId === null ? undefined : settings[placement.instanceId];
          if (taken !== undefined) expect(canWork(taken)).toBe(true);
          if (requested === undefined && strategy !== 'fastest-finish')
            expect(taken !== undefined).toBe(Object.values(settings).some(canWork));
        },
      ),
    );
  });
});
