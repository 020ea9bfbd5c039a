import { type ErrorCode, StudioError } from '#contract/errors.ts';
import type { DrainGoal, InstanceView } from '#contract/models/instance.ts';
import type { Fleet } from '../fleet-interface.ts';
import type { LifeEvent } from '../life.ts';
import { isRunning } from '../transition/leave.ts';
import { type FleetEntry, startsOnDemand, viewOf } from './fleet-entry.ts';
import type { FleetMembers } from './fleet-members.ts';

type Commands = Pick<
  Fleet,
  'start' | 'startOnDemand' | 'stop' | 'restart' | 'pause' | 'drain' | 'resume' | 'free' | 'startAll' | 'stopAll'
>;

/** What a user may do with instances. Refusals are said here; what an allowed command leads to is decided by `transition`. */
export const createFleetCommands = (members: FleetMembers, isClosing: () => boolean): Commands => {
  const refuse = (code: ErrorCode, { runner }: FleetEntry): never => {
    const { id: instanceId } = runner.configuration();
    throw new StudioError(code, undefined, { details: { instanceId, state: runner.life().state.kind } });
  };

  const isLocal = ({ runner }: FleetEntry): boolean => !runner.life().remote;

  const startable = (instanceId: string): FleetEntry => {
    const entry = members.require(instanceId);
    if (!isLocal(entry)) refuse('INSTANCE_REMOTE', entry);
    if (!entry.runner.configuration().enabled) refuse('INSTANCE_DISABLED', entry);
    if (entry.isLeaving || isClosing()) refuse('INSTANCE_BUSY', entry);
    return entry;
  };

  const tell = (entry: FleetEntry, event: LifeEvent): InstanceView => {
    entry.runner.send(event);
    return viewOf(entry);
  };

  const running = (instanceId: string): FleetEntry => {
    const entry = members.require(instanceId);
    return isRunning(entry.runner.life().state) ? entry : refuse('INSTANCE_NOT_RUNNING', entry);
  };

  const drainOf = ({ jobs }: FleetEntry, goal: DrainGoal): LifeEvent => ({ type: 'drain', goal, busy: jobs.size > 0 });

  const idOf = ({ runner }: FleetEntry): string => runner.configuration().id;

  return {
    start: (instanceId) => tell(startable(instanceId), { type: 'start' }),
    restart: (instanceId) => tell(startable(instanceId), { type: 'restart' }),
    startOnDemand: (instanceId) => {
      const entry = members.find(instanceId);
      if (entry !== undefined && startsOnDemand(entry) && !isClosing()) entry.runner.send({ type: 'start' });
    },
    stop: (instanceId, { drain }) => {
      const entry = members.require(instanceId);
      if (!isLocal(entry)) refuse('INSTANCE_REMOTE', entry);
      const isDraining = drain && isRunning(entry.runner.life().state);
      return tell(entry, isDraining ? drainOf(entry, 'stop') : { type: 'stop' });
    },
    pause: (instanceId) => tell(running(instanceId), { type: 'pause' }),
    drain: (instanceId, goal) => {
      const entry = running(instanceId);
      if (goal !== 'pause' && !isLocal(entry)) refuse('INSTANCE_REMOTE', entry);
      if (goal === 'restart') startable(instanceId);
      return tell(entry, drainOf(entry, goal));
    },
    resume: (instanceId) => {
      const entry = members.require(instanceId);
      const { state, draining } = entry.runner.life();
      if (state.kind !== 'paused' && draining === null) refuse('INSTANCE_BUSY', entry);
      return tell(entry, { type: 'resume' });
    },
    free: (instanceId) => members.free(running(instanceId)),
    startAll: () => {
      const idle = members.entries().filter((entry) => {
        const { kind } = entry.runner.life().state;
        const isIdle = kind === 'stopped' || kind === 'failed' || kind === 'waiting';
        return isIdle && isLocal(entry) && entry.runner.configuration().enabled && !entry.isLeaving && !isClosing();
      });
      for (const { runner } of idle) runner.send({ type: 'start' });
      return idle.map(idOf);
    },
    stopAll: () => {
      const busy = members.entries().filter((entry) => {
        const { kind } = entry.runner.life().state;
        return isLocal(entry) && kind !== 'stopped' && kind !== 'failed';
      });
      for (const { runner } of busy) runner.send({ type: 'stop' });
      return busy.map(idOf);
    },
  };
};
