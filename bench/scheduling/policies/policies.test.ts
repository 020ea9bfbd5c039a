import { describe, expect, it } from 'vitest';
import type { PolicyKind } from '../policy.ts';
import { card, job, play, runsByCard, setup, trace, workflow } from '../small-trace.fixture.ts';
import type { Trace } from '../trace.ts';
import { clusterGateway } from './cluster-gateway.ts';
import { comfyPoolLowest, comfyPoolZero } from './comfy-pool.ts';
import { leastLoaded, random, roundRobin } from './push-at-arrival.ts';
import { swarm, swarmNoOverQueue } from './swarm.ts';

const a = workflow('a', 2000, 10_000);
const b = workflow('b', 2000, 10_000);
const two = [card('x'), card('y')];

const run = ({ create }: PolicyKind, trace: Trace) => play(trace, create(setup(trace)));
const cardsOf = (kind: PolicyKind, trace: Trace) => run(kind, trace).records.map(({ cardId }) => cardId);
const startsOf = (kind: PolicyKind, trace: Trace) => run(kind, trace).records.map(({ startedAt }) => startedAt);
const runsOf = (kind: PolicyKind, trace: Trace) => run(kind, trace).records.map(({ runAt }) => runAt);

describe('balancers that push at arrival', () => {
  const slow = trace({ cards: [card('x'), card('y', { speed: 0.1 })], jobs: [job(a), job(a), job(a), job(a)] });

  it('take turns, however slow a card is', () => {
    expect(cardsOf(roundRobin, slow)).toEqual(['x', 'y', 'x', 'y']);
    expect(new Set(cardsOf(leastLoaded, slow))).toEqual(new Set(['x', 'y']));
    expect(cardsOf(comfyPoolLowest, slow)).toEqual(['x', 'y', 'x', 'y']);
  });

  it('send on what was with a card that died, and nothing to it while it is away', () => {
    const dying = { ...slow, outages: [{ cardId: 'x', downAt: 5000, upAt: 900_000 }] };
    expect(cardsOf(roundRobin, dying)).toEqual(['y', 'y', 'y', 'y']);
  });

  it('random goes by its numbers', () => {
    const kind: PolicyKind = { name: 'low', create: (setup) => random.create({ ...setup, random: () => 0 }) };
    expect(cardsOf(kind, slow)).toEqual(['x', 'x', 'x', 'x']);
  });
});

describe('ComfyPool', () => {
  it('PICK_ZERO gives the first free card one job, whatever it holds', () => {
    const jobs = [job(a), job(b), job(a, { arrivalAt: 11_000 })];
    // y is done with b at 6 s and the first to be free; x, which holds a, is busy for another second.
    const quick = trace({ cards: two, jobs: [jobs[0] ?? job(a), job(workflow('b', 2000, 4000)), jobs[2] ?? job(a)] });
    expect(cardsOf(comfyPoolZero, quick)).toEqual(['x', 'y', 'y']);
  });

  it('PICK_ZERO finds a freed card after a pause that grows with every try', () => {
    const [, later] = startsOf(comfyPoolZero, trace({ cards: [card('x')], jobs: [job(a), job(a)] }));
    // 10 ms × tries: after n tries n (n + 1) / 2 × 10 ms have passed; 49 tries are 12,250 ms, the first beyond 12 s.
    expect(later).toBe(12_250);
  });

  it('looks at an empty queue every 100 ms', () => {
    expect(startsOf(comfyPoolZero, trace({ cards: two, jobs: [job(a, { arrivalAt: 1234 })] }))).toEqual([1300]);
  });
});

describe('SwarmUI', () => {
  it('puts two jobs of one model on one card while the other idles', () => {
    const jobs = trace({ cards: two, jobs: [job(a), job(a)] });
    expect(new Set(cardsOf(swarm, jobs)).size).toBe(1);
  });

  it('loads the model on the second card only for the third job', () => {
    const jobs = trace({ cards: two, jobs: [job(a), job(a), job(a)] });
    expect(Object.values(runsByCard(run(swarm, jobs))).map(({ length }) => length)).toEqual([2, 1]);
  });

  it('waits for more than 1500 ms before a load while two cards are free, and not at all with one', () => {
    const [waited] = runsOf(swarm, trace({ cards: two, jobs: [job(a)] }));
    // Its loop sleeps for a second when nothing moves: the first look after 1500 ms is the one at 2 s.
    expect(waited).toBe(2000 + 2000);
    expect(runsOf(swarm, trace({ cards: [card('x')], jobs: [job(a)] }))).toEqual([2000]);
  });

  it('gives a slow card as many jobs as a fast one', () => {
    const jobs = Array.from({ length: 4 }, () => job(a));
    const slow = trace({ cards: [card('x', { speed: 0.1 }), card('y', { speed: 0.1 })], jobs });
    expect(Object.values(runsByCard(run(swarm, slow))).map(({ length }) => length)).toEqual([2, 2]);
  });

  it('takes the model with the highest score first: ten for each request, one for each second', () => {
    const hog = job(b);
    // Both wait for the one card that b keeps busy; three requests for a beat one for c that is ten seconds older.
    const c = workflow('c', 2000, 10_000);
    const late = [1, 2, 3].map((n) => job(a, { arrivalAt: 10_000 + n }));
    const jobs = [hog, job(c, { arrivalAt: 1000 }), ...late];
    const kind = swarmNoOverQueue;
    const [, old, first] = startsOf(kind, trace({ cards: [card('x')], jobs }));
    expect(first).toBeLessThan(old ?? 0);
    const [, alone, second] = startsOf(kind, trace({ cards: [card('x')], jobs: jobs.slice(0, 3) }));
    expect(alone).toBeLessThan(second ?? 0);
  });

  it('sees the main model only: a LoRA more or less is the same to it', () => {
    const styled = { ...a, id: 'styled', files: [...a.files, { name: 'lora', bytes: 5000 }] };
    const jobs = trace({ cards: two, jobs: [job(a), job(styled)] });
    expect(new Set(cardsOf(swarm, jobs)).size).toBe(1);
  });

  it('prefers to load on a card without work, the one released longest ago', () => {
    const jobs = [job(a), job(b, { arrivalAt: 100 }), job(workflow('c', 2000, 1000), { arrivalAt: 60_000 })];
    const [first, , third] = cardsOf(swarm, trace({ cards: two, jobs }));
    expect(third).toBe(first);
  });
});

describe('comfyui-cluster-gateway', () => {
  it('looks every 250 ms, and sees the end of a job every 500 ms', () => {
    const jobs = [job(a, { arrivalAt: 100 }), job(a, { arrivalAt: 100, runFactor: 1 })];
    expect(startsOf(clusterGateway, trace({ cards: [card('x')], jobs }))).toEqual([250, 250 + 12_000]);
    const odd = workflow('a', 2000, 10_100);
    const [, second] = startsOf(clusterGateway, trace({ cards: [card('x')], jobs: [job(odd), job(odd)] }));
    expect(second).toBe(12_500);
  });

  it('takes jobs of the resident model first, so that others wait without end', () => {
    const jobs = [job(a), job(b, { arrivalAt: 1 }), ...[1, 2, 3].map((n) => job(a, { arrivalAt: n * 5000 }))];
    const ordered = runsByCard(run(clusterGateway, trace({ cards: [card('x')], jobs })))['x'];
    expect(ordered?.at(-1)).toBe(jobs[1]?.id);
  });

  it('lets a slow idle card take the last job of a batch', () => {
    const slow = trace({ cards: [card('x'), card('y', { speed: 0.1 })], jobs: [job(a), job(a)] });
    expect(cardsOf(clusterGateway, slow)).toEqual(['x', 'y']);
  });

  it('lets fast workers choose first, by configured seconds at first', () => {
    const fast = trace({ cards: [card('x', { speed: 0.5 }), card('y')], jobs: [job(a)] });
    expect(cardsOf(clusterGateway, fast)).toEqual(['y']);
  });

  it('tells a worker to forget its models when the set of files changes, even by a LoRA', () => {
    const styled = { ...a, id: 'styled', files: [...a.files, { name: 'lora', bytes: 500 }] };
    const small = trace({ cards: [card('x')], jobs: [job(a), job(styled)] });
    const [, second] = run(clusterGateway, small).records;
    expect((second?.runAt ?? 0) - (second?.startedAt ?? 0)).toBe(2500);
  });

  it('keeps the slot of a job that vanished with its worker for 900 s', () => {
    const dying = trace({
      cards: [card('x')],
      jobs: [job(a), job(a)],
      outages: [{ cardId: 'x', downAt: 5000, upAt: 6000 }],
    });
    expect(startsOf(clusterGateway, dying).every((startedAt) => startedAt >= 900_000)).toBe(true);
  });
});
