import { StudioError } from '#contract/errors.ts';
import type { ComfySocket, SocketFrame } from '#core/ports/comfy-client.ts';
import type { SecretSeal } from '#core/ports/secret-seal.ts';
import type { OutputKnowledge } from '#core/workflows/output-nodes.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';
import type { PromptEvent } from './frame-reading.ts';
import type { JobBook, JobRecord } from './job-book.ts';
import type { JobLedger } from './job-ledger.ts';
import { advanceLoad, loaderNodesOf, modelUsersOf, startLoadProgress } from './load-sign.ts';
import { readNodeErrors } from './node-errors.ts';
import type { PlacedInputs } from './placed-inputs.ts';
import { advanceProgress, showProgress, startProgress } from './progress.ts';
import type { JobRun, RunDependencies, RunEnd, RunListener } from './run.ts';
import { runJob } from './run-job.ts';
import type { RunLimits } from './run-policy.ts';
import { hideSecrets, joinSecrets, secretTexts } from './secrets.ts';
import { readableOr } from './stored-reads.ts';

export interface RunningJobsDependencies extends RunDependencies {
  readonly placed: PlacedInputs;
  readonly seal: Pick<SecretSeal, 'unseal'>;
  readonly fleet: Pick<FleetView, 'noteActivity'>;
  readonly book: JobBook;
  readonly ledger: Pick<JobLedger, 'event'>;
  readonly isOutput: OutputKnowledge;
  readonly encodeBase64: (bytes: Uint8Array) => string;
  readonly limits: Omit<RunLimits, 'timeoutMs'>;
  /** Told of every frame about a job. */
  readonly onFrame: (jobId: string, frame: SocketFrame) => void;
}

/** What a run tells besides what stands in the book. */
export interface RunSigns {
  started(): void;
  /** Its models are in memory. */
  loaded(): void;
  /** The instance is done with it and takes the next one; `executed` as of the run. */
  succeeded(executed: boolean): 'next-job' | 'nothing';
}

/** A run, and whether it did any work as far as that is known. */
export interface FollowedRun extends JobRun {
  executed(): boolean;
}

export interface RunOrder {
  readonly record: JobRecord;
  readonly instance: FleetCandidate;
  /** Model files that the graph loads, as `folder/name`. */
  readonly loaders: readonly string[];
  readonly look: 'skip' | 'first' | 'only';
  /** Open under the client id of the record's intent. */
  readonly socket: ComfySocket | null;
}

/** With its secrets, for the instance alone. JOB_SECRET_LOST. */
const extraDataFor = (
  { jobId, extraData, sealed }: JobRecord['order'],
  seal: Pick<SecretSeal, 'unseal'>,
): Readonly<Record<string, unknown>> => {
  const joined = joinSecrets(extraData, sealed, seal);
  if (joined === null) throw new StudioError('JOB_SECRET_LOST', undefined, { details: { jobId } });
  return joined;
};

/** Starts one run of a job and keeps its page in the book true while it runs. */
export const startRun = (
  dependencies: RunningJobsDependencies,
  { record, instance, loaders, look, socket }: RunOrder,
  signs: RunSigns,
): FollowedRun => {
  const { book, ledger, clock, fleet, encodeBase64, limits } = dependencies;
  const { jobId, prompt, upstreamClientId, inputs, passThrough } = record.order;
  const { instanceId } = instance;
  let progress = startProgress(prompt, dependencies.isOutput, record.view.progress);
  let load = startLoadProgress(modelUsersOf(prompt, loaderNodesOf(prompt, loaders)));

  const followLoad = (event: PromptEvent): void => {
    const wasLoaded = load.isLoaded;
    load = advanceLoad(load, event);
    if (wasLoaded || !load.isLoaded) return;
    ledger.event(jobId, 'loaded', instanceId);
    signs.loaded();
  };

  const onEvent = (event: PromptEvent): void => {
    if (event.kind === 'preview') {
      const { bytes, contentType, nodeId } = event;
      const shownNode = nodeId ?? progress.current?.nodeId ?? null;
      book.setPreview(jobId, () => ({ contentType, base64: encodeBase64(bytes), nodeId: shownNode }));
      return;
    }
    followLoad(event);
    const advanced = advanceProgress(progress, event);
    if (advanced === progress) return;
    progress = advanced;
    const view = { progress: showProgress(progress, prompt, false), cachedNodes: progress.cachedNodes };
    book.change(jobId, { view }, 'soon');
  };

  const executed = (): boolean => load.executed || !load.isCacheKnown;

  const listener: RunListener = {
    sent: () => ledger.event(jobId, 'sent', instanceId),
    accepted: (nodeErrors) => {
      if (book.get(jobId)?.acceptedWith === null) ledger.event(jobId, 'accepted', instanceId);
      book.change(jobId, { acceptedWith: nodeErrors, view: { nodeErrors: [...readNodeErrors(nodeErrors)] } });
    },
    started: () => {
      const startedAt = book.get(jobId)?.view.startedAt ?? clock.now();
      ledger.event(jobId, 'started', instanceId);
      signs.started();
      book.change(jobId, { view: { state: 'running', startedAt, progress: showProgress(progress, prompt, false) } });
    },
    event: onEvent,
    succeeded: () => signs.succeeded(executed()),
    frame: (frame) => dependencies.onFrame(jobId, frame),
    activity: (sampling) => fleet.noteActivity(instanceId, sampling === null ? undefined : { sampling }),
  };

  const isUnanswered = look === 'only' && record.acceptedWith === null;
  const run = runJob(
    dependencies,
    {
      promptId: jobId,
      clientId: record.intent?.clientId ?? upstreamClientId,
      socket,
      prompt,
      inputs,
      placed: dependencies.placed.of(instance),
      extraData: () => extraDataFor(record.order, dependencies.seal),
      passThrough,
      endpoint: instance.endpoint,
      limits: { ...limits, timeoutMs: record.view.timeoutMs ?? instance.timeoutMs },
      look,
      mayAppearUntil: isUnanswered ? (record.intent?.at ?? 0) + limits.lateMs : 0,
      staleEntry: record.entry,
    },
    listener,
  );
  const secrets = secretTexts(record.order.sealed, dependencies.seal);
  const end = run.end.then((how) => {
    hideSecrets(how, secrets);
    return how;
  });
  return { ...run, end, executed };
};

/** The progress of a job that ended: whole when it succeeded, else where it stopped. */
export const finalProgress = (
  record: JobRecord,
  end: RunEnd,
  isOutput: OutputKnowledge,
): JobRecord['view']['progress'] => {
  const { progress } = record.view;
  if (end.kind !== 'settled' || end.settlement.kind !== 'succeeded') return progress;
  return readableOr(() => {
    const { prompt } = record.order;
    return showProgress(startProgress(prompt, isOutput, progress), prompt, true);
  }, progress);
};
