import { type ErrorCode, StudioError } from '#contract/errors.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { Fleet } from '../fleet-interface.ts';
import type { LifeEvent } from '../life.ts';
import { type FleetEntry, viewOf } from './fleet-entry.ts';
import type { FleetMembers } from './fleet-members.ts';

type Commands = Pick<Fleet, 'start' | 'stop' | 'restart' | 'pause' | 'resume' | 'startAll' | 'stopAll'>;

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

  const idOf = ({ runner }: FleetEntry): string => runner.configuration().id;

  return {
    start: (instanceId) => tell(startable(instanceId), { type: 'start' }),
    restart: (instanceId) => tell(startable(instanceId), { type: 'restart' }),
    stop: (instanceId, { drain }) => {
      const entry = members.require(instanceId);
      if (!isLocal(entry)) refuse('INSTANCE_REMOTE', entry);
      return tell(entry, { type: 'stop', drain, busy: entry.jobs.size > 0 });
    },
    pause: (instanceId) => {
      const entry = members.require(instanceId);
      const { kind } = entry.runner.life().state;
      if (kind !== 'ready' && kind !== 'unresponsive' && kind !== 'paused') refuse('INSTANCE_NOT_RUNNING', entry);
      return tell(entry, { type: 'pause' });
    },
    resume: (instanceId) => {
      const entry = members.require(instanceId);
      if (entry.runner.life().state.kind !== 'paused') refuse('INSTANCE_BUSY', entry);
      return tell(entry, { type: 'resume' });
    },
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
      for (const { runner } of busy) runner.send({ type: 'stop', drain: false, busy: false });
      return busy.map(idOf);
    },
  };
};
