import { type Card, createCard } from './card.ts';
import { createDisk } from './disk.ts';
import { createEventQueue } from './event-queue.ts';
import { createLedger, type JobRecord, type Ledger } from './ledger.ts';
import type { Policy, PolicyAction, PolicyJob, PolicyWorkflow } from './policy.ts';
import type { Trace, TraceJob, TraceWorkflow } from './trace.ts';

export interface SimulationResult {
  readonly records: readonly JobRecord[];
  /** Times that a card had to read at least one model file. */
  readonly loads: number;
  /** What those loads take at full speed, together. */
  readonly loadMs: number;
  readonly lateOvertakes: number;
  readonly decisions: number;
  /** Real time of each `next()` in microseconds; empty without a stopwatch. */
  readonly decisionMicroseconds: readonly number[];
}

export interface SimulationOptions {
  /** Monotonic real milliseconds; null = decisions are not timed. */
  readonly stopwatch: (() => number) | null;
  readonly starvationLimitMs: number;
}

type CallAt = (at: number, call: (now: number) => void) => void;

/** More actions in one moment than this for each job, and a policy is taken to go round in circles. */
const actionsPerJob = 10;

/** The same for being woken again and again while nothing happens: an hour at the pace of the fastest loop. */
const idleWakeLimit = 360_000;

/** The least that virtual time goes on before a policy that wants to be woken is asked again. */
const shortestWakeMs = 0.001;

export const asPolicyWorkflow = ({ id, model, files, work }: TraceWorkflow): PolicyWorkflow => ({
  id,
  model,
  files: files.map(({ name }) => name),
  work,
});

const asPolicyJob = ({ id, arrivalAt, kind, client, workflow }: TraceJob): PolicyJob => ({
  id,
  arrivalAt,
  kind,
  client,
  workflow: asPolicyWorkflow(workflow),
});

interface Fleet {
  readonly cards: ReadonlyMap<string, Card>;
  readonly loads: { count: number; ms: number };
}

/** The cards of a trace, each telling ledger and policy what happens on it. */
const buildFleet = (trace: Trace, policy: Policy, ledger: Ledger, callAt: CallAt): Fleet => {
  const hosts = new Set(trace.cards.map(({ hostId }) => hostId));
  const disks = new Map([...hosts].map((hostId) => [hostId, createDisk(trace.diskStreams, callAt)]));
  const loads = { count: 0, ms: 0 };
  const cards = new Map<string, Card>();
  for (const card of trace.cards) {
    const disk = disks.get(card.hostId) ?? createDisk(trace.diskStreams, callAt);
    const listener = {
      onLoad(durationMs: number): void {
        loads.count += 1;
        loads.ms += durationMs;
      },
      onStart(job: TraceJob, now: number): void {
        ledger.started(job, card.id, now);
        policy.started?.(job.id, card.id, now);
      },
      onRun(job: TraceJob, now: number): void {
        ledger.ran(job, now);
        policy.loaded?.(job.id, card.id, now);
      },
      onEnd(job: TraceJob, now: number): void {
        ledger.ended(job, now);
        policy.ended?.(job.id, card.id, now);
      },
      onPreloaded: (now: number) => policy.preloaded?.(card.id, now),
    };
    cards.set(card.id, createCard({ trace, card, disk, callAt, listener }));
  }
  return { cards, loads };
};

const cardOf = ({ cards }: Fleet, cardId: string): Card => {
  const card = cards.get(cardId);
  if (card === undefined) throw new Error(`there is no card ${cardId}`);
  return card;
};

/** Puts arrivals, deaths and returns on the clock. */
const planTrace = (
  trace: Trace,
  policy: Policy,
  ledger: Ledger,
  { fleet, callAt }: { fleet: Fleet; callAt: CallAt },
) => {
  for (const job of trace.jobs) {
    callAt(job.arrivalAt, (now) => {
      ledger.arrived(job);
      policy.arrived(asPolicyJob(job), now);
    });
  }
  for (const { cardId, downAt, upAt } of trace.outages) {
    callAt(downAt, (now) => {
      for (const job of cardOf(fleet, cardId).die(now)) {
        ledger.lost(job);
        policy.lost(asPolicyJob(job), cardId, now);
      }
      policy.cardDown?.(cardId, now);
    });
    callAt(upAt, (now) => {
      cardOf(fleet, cardId).revive();
      policy.cardUp?.(cardId, now);
    });
  }
};

/** Runs a trace under a policy on a virtual clock, and fails when the policy loses a job or does what cannot be done. */
export const simulate = (trace: Trace, policy: Policy, options: SimulationOptions): SimulationResult => {
  const queue = createEventQueue<(now: number) => void>();
  let isDue = false;
  let idleWakes = 0;
  const callAt: CallAt = (at, call) =>
    queue.add(at, (now) => {
      isDue = true;
      idleWakes = 0;
      call(now);
    });
  const ledger = createLedger(trace.jobs, options.starvationLimitMs);
  const fleet = buildFleet(trace, policy, ledger, callAt);
  planTrace(trace, policy, ledger, { fleet, callAt });
  const workflows = new Map(trace.jobs.map(({ workflow }) => [workflow.id, workflow]));
  const decisionMicroseconds: number[] = [];
  let decisions = 0;
  let wake = 0;

  const ask = (now: number): PolicyAction => {
    decisions += 1;
    const moment = { now, cards: trace.cards.map(({ id }) => cardOf(fleet, id).view()) };
    if (options.stopwatch === null) return policy.next(moment);
    const before = options.stopwatch();
    const action = policy.next(moment);
    decisionMicroseconds.push((options.stopwatch() - before) * 1000);
    return action;
  };

  const perform = (action: Exclude<PolicyAction, { kind: 'wait' }>, now: number): void => {
    const card = cardOf(fleet, action.cardId);
    if (!card.isUp()) throw new Error(`card ${action.cardId} is down`);
    if (action.kind === 'assign') {
      card.give(ledger.assigned(action.jobId), action.releaseFirst === true, now);
      return;
    }
    const workflow = workflows.get(action.workflow.id);
    if (workflow === undefined) throw new Error(`there is no workflow ${action.workflow.id}`);
    card.preload(workflow, now);
  };

  const decide = (now: number): void => {
    for (let count = 0; count < actionsPerJob * (trace.jobs.length + 1); count += 1) {
      const action = ask(now);
      if (action.kind !== 'wait') {
        perform(action, now);
        continue;
      }
      wake += 1;
      const planned = wake;
      if (action.wakeAt !== null)
        queue.add(Math.max(action.wakeAt, now + shortestWakeMs), () => {
          if (wake !== planned) return;
          isDue = true;
          idleWakes += 1;
        });
      return;
    }
    throw new Error('the policy does not come to an end');
  };

  while (ledger.left() > 0) {
    const now = queue.nextAt();
    if (now === Number.POSITIVE_INFINITY) throw new Error(`${ledger.left()} jobs wait for ever`);
    if (idleWakes > idleWakeLimit) throw new Error('the policy only asks to be woken');
    isDue = false;
    while (queue.nextAt() === now) queue.take()?.event(now);
    if (isDue) decide(now);
  }
  return {
    records: ledger.records,
    loads: fleet.loads.count,
    loadMs: fleet.loads.ms,
    lateOvertakes: ledger.lateOvertakes(),
    decisions,
    decisionMicroseconds,
  };
};
