import type { InstanceReason } from '#contract/models/instance.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { CloseReport } from '../fleet-interface.ts';
import { isGone } from '../instance-runner.ts';
import { limited } from '../limited.ts';
import type { LifePolicy } from '../policy.ts';
import type { FleetEntry } from './fleet-entry.ts';

/** A living process in a state that another studio can take over. One that is stopping goes on to stop. */
const canBeKept = ({ runner }: FleetEntry): boolean => {
  const { process, state } = runner.life();
  return process === 'alive' && state.kind !== 'stopping';
};

const idOf = ({ runner }: FleetEntry): string => runner.configuration().id;

const survivorsOf = ({ runner }: FleetEntry): InstanceReason | null => {
  const known = runner.warnings().find(({ code }) => code === 'PROCESS_SURVIVED_STOP');
  if (known !== undefined || isGone(runner.life())) return known ?? null;
  return { code: 'PROCESS_SURVIVED_STOP', details: { state: runner.life().state.kind }, evidence: [] };
};

/**
 * Ends the life of every local instance, or leaves it running for the next studio, under one shared deadline: what has not ended by
 * itself shortly before is killed. Remote ones are only looked at no longer.
 */
export const closeEntries = async (
  entries: readonly FleetEntry[],
  options: {
    readonly keepInstances: boolean;
    readonly timeoutMs: number;
    readonly clock: Clock;
    readonly policy: LifePolicy;
  },
): Promise<CloseReport> => {
  const { keepInstances, timeoutMs, clock, policy } = options;
  const endsAt = clock.now() + timeoutMs;
  const local = entries.filter(({ runner }) => !runner.life().remote);
  const kept = keepInstances ? local.filter(canBeKept) : [];
  const leaving = local.filter((entry) => !kept.includes(entry));
  const stopped = leaving.filter(({ runner }) => !isGone(runner.life()) || runner.life().state.kind === 'waiting');

  for (const { runner } of entries) if (runner.life().remote) runner.send({ type: 'unwatch' });
  for (const { runner } of stopped) runner.send({ type: 'stop' });

  const allGone = (): Promise<unknown> => Promise.all(leaving.map(({ runner }) => runner.whenGone()));
  const reserveMs = Math.min(policy.stop.verifyMs, timeoutMs / 3);
  const patient = await limited(allGone(), Math.max(endsAt - reserveMs - clock.now(), 0), clock);
  if (patient.kind !== 'done') {
    for (const { runner } of leaving) if (!isGone(runner.life())) runner.send({ type: 'kill' });
    await limited(allGone(), Math.max(endsAt - clock.now(), 0), clock);
  }
  const survivors = leaving.flatMap((entry) => {
    const reason = survivorsOf(entry);
    return reason === null ? [] : [{ instanceId: idOf(entry), reason }];
  });
  await Promise.all(entries.map(({ runner }) => runner.release()));
  return { stopped: stopped.map(idOf), kept: kept.map(idOf), survivors };
};
