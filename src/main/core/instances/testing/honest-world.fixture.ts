import type { InstanceReason } from '#contract/models/instance.ts';
import { initialLife, type Life, type LifeEffect, type LifeEvent, type LifeTimer } from '../life.ts';
import { defaultLifePolicy } from '../policy.ts';
import { transition } from '../transition.ts';

/** Things that can happen at a moment; the world picks the one that `choice` points at among those that are possible. */
export type Happening =
  | { readonly kind: 'command'; readonly event: LifeEvent }
  /** An answer to an effect that is still open, or a timer that is running. */
  | { readonly kind: 'answer'; readonly choice: number; readonly good: boolean }
  /** Something a living process does by itself. */
  | { readonly kind: 'process'; readonly choice: number }
  | { readonly kind: 'time'; readonly ms: number };

export interface World {
  now: number;
  life: Life;
  readonly timers: Map<LifeTimer, number>;
  probe: 'off' | 'start' | 'steady';
  token: 'none' | 'requested' | 'held';
  launches: number;
  living: number;
  verifies: number;
  hasRecord: boolean;
}

const reason: InstanceReason = { code: 'PROCESS_EXITED', details: {}, evidence: [] };

/** Says what is wrong, since the promise that was broken is worth more than a stack. */
const must = (holds: boolean, promise: string): void => {
  if (!holds) throw new Error(`Broken promise: ${promise}`);
};

export const createWorld = (): World => ({
  now: 1_000_000,
  life: initialLife({ remote: false, restartPolicy: 'on-failure' }),
  timers: new Map(),
  probe: 'off',
  token: 'none',
  launches: 0,
  living: 0,
  verifies: 0,
  hasRecord: false,
});

/** Performs an effect and checks that it may be performed now. */
const perform = (world: World, effect: LifeEffect): void => {
  switch (effect.type) {
    case 'request-token':
      must(world.token === 'none', 'nobody stands in the line twice');
      world.token = 'requested';
      return;
    case 'release-token':
      must(world.token !== 'none', 'only what was requested is released');
      world.token = 'none';
      return;
    case 'launch':
      must(world.living === 0 && world.launches === 0, 'there are never two live launches');
      must(world.verifies === 0, 'the run before is gone before the next one is launched');
      must(world.token === 'held', 'nobody launches out of turn');
      world.launches += 1;
      return;
    case 'cancel-launch':
      must(world.launches === 1, 'only a launch under way is cancelled');
      return;
    case 'signal':
      must(world.living === 1, 'only the living are signalled');
      return;
    case 'probe':
      world.probe = effect.mode;
      return;
    case 'schedule':
      world.timers.set(effect.timer, world.now + effect.delayMs);
      return;
    case 'cancel':
      world.timers.delete(effect.timer);
      return;
    case 'verify-gone':
      must(world.verifies === 0, 'one look at a time');
      world.verifies += 1;
      return;
    case 'write-record':
      world.hasRecord = true;
      return;
    case 'remove-record':
      world.hasRecord = false;
      return;
    case 'lose-jobs':
      must(world.life.state.kind !== 'ready' && world.life.state.kind !== 'paused', 'who loses jobs takes none');
      return;
    case 'warn':
      return;
  }
};

const expectedTimers = ({ life }: World): readonly LifeTimer[] => {
  const { state, process } = life;
  switch (state.kind) {
    case 'stopped':
    case 'failed':
    case 'unresponsive':
      return [];
    case 'starting':
      return process === 'alive' ? ['start-silence'] : [];
    case 'ready':
      return ['steady'];
    case 'paused':
      return state.health === 'unhealthy' ? [] : ['steady'];
    case 'waiting':
      return ['restart'];
    case 'stopping':
      return process === 'alive' ? ['stop-step'] : [];
  }
};

const expectedProbe = ({ life }: World): World['probe'] => {
  const { state, process } = life;
  if (state.kind === 'starting') return process === 'alive' ? 'start' : 'off';
  const isUp = state.kind === 'ready' || state.kind === 'paused' || state.kind === 'unresponsive';
  return isUp ? 'steady' : 'off';
};

/** What holds after every event, whatever it was. */
const check = (world: World): void => {
  const { life, timers } = world;
  const { state } = life;
  const allowed = expectedTimers(world);
  for (const timer of timers.keys()) must(allowed.includes(timer), `${state.kind} leaves no timer ${timer} behind`);
  for (const timer of allowed) {
    // The steady time ends once; while there is a crash to forget it must still be running.
    if (timer !== 'steady' || life.crashes > 0)
      must(timers.has(timer), `${state.kind} is never without its timer ${timer}`);
  }
  must(world.probe === expectedProbe(world), `${state.kind} is probed as it should be`);
  must((life.process === 'launching') === (world.launches === 1), 'a launch under way is known');
  must(life.process !== 'alive' || world.living === 1, 'a process that is held for alive lives');
  must(world.living === 0 || world.hasRecord || life.adopted, 'a living process is remembered on disk');
  must(life.token === world.token, 'the place in the line is known');
  must(state.kind === 'starting' || world.token === 'none', 'only a start holds up others');
  const pid = 'pid' in state ? state.pid : null;
  must(pid === null || life.process === 'alive', 'a pid that is shown is that of a living process');
  const isUp = state.kind === 'ready' || state.kind === 'paused' || state.kind === 'unresponsive';
  must(!isUp || pid !== null, 'a running instance shows its pid');
  must(isUp || life.draining === null, 'only what runs can drain');
  must(state.kind === 'stopping' || !life.idleStop, 'only a stop is for want of work');
  must(life.exitTimes.length <= defaultLifePolicy.breaker.exitsInWindow, 'the breaker opens in time');
};

export const apply = (world: World, event: LifeEvent): void => {
  const { next, effects } = transition(world.life, event, world.now, defaultLifePolicy);
  world.life = next;
  for (const effect of effects) perform(world, effect);
  check(world);
};

const pick = <Item>(items: readonly Item[], choice: number): Item | undefined =>
  items[choice % Math.max(items.length, 1)];

/** Everything that may be answered now, honestly. */
const openAnswers = (world: World, good: boolean): readonly (() => void)[] => {
  const { run } = world.life;
  const random = 0.5;
  const answers: (() => void)[] = [];
  if (world.token === 'requested') {
    answers.push(() => {
      world.token = 'held';
      apply(world, { type: 'token-granted' });
    });
  }
  if (world.launches === 1) {
    answers.push(() => {
      world.launches = 0;
      world.living = good ? 1 : 0;
      apply(world, good ? { type: 'launched', run, pid: 7 } : { type: 'launch-failed', run, reason, random });
    });
  }
  if (world.verifies === 1) {
    answers.push(() => {
      world.verifies = 0;
      world.living = 0;
      apply(world, { type: 'verified', run, survivors: good ? null : reason, random });
    });
  }
  for (const [timer, at] of world.timers) {
    answers.push(() => {
      world.now = Math.max(world.now, at);
      world.timers.delete(timer);
      apply(world, { type: 'timer', timer });
    });
  }
  return answers;
};

const processEvents = (world: World): readonly LifeEvent[] => {
  const { run } = world.life;
  return [
    { type: 'answered', run, version: '1' },
    { type: 'probe-succeeded', run },
    { type: 'probe-failed', run, reason },
    { type: 'hung', run, reason },
    { type: 'rebooting', run },
    { type: 'log-progress', run, phase: 'server' },
    { type: 'drained', run },
    { type: 'exited', run, exit: { code: 0, signal: null }, reason, random: 0.1 },
    { type: 'exited', run, exit: { code: 1, signal: null }, reason, random: 0.9 },
  ];
};

export const happen = (world: World, happening: Happening): void => {
  switch (happening.kind) {
    case 'command':
      apply(world, happening.event);
      return;
    case 'time':
      world.now += happening.ms;
      return;
    case 'answer':
      pick(openAnswers(world, happening.good), happening.choice)?.();
      return;
    case 'process': {
      const event = pick(processEvents(world), happening.choice);
      if (event === undefined) return;
      if (event.type === 'exited') {
        if (world.living === 0) return;
        world.living = 0;
      }
      apply(world, event);
    }
  }
};

/** Lets everything that is open come to its end. */
export const comeToRest = (world: World): void => {
  for (let turn = 0; turn < 50; turn += 1) {
    const [first] = openAnswers(world, true);
    if (first === undefined) return;
    first();
  }
  throw new Error(`Broken promise: ${world.life.state.kind} comes to rest`);
};
