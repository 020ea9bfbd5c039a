import type { InstanceReason, InstanceState, InstanceView } from '#contract/models/instance.ts';
import type { InstanceActor, InstanceEventBody } from '#contract/models/instance-event.ts';
import { restartNeededFor } from '../fleet/restart-needed.ts';

/** What was seen of an instance last, as far as the next event depends on it. */
export interface SeenLife {
  readonly view: InstanceView;
  /** When the start that is under way began. */
  readonly startedAt: number | null;
  /** Since when it serves; kept while it stops, for how long it ran. */
  readonly readyAt: number | null;
  readonly silentSince: number | null;
  /** Who asked for the stop that is under way. */
  readonly stopBy: InstanceActor | null;
}

export interface SeenStep {
  readonly seen: SeenLife;
  readonly events: readonly InstanceEventBody[];
}

/** What was known besides when a view came. */
export interface Surroundings {
  readonly now: number;
  /** Who acts on this instance right now; null where nobody does. */
  readonly actor: InstanceActor | null;
}

const evidenceLines = 24;
const evidenceLineLength = 400;

/** The reason with evidence of a bounded size: a line of the book must not become a second log. */
export const boundedReason = (reason: InstanceReason): InstanceReason => ({
  ...reason,
  evidence: reason.evidence.slice(-evidenceLines).map((line) => line.slice(0, evidenceLineLength)),
});

type Serving = Extract<InstanceState, { kind: 'ready' | 'unresponsive' | 'paused' }>;
const isServing = (state: InstanceState): state is Serving =>
  state.kind === 'ready' || state.kind === 'unresponsive' || state.kind === 'paused';

export const firstSight = (view: InstanceView): SeenLife => ({
  view,
  startedAt: view.state.kind === 'starting' ? view.state.startedAt : null,
  readyAt: isServing(view.state) ? view.state.readyAt : null,
  silentSince: view.state.kind === 'unresponsive' ? view.state.since : null,
  stopBy: null,
});

const ranMs = ({ readyAt }: SeenLife, now: number): number | null =>
  readyAt === null ? null : Math.max(0, now - readyAt);

type Starting = Extract<InstanceState, { kind: 'starting' }>;

const onStarting = (
  seen: SeenLife,
  { attempt }: Starting,
  actor: InstanceActor | null,
): readonly InstanceEventBody[] => {
  const before = seen.view.state;
  const usual = (): InstanceActor => {
    if (isServing(before)) return 'reboot';
    if (before.kind === 'stopping') return seen.stopBy ?? 'studio';
    return before.kind === 'waiting' ? 'restart-policy' : 'studio';
  };
  return [{ type: 'started', by: actor ?? usual(), attempt }];
};

const onServing = (seen: SeenLife, state: Serving, around: Surroundings): readonly InstanceEventBody[] => {
  const before = seen.view.state;
  if (isServing(before)) return whileServing(seen, state, around);
  if (state.kind === 'ready' && state.adopted) {
    return [{ type: 'adopted', pid: state.pid, version: state.version }];
  }
  const isRemote = seen.view.configuration.kind === 'remote';
  const tookMs = isRemote || seen.startedAt === null ? null : Math.max(0, state.readyAt - seen.startedAt);
  return [{ type: 'ready', tookMs, version: state.version }];
};

const whileServing = (seen: SeenLife, state: Serving, { now, actor }: Surroundings): readonly InstanceEventBody[] => {
  const before = seen.view.state;
  const events: InstanceEventBody[] = [];
  if (state.kind === 'unresponsive' && before.kind !== 'unresponsive') {
    events.push({ type: 'unresponsive', reason: boundedReason(state.reason) });
  }
  if (state.kind !== 'unresponsive' && before.kind === 'unresponsive') {
    events.push({ type: 'recovered', silentMs: Math.max(0, now - before.since) });
  }
  if (state.kind === 'paused' && before.kind !== 'paused') {
    events.push({ type: 'paused', by: actor ?? (seen.view.draining === null ? 'studio' : 'drain') });
  }
  if (state.kind === 'ready' && before.kind === 'paused') events.push({ type: 'resumed', by: actor ?? 'studio' });
  return events;
};

const stopActor = (seen: SeenLife, actor: InstanceActor | null): InstanceActor => {
  if (actor !== null) return actor;
  const { draining } = seen.view;
  return draining === null || draining === 'pause' ? 'studio' : 'drain';
};

const crashOf = (
  seen: SeenLife,
  state: Extract<InstanceState, { kind: 'waiting' | 'failed' }>,
  now: number,
): InstanceEventBody => ({
  type: 'crashed',
  reason: boundedReason(state.reason),
  exit: state.lastExit,
  wasReady: seen.readyAt !== null,
  ranMs: ranMs(seen, now),
  attempt: state.kind === 'waiting' ? state.attempt : null,
  restartAt: state.kind === 'waiting' ? state.restartAt : null,
});

const onStopped = (
  seen: SeenLife,
  state: Extract<InstanceState, { kind: 'stopped' }>,
  around: Surroundings,
): readonly InstanceEventBody[] => {
  const before = seen.view.state;
  if (state.reason !== null || (state.lastExit?.requested === false && before.kind !== 'stopping')) {
    const reason = state.reason ?? { code: 'PROCESS_EXITED' as const, details: exitDetails(state), evidence: [] };
    const { now } = around;
    const wasReady = seen.readyAt !== null;
    return [
      {
        type: 'crashed',
        reason: boundedReason(reason),
        exit: state.lastExit,
        wasReady,
        ranMs: ranMs(seen, now),
        attempt: null,
        restartAt: null,
      },
    ];
  }
  const by = state.idle === true ? 'idle' : (seen.stopBy ?? around.actor ?? 'studio');
  return [{ type: 'stopped', by, exit: state.lastExit, ranMs: ranMs(seen, around.now) }];
};

const exitDetails = ({ lastExit }: Extract<InstanceState, { kind: 'stopped' }>): Record<string, unknown> => {
  if (lastExit === null) return {};
  return lastExit.signal === null ? { exitCode: lastExit.code } : { signal: lastExit.signal };
};

const onStateChange = (seen: SeenLife, view: InstanceView, around: Surroundings): readonly InstanceEventBody[] => {
  const { state } = view;
  const before = seen.view.state;
  switch (state.kind) {
    case 'starting':
      return before.kind === 'starting' ? [] : onStarting(seen, state, around.actor);
    case 'ready':
    case 'unresponsive':
    case 'paused':
      return onServing(seen, state, around);
    case 'stopping':
      if (before.kind === 'stopping' || !state.thenRestart || state.step !== 'interrupt') return [];
      return [{ type: 'restarting', by: stopActor(seen, around.actor) }];
    case 'waiting':
    case 'failed':
      return before.kind === state.kind ? [] : [crashOf(seen, state, around.now)];
    case 'stopped':
      return before.kind === 'stopped' ? [] : onStopped(seen, state, around);
  }
};

/** The fields that differ, by name: values may be secret. */
const changedFields = (before: InstanceView, after: InstanceView): readonly string[] => {
  const old: Readonly<Record<string, unknown>> = before.configuration;
  return Object.entries(after.configuration)
    .filter(([name, value]) => JSON.stringify(old[name]) !== JSON.stringify(value))
    .map(([name]) => name);
};

const besides = (before: InstanceView, after: InstanceView, actor: InstanceActor | null): InstanceEventBody[] => {
  const events: InstanceEventBody[] = [];
  const fields = before.configuration === after.configuration ? [] : changedFields(before, after);
  if (fields.length > 0) {
    const needed = after.pid === null ? [] : restartNeededFor(before.configuration, after.configuration);
    events.push({ type: 'configured', fields: [...fields], restartNeeded: needed.length > 0 });
  }
  if (after.draining !== null && after.draining !== before.draining) {
    events.push({ type: 'draining', by: actor ?? 'studio', goal: after.draining });
  }
  const known = new Set(before.warnings.map(({ code }) => code));
  for (const reason of after.warnings.filter(({ code }) => !known.has(code))) {
    events.push({ type: 'warned', reason: boundedReason(reason) });
  }
  return events;
};

const nextSeen = (seen: SeenLife, view: InstanceView, around: Surroundings): SeenLife => {
  const { state } = view;
  const before = seen.view.state;
  const isLeaving = state.kind === 'stopping';
  return {
    view,
    startedAt: state.kind === 'starting' ? state.startedAt : isServing(state) ? seen.startedAt : null,
    readyAt: isServing(state) ? state.readyAt : isLeaving ? seen.readyAt : null,
    silentSince: state.kind === 'unresponsive' ? state.since : null,
    stopBy: isLeaving ? (before.kind === 'stopping' ? seen.stopBy : stopActor(seen, around.actor)) : null,
  };
};

/** What a new view of an instance tells that the one before did not. */
export const readLife = (seen: SeenLife, view: InstanceView, around: Surroundings): SeenStep => ({
  seen: nextSeen(seen, view, around),
  events: [...onStateChange(seen, view, around), ...besides(seen.view, view, around.actor)],
});
