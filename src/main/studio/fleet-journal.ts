import type { InstanceExit, InstanceState, InstanceView } from '#contract/models/instance.ts';
import type { Fleet, FleetEvent } from '#core/instances/fleet-interface.ts';
import type { Logger } from '#core/ports/logger.ts';

type Shown = InstanceState['kind'] | 'degraded';

/** What was told of an instance last. */
interface Told {
  readonly shown: Shown;
  readonly pid: number | null;
  readonly warnings: readonly string[];
}

const unseen: Told = { shown: 'stopped', pid: null, warnings: [] };

const shownOf = (state: InstanceState): Shown =>
  state.kind === 'ready' && state.health === 'degraded' ? 'degraded' : state.kind;

const exitFields = (exit: InstanceExit | null): Readonly<Record<string, unknown>> => {
  if (exit === null) return {};
  return exit.signal === null ? { exitCode: exit.code } : { signal: exit.signal };
};

/** The code alone: the evidence is in the log of the instance, and may hold what a node printed of a user. */
const reasonFields = (state: InstanceState): Readonly<Record<string, unknown>> => {
  const reason = 'reason' in state ? state.reason : null;
  return {
    ...(reason === null ? {} : { reason: reason.code }),
    ...('lastExit' in state ? exitFields(state.lastExit) : {}),
    ...(state.kind === 'stopped' && state.idle === true ? { idle: true } : {}),
  };
};

/** Nobody asked for it: a hang, an end that a restart follows, an end that nothing follows. */
const isTrouble = (state: InstanceState): boolean =>
  state.kind === 'unresponsive' ||
  state.kind === 'waiting' ||
  state.kind === 'failed' ||
  (state.kind === 'stopped' && state.lastExit?.requested === false);

const sentenceOf = (state: InstanceState, told: Told): string => {
  const isAdopted = state.kind === 'ready' && state.adopted && told.shown !== 'ready' && told.shown !== 'degraded';
  return isAdopted ? 'An instance was adopted' : 'An instance changed its state';
};

/**
 * Writes the lives of all instances into the studio's own log, so that it tells afterwards what happened at night: each change of a
 * state once, adoptions, new warnings, and jobs that were lost with their instance. Answers what ends it.
 */
export const keepFleetJournal = (
  fleet: Pick<Fleet, 'onEvent'> & { readonly feed: Pick<Fleet['feed'], 'listen'> },
  logger: Logger,
): (() => void) => {
  const journal = new Map<string, Told>();

  const onView = ({ configuration, state, pid, warnings }: InstanceView): void => {
    const { id: instanceId, name } = configuration;
    const told = journal.get(instanceId) ?? unseen;
    const shown = shownOf(state);
    const codes = warnings.map(({ code }) => code);
    journal.set(instanceId, { shown, pid, warnings: codes });
    for (const warning of codes.filter((code) => !told.warnings.includes(code)))
      logger.warn('An instance has a warning', { instanceId, name, warning });
    if (shown === told.shown) return;
    const fields = { instanceId, name, from: told.shown, to: shown, ...reasonFields(state), pid: pid ?? told.pid };
    if (isTrouble(state)) logger.warn(sentenceOf(state, told), fields);
    else logger.info(sentenceOf(state, told), fields);
  };

  const onEvent = (event: FleetEvent): void => {
    if (event.type !== 'lost' || event.jobIds.length === 0) return;
    const { instanceId, cause, reason, jobIds } = event;
    const fields = { instanceId, cause, reason: reason.code, jobIds };
    const isAskedFor = cause === 'stopped' || cause === 'rebooted';
    if (isAskedFor) logger.info('An instance gave up its jobs', fields);
    else logger.warn('An instance lost its jobs', fields);
  };

  const endViews = fleet.feed.listen((_revision, event) => {
    if (event.type === 'changed') onView(event.instance);
    if (event.type !== 'removed') return;
    journal.delete(event.instanceId);
    logger.info('An instance was removed', { instanceId: event.instanceId });
  });
  const endEvents = fleet.onEvent(onEvent);
  return () => {
    endViews();
    endEvents();
  };
};
