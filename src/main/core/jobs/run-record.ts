import type { StudioError } from '#contract/errors.ts';
import type { PromptEvent } from './frame-reading.ts';
import { readOutputs } from './job-outputs.ts';
import { readExecutionError } from './node-errors.ts';
import type { Look } from './run-look.ts';
import type { RunFacts } from './run-policy.ts';
import type { Settlement } from './settlement.ts';

type Data = Readonly<Record<string, unknown>>;

export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

/** What has been found out about one run so far. */
export interface RunRecord {
  readonly facts: RunFacts;
  /** The instance refused the prompt, and nothing since speaks against it. */
  readonly refusal: Refusal | null;
  /** A submission was on its way. */
  readonly sent: boolean;
  /** The instance took it from its own queue. */
  readonly started: boolean;
  /** It told of something that it made, or of its end. */
  readonly hasResults: boolean;
  /** Why the last look was not answered; null where it was, or where nobody knows. */
  readonly failure: string | null;
  /** What the last look that was answered found. */
  readonly seen: Look['kind'] | null;
  sending(now: number): void;
  accepted(now: number): void;
  /** Answers whether it is known to be there all the same. */
  unanswered(now: number): boolean;
  refused(refusal: Refusal, now: number): void;
  heard(event: PromptEvent, now: number): void;
  /** A look begins: what is heard from now on may be newer than what it finds. */
  looking(): void;
  looked(look: Look, now: number): void;
  /** The instance is just being given its next prompt, which its history must not keep it from. */
  letOthersFirst(now: number): void;
  /** Something may have been missed: the next look is due at once. */
  lookSoon(): void;
  cancelWanted(now: number): void;
  cancelSent(now: number): void;
  /** The end as the websocket told it, or null when it did not say how. */
  settlementFromFrames(): Settlement | null;
}

type Verdict = { kind: 'succeeded' } | { kind: 'interrupted' } | { kind: 'failed'; error: Data };

const settlementOf = (verdict: Verdict, outputs: ReturnType<typeof readOutputs>): Settlement => {
  switch (verdict.kind) {
    case 'succeeded':
      return { kind: 'succeeded', outputs };
    case 'interrupted':
      return { kind: 'cancelled', outputs };
    case 'failed':
      return { kind: 'failed', outputs, rejection: readExecutionError(verdict.error) };
  }
};

const failureOf = ({ details }: StudioError): string | null => {
  const reason = details?.['reason'];
  return typeof reason === 'string' ? reason : null;
};

/** A prompt is written down, sent and taken within this time. */
const nextPromptMs = 4;

export const createRunRecord = (now: number): RunRecord => {
  let facts: RunFacts = {
    submission: 'sending',
    submittedAt: now,
    unansweredAt: now,
    heardAt: now,
    progressAt: now,
    lookedAt: Number.NEGATIVE_INFINITY,
    absentLooks: 0,
    unreachableSince: null,
    endedAt: null,
    cancelWantedAt: null,
    cancelSentAt: null,
    noLookBefore: Number.NEGATIVE_INFINITY,
  };
  let refusal: Refusal | null = null;
  let sent = false;
  let started = false;
  let isThere = false;
  let seen: Look['kind'] | null = null;
  let failure: string | null = null;
  let verdict: Verdict | null = null;
  /** The end was heard after the last look began, so that this look says nothing about it. */
  let isLookOld = false;
  const executed = new Map<string, Data>();
  const change = (next: Partial<RunFacts>): void => {
    facts = { ...facts, ...next };
  };

  const found = (next: Partial<RunFacts>): void => {
    isThere = true;
    refusal = null;
    const submission = facts.submission === 'unanswered' ? 'accepted' : facts.submission;
    change({ submission, absentLooks: 0, unreachableSince: null, ...next });
  };

  const noteVerdict = (event: PromptEvent): void => {
    if (event.kind === 'succeeded' || event.kind === 'interrupted') verdict = { kind: event.kind };
    if (event.kind === 'failed') verdict = { kind: 'failed', error: event.error };
    if (event.kind === 'executed') executed.set(event.nodeId, event.output);
  };

  return {
    get facts() {
      return facts;
    },
    get refusal() {
      return refusal;
    },
    get sent() {
      return sent;
    },
    get started() {
      return started;
    },
    get hasResults() {
      return executed.size > 0 || facts.endedAt !== null;
    },
    get failure() {
      return failure;
    },
    get seen() {
      return seen;
    },
    sending: (at) => {
      sent = true;
      change({ submission: 'sending', submittedAt: at, progressAt: at, absentLooks: 0 });
    },
    accepted: (at) => change({ submission: 'accepted', progressAt: at }),
    unanswered: (at) => {
      change({ submission: isThere ? 'accepted' : 'unanswered', unansweredAt: at, absentLooks: 0 });
      return isThere;
    },
    refused: (told, at) => {
      if (!isThere) refusal = told;
      change({ submission: isThere ? 'accepted' : 'unanswered', unansweredAt: at, absentLooks: 0 });
    },
    heard: (event, at) => {
      if (event.kind === 'started') started = true;
      noteVerdict(event);
      const over = verdict !== null || event.kind === 'ended';
      // At the end the history is there; it follows a success at once, and may stay away after a failure (comfyui-protocol.md 3.5).
      if (event.kind === 'ended' || (over && facts.endedAt === null)) {
        isLookOld = true;
        change({ lookedAt: event.kind === 'succeeded' ? at : Number.NEGATIVE_INFINITY });
      }
      found({ heardAt: at, progressAt: at, endedAt: over ? (facts.endedAt ?? at) : null });
    },
    looking: () => {
      isLookOld = false;
    },
    looked: (look, now) => {
      const at = isLookOld ? Number.NEGATIVE_INFINITY : now;
      failure = look.kind === 'unreachable' ? failureOf(look.error) : null;
      if (look.kind === 'unreachable') {
        change({ lookedAt: at, unreachableSince: facts.unreachableSince ?? now });
        return;
      }
      seen = look.kind;
      if (look.kind === 'absent') {
        change({ lookedAt: at, unreachableSince: null, absentLooks: facts.absentLooks + 1 });
        return;
      }
      const moved = look.kind === 'pending' || (look.kind === 'running' && !started);
      if (look.kind === 'running') started = true;
      found(moved ? { lookedAt: at, progressAt: now } : { lookedAt: at });
    },
    letOthersFirst: (now) => change({ noLookBefore: now + nextPromptMs }),
    lookSoon: () => change({ heardAt: Number.NEGATIVE_INFINITY, lookedAt: Number.NEGATIVE_INFINITY }),
    cancelWanted: (at) => change({ cancelWantedAt: facts.cancelWantedAt ?? at }),
    cancelSent: (at) => change({ cancelSentAt: at }),
    settlementFromFrames: () =>
      verdict === null ? null : settlementOf(verdict, readOutputs(Object.fromEntries(executed))),
  };
};
