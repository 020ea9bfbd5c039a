import { StudioError, toWireError, type WireError } from '#contract/errors.ts';
import type { JobReason, JobView, NodeError } from '#contract/models/job.ts';
import type { InstanceLoss } from './fleet-view.ts';
import { type FinishedFields, finishedFields } from './job-end.ts';
import type { MemoryAdvice } from './memory-policy.ts';
import { notRepeatedFields } from './not-repeated.ts';
import type { RunEnd } from './run.ts';

/** After so many deaths of instances that ran it a job is set aside, so that it does not kill the next one. */
export const maxDeaths = 2;
/**
 * And after so many losses without one: the network may fail now and then, but a job that is lost again and again would run for ever, and
 * keep an instance from the others each time.
 */
export const maxLosses = 5;

/** What decides over a job whose run ended. */
export interface EndedRun {
  readonly end: RunEnd;
  readonly view: Pick<JobView, 'deaths'>;
  /** Runs of it that were lost before without a death. */
  readonly losses: number;
  /** Instances that are left out already. */
  readonly excluded: readonly string[];
  /** Those of them that would refuse it however often it is tried. */
  readonly unfit: readonly string[];
  readonly instanceId: string;
  readonly timeoutMs: number;
  /** The end of the instance's own run, where that ended the job's. */
  readonly loss: InstanceLoss | null;
  readonly cancelWanted: boolean;
  /** It was begun by an earlier studio, and looked for by this one. */
  readonly recovered: boolean;
  /** Its instance stopped to answer while it ran the job, and no network is to blame. */
  readonly hangs: boolean;
  /** It acts outside ComfyUI, and may have done so: it is not run again unless somebody asks for it. */
  readonly mayHaveActed: boolean;
  /** It only waited behind another one in the instance's own queue. */
  readonly spared: boolean;
  /** The instance refused the prompt, and another one may take it. */
  readonly othersMayRun: boolean;
  /** Asked only for a job that ran out of memory. */
  readonly memoryAdvice: () => MemoryAdvice;
}

export type AfterRun =
  | { readonly kind: 'finish'; readonly fields: FinishedFields; readonly reason: JobReason | null }
  | {
      readonly kind: 'again';
      readonly reason: JobReason | null;
      readonly deaths: number;
      readonly losses: number;
      /** Instances that are left out from now on. */
      readonly excluded: readonly string[];
      /** The card turned out to be too small for jobs of this shape. */
      readonly tooSmall: boolean;
    }
  /** The instance is told to empty its memory, and the job runs there again. */
  | { readonly kind: 'free'; readonly reason: JobReason; readonly excluded: readonly string[] }
  | {
      readonly kind: 'park';
      readonly reason: JobReason;
      readonly deaths: number;
      readonly error: WireError;
      readonly nodeErrors: readonly NodeError[];
      /** As above. */
      readonly tooSmall: boolean;
    };

const withAll = (some: readonly string[], others: readonly string[]): readonly string[] => [
  ...new Set([...some, ...others]),
];

const cancelled: FinishedFields = { state: 'cancelled', outputs: [], error: null };

/**
 * A lost connection is no death: the program may well live on. One that forgot the prompt has lost it like one that died, and so has one
 * that hangs with it.
 */
export const isDeath = ({
  end,
  loss,
  recovered,
  hangs,
}: Pick<EndedRun, 'end' | 'loss' | 'recovered' | 'hangs'>): boolean => {
  if (end.kind !== 'lost') return false;
  if (loss !== null) return !loss.requested && !loss.runsOn;
  if (hangs) return true;
  return !recovered && end.code !== 'INSTANCE_UNREACHABLE';
};

const reasonOfLoss = ({ loss, recovered, instanceId }: EndedRun, died: boolean, cause: string): JobReason => {
  const details = { instanceId, cause };
  if (died) return { code: 'instance-died', details };
  if (recovered) return { code: 'studio-restarted', details };
  return { code: loss === null ? 'uncertain' : 'instance-stopped', details };
};

/** Whoever stops an instance, or takes it off the list, means no harm to the job; one that only waited there has done none. */
const countsAsLoss = ({ loss, spared }: EndedRun): boolean => !spared && loss?.requested !== true;

const parked = (
  run: EndedRun,
  end: Extract<RunEnd, { kind: 'lost' }>,
  { code, ...counts }: { readonly code: JobReason['code']; readonly deaths: number; readonly losses: number },
): AfterRun => {
  const { instanceId } = run;
  const evidence = { ...end.details, instanceId, ...counts, cause: end.code };
  const error = new StudioError('JOB_LOST', undefined, { details: evidence });
  return {
    kind: 'park',
    reason: { code, details: evidence },
    deaths: counts.deaths,
    error: toWireError(error),
    nodeErrors: [],
    tooSmall: false,
  };
};

const notRepeated = (run: EndedRun, end: Extract<RunEnd, { kind: 'lost' }>): AfterRun => {
  const fields = notRepeatedFields(run.instanceId, end.code);
  return { kind: 'finish', fields, reason: reasonOfLoss(run, isDeath(run), end.code) };
};

const afterLoss = (run: EndedRun, end: Extract<RunEnd, { kind: 'lost' }>): AfterRun => {
  const { cancelWanted, view } = run;
  if (cancelWanted) return { kind: 'finish', fields: cancelled, reason: { code: 'cancelled-by-user', details: {} } };
  const died = isDeath(run);
  if (run.mayHaveActed) return notRepeated(run, end);
  const isCharged = died && !run.spared;
  const deaths = view.deaths + (isCharged ? 1 : 0);
  const losses = run.losses + (!died && countsAsLoss(run) ? 1 : 0);
  if (isCharged && deaths >= maxDeaths) return parked(run, end, { code: 'too-many-deaths', deaths, losses });
  if (losses > run.losses && losses >= maxLosses) return parked(run, end, { code: 'too-many-losses', deaths, losses });
  const reason = reasonOfLoss(run, died, end.code);
  // What was left out for want of memory is tried again: the instance that was left may not come back.
  return { kind: 'again', reason, deaths, losses, excluded: run.unfit, tooSmall: false };
};

const afterOutOfMemory = (run: EndedRun, error: WireError, nodeErrors: readonly NodeError[]): AfterRun => {
  const { instanceId, view } = run;
  const advice = run.memoryAdvice();
  const reason: JobReason = { code: 'out-of-memory', details: { instanceId, step: advice.kind } };
  switch (advice.kind) {
    case 'larger':
      return {
        kind: 'again',
        reason,
        deaths: view.deaths,
        losses: run.losses,
        excluded: withAll(run.excluded, advice.excluded),
        tooSmall: true,
      };
    case 'free':
      return { kind: 'free', reason, excluded: withAll(run.excluded, advice.excluded) };
    case 'park':
      return { kind: 'park', reason, deaths: view.deaths, error, nodeErrors, tooSmall: advice.tooSmall };
  }
};

/** It runs when the key is back; to end it would lose a job for a file that somebody forgot to copy. */
const withoutSecret = ({ instanceId, view }: EndedRun, error: StudioError): AfterRun => ({
  kind: 'park',
  reason: { code: 'secret-lost', details: { instanceId } },
  deaths: view.deaths,
  error: toWireError(error),
  nodeErrors: [],
  tooSmall: false,
});

const reasonOfEnd = ({ end, cancelWanted, instanceId, timeoutMs }: EndedRun, state: string): JobReason | null => {
  if (end.kind === 'timed-out') return { code: 'timeout', details: { instanceId, timeoutMs } };
  return state === 'cancelled' && cancelWanted ? { code: 'cancelled-by-user', details: {} } : null;
};

/** What becomes of a job when a run of it has ended. Errors of nodes are never tried again: they would come again. */
export const afterRun = (run: EndedRun): AfterRun => {
  const { end, cancelWanted } = run;
  if (end.kind === 'lost') return afterLoss(run, end);
  if (end.kind === 'rejected' && !cancelWanted && run.othersMayRun) {
    return {
      kind: 'again',
      reason: null,
      deaths: run.view.deaths,
      losses: run.losses,
      excluded: withAll(run.excluded, [run.instanceId]),
      tooSmall: false,
    };
  }
  if (end.kind === 'failed' && end.error.code === 'JOB_SECRET_LOST' && !cancelWanted)
    return withoutSecret(run, end.error);
  const fields = finishedFields(end, run);
  if (fields.error?.code === 'GPU_OUT_OF_MEMORY' && !cancelWanted && !run.mayHaveActed) {
    return afterOutOfMemory(run, fields.error, fields.nodeErrors ?? []);
  }
  return { kind: 'finish', fields, reason: reasonOfEnd(run, fields.state) };
};
