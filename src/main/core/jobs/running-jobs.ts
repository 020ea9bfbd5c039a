import type { SocketFrame } from '#core/ports/comfy-client.ts';
import type { OutputKnowledge } from '#core/workflows/output-nodes.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';
import type { PromptEvent } from './frame-reading.ts';
import type { JobBook, JobRecord } from './job-book.ts';
import { readNodeErrors } from './node-errors.ts';
import { advanceProgress, showProgress, startProgress } from './progress.ts';
import type { JobRun, RunDependencies, RunEnd, RunListener } from './run.ts';
import { runJob } from './run-job.ts';
import type { RunLimits } from './run-policy.ts';

export interface RunningJobsDependencies extends RunDependencies {
  readonly fleet: Pick<FleetView, 'noteActivity'>;
  readonly book: JobBook;
  readonly isOutput: OutputKnowledge;
  readonly encodeBase64: (bytes: Uint8Array) => string;
  readonly limits: Omit<RunLimits, 'timeoutMs'>;
  /** Told of every frame about a job. */
  readonly onFrame: (jobId: string, frame: SocketFrame) => void;
}

/** Starts one run of a job and keeps its page in the book true while it runs. */
export const startRun = (
  dependencies: RunningJobsDependencies,
  record: JobRecord,
  instance: FleetCandidate,
): JobRun => {
  const { book, clock, fleet, encodeBase64 } = dependencies;
  const { jobId, prompt, upstreamClientId, inputs, extraData, passThrough } = record.order;
  let progress = startProgress(prompt, dependencies.isOutput, record.view.progress);

  const onEvent = (event: PromptEvent): void => {
    if (event.kind === 'preview') {
      const { bytes, contentType, nodeId } = event;
      const shownNode = nodeId ?? progress.current?.nodeId ?? null;
      book.setPreview(jobId, () => ({ contentType, base64: encodeBase64(bytes), nodeId: shownNode }));
      return;
    }
    const advanced = advanceProgress(progress, event);
    if (advanced === progress) return;
    progress = advanced;
    const view = { progress: showProgress(progress, prompt, false), cachedNodes: progress.cachedNodes };
    book.change(jobId, { view }, 'soon');
  };

  const listener: RunListener = {
    accepted: (nodeErrors) =>
      book.change(jobId, { acceptedWith: nodeErrors, view: { nodeErrors: [...readNodeErrors(nodeErrors)] } }),
    started: () => {
      const startedAt = book.get(jobId)?.view.startedAt ?? clock.now();
      book.change(jobId, { view: { state: 'running', startedAt, progress: showProgress(progress, prompt, false) } });
    },
    event: onEvent,
    frame: (frame) => dependencies.onFrame(jobId, frame),
    activity: (sampling) => fleet.noteActivity(instance.instanceId, sampling === null ? undefined : { sampling }),
  };

  return runJob(
    dependencies,
    {
      promptId: jobId,
      clientId: upstreamClientId,
      prompt,
      inputs,
      extraData,
      passThrough,
      endpoint: instance.endpoint,
      limits: { ...dependencies.limits, timeoutMs: instance.timeoutMs },
      lookFirst: record.view.tries > 0,
    },
    listener,
  );
};

/** The progress of a job that ended: whole when it succeeded, else where it stopped. */
export const finalProgress = (
  record: JobRecord,
  end: RunEnd,
  isOutput: OutputKnowledge,
): JobRecord['view']['progress'] => {
  const { prompt } = record.order;
  const { progress } = record.view;
  if (end.kind !== 'settled' || end.settlement.kind !== 'succeeded') return progress;
  return showProgress(startProgress(prompt, isOutput, progress), prompt, true);
};
