import { setTimeout as wait } from 'node:timers/promises';
import type { GatewayFleet } from '../../../test/gateway/fleet.ts';
import { isAlive, killIfAlive } from '../../../test/processes.ts';
import { callStudio } from '../../../test/studio-client.ts';
import type { InstanceKill } from '../../chaos/judge-job.ts';
import { createInstanceWatch } from '../../chaos/watch-instances.ts';

export interface Killer {
  readonly kills: readonly InstanceKill[];
  /** Jobs that were set aside although no kill was aimed at them twice, and were given another chance. */
  readonly unparked: () => number;
  /** Ends the killing and answers when the last blow has fallen. */
  stop(): Promise<void>;
}

/**
 * Instances that may be killed: they live, and do not run a job that lost an instance before. A job that dies with two instances is set
 * aside by design, so a second blow at the same job would prove nothing about it.
 */
const findVictims = async ({ studio }: GatewayFleet): Promise<readonly { pid: number; instanceId: string }[]> => {
  const { jobs } = await callStudio(studio, 'jobs.list', { states: ['assigned', 'running'], limit: 200 });
  const spared = new Set(jobs.filter(({ deaths }) => deaths > 0).map(({ instanceId }) => instanceId));
  const { instances } = await callStudio(studio, 'instances.list', {});
  return instances.flatMap(({ pid, configuration: { id } }) =>
    pid !== null && isAlive(pid) && !spared.has(id) ? [{ pid, instanceId: id }] : [],
  );
};

/** Does what a person would: starts an instance again that gave up after many deaths, and gives parked jobs another chance. */
const createCare = ({ studio }: GatewayFleet) => {
  const watch = createInstanceWatch();
  return async (): Promise<number> => {
    const { instances } = await callStudio(studio, 'instances.list', {});
    const known = instances.map(({ configuration, state }) => ({ id: configuration.id, state }));
    for (const instanceId of watch.look(known, performance.now()).gaveUp) {
      watch.forget(instanceId);
      await callStudio(studio, 'instances.start', { instanceId });
    }
    const { jobs } = await callStudio(studio, 'jobs.list', { states: ['parked'], limit: 200 });
    if (jobs.length > 0) await callStudio(studio, 'jobs.retry', { jobIds: jobs.map(({ id }) => id) });
    return jobs.length;
  };
};

const careEveryMs = 250;

/** Kills `count` instances with SIGKILL, one every `everyMs` on the average, and looks after the rest until it is stopped. */
export const startKiller = (
  fleet: GatewayFleet,
  { count, everyMs, random }: { readonly count: number; readonly everyMs: number; readonly random: () => number },
): Killer => {
  const kills: InstanceKill[] = [];
  const state = { isOver: false, unparked: 0 };
  const care = createCare(fleet);
  const strike = async (): Promise<void> => {
    const victims = await findVictims(fleet);
    const victim = victims[Math.floor(random() * victims.length)];
    if (victim === undefined) return;
    kills.push({ at: Date.now(), ...victim });
    killIfAlive(victim.pid);
  };
  const work = async (): Promise<void> => {
    let nextAt = performance.now() + random() * 2 * everyMs;
    while (!state.isOver) {
      state.unparked += await care();
      if (kills.length < count && performance.now() >= nextAt) {
        await strike();
        nextAt = performance.now() + random() * 2 * everyMs;
      }
      await wait(Math.min(careEveryMs, everyMs));
    }
  };
  const working = work();
  return {
    kills,
    unparked: () => state.unparked,
    stop: async () => {
      state.isOver = true;
      await working;
    },
  };
};
