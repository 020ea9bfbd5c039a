import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { FakeInstance } from './fake-comfy.fixture.ts';
import { createWorld, local, type OpenedWorld, openWorld, type World } from './jobs-world.fixture.ts';

/** What may happen to a studio and its instances, in any order. */
type Step =
  | { readonly kind: 'submit'; readonly priority: number; readonly pin: string | null }
  | { readonly kind: 'begin' | 'finish' | 'fail' | 'die' | 'freeze' | 'thaw' | 'lose-answers'; readonly name: string }
  | { readonly kind: 'kill' | 'stop' | 'disk-full' | 'disk-free' | 'cancel' | 'retry' | 'move' }
  | { readonly kind: 'wait'; readonly ms: number };

const names = ['a', 'b', 'c'] as const;
const name = fc.constantFrom(...names);
const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      priority: fc.integer({ min: -1, max: 1 }),
      pin: fc.constantFrom(null, null, null, 'a'),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom('begin', 'begin', 'finish', 'finish', 'fail', 'die', 'freeze', 'thaw', 'lose-answers'),
      name,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('kill', 'kill', 'stop', 'disk-full', 'disk-free', 'cancel', 'retry', 'move'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 100, 2000, 15_000) }),
  },
);

/** One world, its present studio, and what was promised to whom. */
interface Play {
  readonly world: World;
  studio: OpenedWorld;
  readonly accepted: Set<string>;
  /** How often each job was run to its end. */
  readonly finished: Map<string, number>;
  /** How often an instance died that had each job, or still knew of its end. */
  readonly deaths: Map<string, number>;
  readonly retried: Set<string>;
  runs: number;
}

const instanceOf = ({ world }: Play, which: string): FakeInstance => world.comfy.instance(`http://${which}`);

const begin = (instance: FakeInstance): void => {
  const [next] = instance.pending;
  if (next !== undefined && instance.running === null) instance.start(next);
};

const count = (counts: Map<string, number>, jobId: string): void => {
  counts.set(jobId, (counts.get(jobId) ?? 0) + 1);
};

const finish = (play: Play, which: string): void => {
  const instance = instanceOf(play, which);
  const { running } = instance;
  if (running === null) return;
  const isWanted = !play.accepted.has(running) || play.studio.view(running).instanceId === which;
  if (!isWanted && instance.cancels.includes(running)) {
    // It was away for long, and another one got the job.
    instance.interrupt(running);
    return;
  }
  count(play.finished, running);
  const output = { images: [{ filename: `${running}-${play.runs}.png`, subfolder: '', type: 'output' }] };
  instance.send(running, 'executed', { node: '3', output });
  instance.succeed(running, { '3': output });
};

const onInstance = (play: Play, step: Extract<Step, { name: string }>): void => {
  const instance = instanceOf(play, step.name);
  const { running } = instance;
  const { fleet, clock } = play.world;
  play.runs += 1;
  switch (step.kind) {
    case 'begin':
      if (instance.reachable) begin(instance);
      return;
    case 'finish':
      finish(play, step.name);
      return;
    case 'fail':
      if (running === null) return;
      count(play.finished, running);
      instance.fail(running, { node_id: '2', node_type: 'X', exception_type: 'ValueError', timestamp: play.runs });
      return;
    case 'die':
      for (const id of [running ?? '', ...instance.pending, ...instance.history.keys()]) count(play.deaths, id);
      instance.die();
      instance.reachable = true;
      fleet.lose(step.name);
      fleet.change(step.name, { status: 'running', health: 'healthy', readyAt: clock.now() });
      return;
    case 'freeze':
      instance.reachable = false;
      instance.dropSockets();
      return;
    case 'thaw':
      instance.reachable = true;
      instance.submitAs = 'accept';
      fleet.change(step.name, {});
      return;
    case 'lose-answers':
      instance.submitAs = 'lose';
  }
};

const reopen = (play: Play): void => {
  play.world.store.failWith(null);
  play.studio = openWorld(play.world, { settings: { maxQueuedJobs: 1000 } });
};

const take = async (play: Play, step: Step): Promise<void> => {
  const { world } = play;
  switch (step.kind) {
    case 'submit':
      await play.studio
        .submit({ priority: step.priority, instanceId: step.pin })
        .then((id) => play.accepted.add(id))
        .catch((error: unknown) => {
          if (!(error instanceof StudioError) || error.code !== 'STORE_WRITE_FAILED') throw error;
        });
      return;
    case 'wait':
      await world.clock.advance(step.ms);
      return;
    case 'kill':
      play.studio.kill();
      await world.clock.advance(50);
      reopen(play);
      return;
    case 'stop':
      await play.studio.jobs.stop();
      reopen(play);
      return;
    case 'disk-full':
      world.store.failWith(new StudioError('STORE_WRITE_FAILED'));
      return;
    case 'disk-free':
      world.store.failWith(null);
      return;
    case 'cancel':
      await play.studio.jobs.cancelMany({ jobIds: [...play.accepted].slice(-1) });
      return;
    case 'retry': {
      const failed = [...play.accepted].filter((id) => ['failed', 'parked'].includes(play.studio.view(id).state));
      for (const id of failed) play.retried.add(id);
      await play.studio.jobs.retry({ jobIds: failed }).catch(() => undefined);
      return;
    }
    case 'move':
      await play.studio.jobs
        .move({ jobIds: play.studio.jobs.live.waitingIds().slice(-1), to: 'front' })
        .catch(() => undefined);
      return;
    case 'begin':
    case 'finish':
    case 'fail':
    case 'die':
    case 'freeze':
    case 'thaw':
    case 'lose-answers':
      onInstance(play, step);
  }
};

/** Lets everything run to its end. */
const settle = async (play: Play): Promise<void> => {
  play.world.store.failWith(null);
  for (const which of names) onInstance(play, { kind: 'thaw', name: which });
  for (let turn = 0; turn < 400; turn += 1) {
    await play.world.clock.advance(1000);
    if (play.studio.jobs.remaining() === 0) break;
    for (const which of names) {
      onInstance(play, { kind: 'begin', name: which });
      onInstance(play, { kind: 'finish', name: which });
    }
  }
  await play.world.clock.advance(40_000);
};

const createPlay = (): Play => {
  const world = createWorld(names.map((which) => local(which)));
  const studio = openWorld(world, { settings: { maxQueuedJobs: 1000 } });
  return { world, studio, accepted: new Set(), finished: new Map(), deaths: new Map(), retried: new Set(), runs: 0 };
};

describe('whatever happens', () => {
  it('no accepted job is lost, and none is run twice that was not lost with its instance', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryStep, { maxLength: 120, size: 'max' }), async (steps) => {
        const play = createPlay();
        for (const step of steps) await take(play, step);
        await settle(play);
        const { accepted, deaths, finished, retried, studio, world } = play;
        for (const id of accepted) {
          const { state, outputs } = studio.view(id);
          expect(['succeeded', 'failed', 'cancelled', 'parked']).toContain(state);
          expect(world.store.read(id)?.view.state).toBe(state);
          if (state === 'succeeded') expect(outputs[0]?.filename.startsWith(id)).toBe(true);
          const runs = finished.get(id) ?? 0;
          // An instance that nobody reaches for 45 s counts as dead; what it finished meanwhile was run in vain.
          const givenUp = studio.jobs.events(id).filter(({ details }) => details['cause'] === 'INSTANCE_UNREACHABLE');
          if (!retried.has(id)) expect(runs).toBeLessThanOrEqual(1 + (deaths.get(id) ?? 0) + givenUp.length);
        }
        expect(
          world.store
            .rows()
            .map(({ order }) => order.jobId)
            .every((id) => accepted.has(id)),
        ).toBe(true);
        await studio.jobs.stop();
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
