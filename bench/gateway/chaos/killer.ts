import { setTimeout as wait } from 'node:timers/promises';
import type { GatewayFleet } from '../../../test/gateway/fleet.ts';
import { isAlive, killIfAlive } from '../../../test/processes.ts';
import { callStudio } from '../../../test/studio-client.ts';
import type { InstanceKill } from '../../chaos/judge-job.ts';
import { createInstanceWatch } from '../../chaos/watch-instances.ts';

export interface Killer {
  readonly kills: readonly InstanceKill[];
  /** Ends the killing and answers when the last blow has fallen. */
  stop(): Promise<void>;
}

/** Instances that live, whatever they do: starting, idle, or at work on a job that lost an instance before. */
const findVictims = async ({ studio }: GatewayFleet): Promise<readonly { pid: number; instanceId: string }[]> => {
  const { instances } = await callStudio(studio, 'instances.list', {});
  return instances.flatMap(({ pid, configuration: { id } }) =>
    pid !== null && isAlive(pid) ? [{ pid, instanceId: id }] : [],
  );
};

/** Does what a person would: starts an instance again that gave up after many deaths. */
const createCare = ({ studio }: GatewayFleet) => {
  const watch = createInstanceWatch();
  return async (): Promise<void> => {
    const { instances } = await callStudio(studio, 'instances.list', {});
    const known = instances.map(({ configuration, state }) => ({ id: configuration.id, state }));
    for (const instanceId of watch.look(known, performance.now()).gaveUp) {
      watch.forget(instanceId);
      await callStudio(studio, 'instances.start', { instanceId });
    }
  };
};

const careEveryMs = 250;

/** Kills `count` instances at random with SIGKILL, one every `everyMs` on the average, and looks after the rest until it is stopped. */
export const startKiller = (
  fleet: GatewayFleet,
  { count, everyMs, random }: { readonly count: number; readonly everyMs: number; readonly random: () => number },
): Killer => {
  const kills: InstanceKill[] = [];
  const state = { isOver: false };
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
      await care();
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
    stop: async () => {
      state.isOver = true;
      await working;
    },
  };
};
