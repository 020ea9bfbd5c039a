import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placementSchema } from '#contract/models/job.ts';
import type { CandidateRejection, Placement } from '#contract/models/placement.ts';
import type { BalancingStrategy } from '#contract/models/settings.ts';
import type { BalancerCandidate, PlacementRequest } from './balancer.ts';
import { createStrategyBalancer } from './strategy-balancer.ts';

const candidate = (instanceId: string, fields: Partial<BalancerCandidate> = {}): BalancerCandidate => ({
  instanceId,
  enabled: true,
  status: 'running',
  health: 'healthy',
  slots: 1,
  assignedJobs: 0,
  idleSince: null,
  missingClasses: [],
  ...fields,
});

const balanced = (strategy: BalancingStrategy = 'least-loaded'): PlacementRequest => ({
  requestedInstanceId: null,
  activeInstanceId: null,
  strategy,
});

const place = (
  candidates: readonly BalancerCandidate[],
  request: Partial<PlacementRequest> = {},
  random = 0,
): Placement => createStrategyBalancer({ random: () => random }).place({ ...balanced(), ...request }, candidates);

const reasons = (placement: Placement): Record<string, string> =>
  Object.fromEntries(placement.rejected.map(({ instanceId, reason }) => [instanceId, reason]));

describe('who can take a job', () => {
  it.each<[string, Partial<BalancerCandidate>, CandidateRejection['reason']]>([
    ['disabled', { enabled: false }, 'disabled'],
    ['stopped', { status: 'stopped', health: null }, 'not-running'],
    ['starting', { status: 'starting', health: null }, 'not-running'],
    ['stopping', { status: 'stopping' }, 'not-running'],
    ['in error', { status: 'error', health: null }, 'not-running'],
    ['paused', { status: 'paused' }, 'paused'],
    ['unhealthy', { health: 'unhealthy' }, 'unhealthy'],
    ['of unknown health', { health: null }, 'unhealthy'],
    ['without the node', { missingClasses: ['Foo'] }, 'node-unknown'],
    ['full', { assignedJobs: 1 }, 'no-free-slot'],
    ['overfull after its limit was lowered', { assignedJobs: 3, slots: 2 }, 'no-free-slot'],
    ['disabled and stopped and full', { enabled: false, status: 'stopped', assignedJobs: 1 }, 'disabled'],
    ['paused and unhealthy', { status: 'paused', health: 'unhealthy' }, 'paused'],
    ['full and without the node', { assignedJobs: 1, missingClasses: ['Foo'] }, 'node-unknown'],
  ])('not one that is %s', (_name, fields, reason) => {
    const placement = place([candidate('a', fields)]);
    expect(placement.instanceId).toBeNull();
    expect(reasons(placement)).toEqual({ a: reason });
  });

  it('one with a slot left', () => {
    expect(place([candidate('a', { slots: 2, assignedJobs: 1 })]).instanceId).toBe('a');
  });

  it('a degraded one only when no healthy one has room', () => {
    const degraded = candidate('a', { health: 'degraded', slots: 4 });
    const preferred = place([degraded, candidate('b', { slots: 2, assignedJobs: 1 })]);
    expect(preferred.instanceId).toBe('b');
    expect(preferred.rejected).toEqual([{ instanceId: 'a', reason: 'not-preferred', details: { health: 'degraded' } }]);
    expect(place([degraded, candidate('b', { assignedJobs: 1 })]).instanceId).toBe('a');
  });

  it('names the classes that are missing', () => {
    expect(place([candidate('a', { missingClasses: ['Foo', 'Bar'] })]).rejected[0]?.details).toEqual({
      classTypes: ['Foo', 'Bar'],
    });
  });
});

describe('least-loaded', () => {
  it.each<[string, readonly BalancerCandidate[], string]>([
    [
      'fewest jobs',
      [candidate('a', { slots: 4, assignedJobs: 2 }), candidate('b', { slots: 4, assignedJobs: 1 })],
      'b',
    ],
    [
      'relative to slots',
      [candidate('a', { slots: 2, assignedJobs: 1 }), candidate('b', { slots: 8, assignedJobs: 2 })],
      'b',
    ],
    ['the first of equals that never worked', [candidate('a'), candidate('b')], 'a'],
    ['the one idle the longest', [candidate('a', { idleSince: 20 }), candidate('b', { idleSince: 10 })], 'b'],
    ['one that never worked before one that did', [candidate('a', { idleSince: 0 }), candidate('b')], 'b'],
    [
      'equal shares count as equal',
      [
        candidate('a', { slots: 3, assignedJobs: 1, idleSince: 9 }),
        candidate('b', { slots: 6, assignedJobs: 2, idleSince: 3 }),
      ],
      'b',
    ],
    [
      'load beats idleness',
      [candidate('a', { slots: 2, assignedJobs: 1, idleSince: 1 }), candidate('b', { idleSince: 99 })],
      'b',
    ],
  ])('%s', (_name, candidates, chosen) => {
    const placement = place(candidates);
    expect(placement.instanceId).toBe(chosen);
    expect(placement.strategy).toBe('least-loaded');
    expect(Object.values(reasons(placement))).toEqual(['not-preferred']);
  });
});

describe('round-robin', () => {
  const three = [candidate('a'), candidate('b'), candidate('c')];
  const order = (turns: readonly (readonly BalancerCandidate[])[]): (string | null)[] => {
    const balancer = createStrategyBalancer({ random: () => 0 });
    return turns.map((candidates) => balancer.place(balanced('round-robin'), candidates).instanceId);
  };

  it('takes turns in the order of the fleet', () => {
    expect(order([three, three, three, three])).toEqual(['a', 'b', 'c', 'a']);
  });

  it('passes over one that is full without shifting the turn', () => {
    const withoutB = [candidate('a'), candidate('b', { assignedJobs: 1 }), candidate('c')];
    expect(order([three, withoutB, three, three])).toEqual(['a', 'c', 'a', 'b']);
  });

  it('starts over when the last one is gone', () => {
    expect(order([three, three, [candidate('a'), candidate('c')]])).toEqual(['a', 'b', 'a']);
  });

  it('gives a lone instance every turn', () => {
    expect(order([[candidate('a')], [candidate('a')]])).toEqual(['a', 'a']);
  });

  it('keeps its turn while nobody has room', () => {
    const full = three.map((one) => ({ ...one, assignedJobs: 1 }));
    expect(order([three, full, three])).toEqual(['a', null, 'b']);
  });
});

describe('random', () => {
  it.each([
    [0, 'a'],
    [0.34, 'b'],
    [0.67, 'c'],
    [0.999_999, 'c'],
  ])('%f of three is %s', (value, chosen) => {
    const three = [candidate('a'), candidate('b'), candidate('c')];
    expect(place(three, { strategy: 'random' }, value).instanceId).toBe(chosen);
  });

  it('counts only those with room', () => {
    const candidates = [candidate('a', { assignedJobs: 1 }), candidate('b'), candidate('c')];
    expect(place(candidates, { strategy: 'random' }, 0).instanceId).toBe('b');
  });
});

describe('an explicit instance', () => {
  it('beats the active one and the strategy', () => {
    const placement = place([candidate('a'), candidate('b'), candidate('c')], {
      requestedInstanceId: 'c',
      activeInstanceId: 'b',
    });
    expect(placement).toEqual({
      instanceId: 'c',
      strategy: 'explicit',
      rejected: [
        { instanceId: 'a', reason: 'not-the-chosen-one', details: {} },
        { instanceId: 'b', reason: 'not-the-chosen-one', details: {} },
      ],
    });
  });

  it('is waited for whatever its state, and says why', () => {
    const placement = place([candidate('a'), candidate('b', { status: 'stopped', health: null })], {
      requestedInstanceId: 'b',
    });
    expect(placement.instanceId).toBeNull();
    expect(reasons(placement)).toEqual({ a: 'not-the-chosen-one', b: 'not-running' });
  });

  it('may be degraded', () => {
    const candidates = [candidate('a'), candidate('b', { health: 'degraded' })];
    expect(place(candidates, { requestedInstanceId: 'b' }).instanceId).toBe('b');
  });
});

describe('the active instance', () => {
  it('takes what nobody chose an instance for', () => {
    const placement = place([candidate('a'), candidate('b')], { activeInstanceId: 'b' });
    expect(placement).toMatchObject({ instanceId: 'b', strategy: 'active' });
    expect(reasons(placement)).toEqual({ a: 'not-the-chosen-one' });
  });

  it('is waited for while it is only busy', () => {
    const placement = place([candidate('a'), candidate('b', { assignedJobs: 1 })], { activeInstanceId: 'b' });
    expect(placement).toMatchObject({ instanceId: null, strategy: 'active' });
    expect(reasons(placement)).toEqual({ a: 'not-the-chosen-one', b: 'no-free-slot' });
  });

  it.each<Partial<BalancerCandidate>>([
    { status: 'error' },
    { status: 'paused' },
    { health: 'unhealthy' },
    { enabled: false },
    { missingClasses: ['Foo'] },
  ])('is left out when it cannot work: %o', (fields) => {
    const placement = place([candidate('a'), candidate('b', fields)], { activeInstanceId: 'b' });
    expect(placement).toMatchObject({ instanceId: 'a', strategy: 'least-loaded' });
  });

  it('that is not there any more changes nothing', () => {
    expect(place([candidate('a')], { activeInstanceId: 'gone' }).instanceId).toBe('a');
  });
});

describe('whatever the fleet', () => {
  const arbitraryCandidate = fc.record({
    enabled: fc.boolean(),
    status: fc.constantFrom('stopped', 'starting', 'running', 'running', 'running', 'paused', 'stopping', 'error'),
    health: fc.constantFrom('healthy', 'healthy', 'degraded', 'unhealthy', null),
    slots: fc.integer({ min: 1, max: 4 }),
    assignedJobs: fc.integer({ min: 0, max: 4 }),
    idleSince: fc.option(fc.integer({ min: 0, max: 100 })),
    missingClasses: fc.constantFrom([], [], ['Foo']),
  });
  const arbitraryFleet = fc
    .array(arbitraryCandidate, { maxLength: 8 })
    .map((entries) => entries.map((entry, index): BalancerCandidate => ({ ...entry, instanceId: `i${index}` })));
  const arbitraryRequest = fc.record({
    requestedInstanceId: fc.constantFrom(null, null, 'i0', 'i3', 'gone'),
    activeInstanceId: fc.constantFrom(null, 'i1', 'gone'),
    strategy: fc.constantFrom<BalancingStrategy>('least-loaded', 'round-robin', 'random'),
  });
  const canWork = (one: BalancerCandidate): boolean =>
    one.enabled &&
    one.status === 'running' &&
    (one.health === 'healthy' || one.health === 'degraded') &&
    one.missingClasses.length === 0 &&
    one.assignedJobs < one.slots;

  it('every candidate is either taken or rejected once, and only one that can work is taken', () => {
    fc.assert(
      fc.property(
        arbitraryFleet,
        arbitraryRequest,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (fleet, request, random) => {
          const placement = placementSchema.parse(place(fleet, request, random));
          const named = placement.rejected.map(({ instanceId }) => instanceId);
          if (placement.instanceId !== null) named.push(placement.instanceId);
          expect(named.toSorted()).toEqual(fleet.map(({ instanceId }) => instanceId).toSorted());
          const taken = fleet.find(({ instanceId }) => instanceId === placement.instanceId);
          if (taken !== undefined) expect(canWork(taken)).toBe(true);
          const open = request.requestedInstanceId === null && request.activeInstanceId !== 'i1';
          if (open) expect(taken !== undefined).toBe(fleet.some(canWork));
        },
      ),
    );
  });

  it('nobody starves under round-robin: n jobs reach n idle instances', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }), (count, before) => {
        const fleet = Array.from({ length: count }, (_, index) => candidate(`i${index}`));
        const balancer = createStrategyBalancer({ random: () => 0 });
        const turn = (): string | null => balancer.place(balanced('round-robin'), fleet).instanceId;
        for (let skipped = 0; skipped < before; skipped += 1) turn();
        expect(new Set(fleet.map(turn)).size).toBe(count);
      }),
    );
  });
});
