import { StudioError } from '#contract/errors.ts';
import type { PromptAnswer, PromptSubmission, SocketFrame } from '#core/ports/comfy-client.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import { isAbout, readFrame } from './frame-reading.ts';
import { keepJobSocket } from './job-socket.ts';
import { type PlacedPrompt, placeInputs } from './place-inputs.ts';
import type { JobRun, RunDependencies, RunEnd, RunListener, RunRequest } from './run.ts';
import { cancelledEnd, endOfError, endOfFrames, endOfGone, endOfHistory } from './run-end.ts';
import { type Look, lookForPrompt } from './run-look.ts';
import { nextStep } from './run-policy.ts';
import { createRunRecord, type RunRecord } from './run-record.ts';
import { samplingSign } from './sampling-sign.ts';

interface RunContext extends RunDependencies {
  readonly request: RunRequest;
  readonly listener: RunListener;
  readonly record: RunRecord;
  readonly alarm: Alarm;
  /** Aborts when the run has ended. */
  readonly signal: AbortSignal;
  readonly finish: (end: RunEnd) => void;
}

/** Messages about the connection, not about a prompt. */
const isOfConnection = (frame: SocketFrame): boolean =>
  frame.kind === 'message' && (frame.type === 'status' || frame.type === 'feature_flags');

const hear = (context: RunContext, frame: SocketFrame): void => {
  const { request, listener, record, alarm, clock, signal } = context;
  if (signal.aborted) return;
  const event = isAbout(frame, request.promptId) ? readFrame(frame) : null;
  listener.activity(samplingSign(event));
  if (!isAbout(frame, request.promptId) || isOfConnection(frame)) return;
  const wasStarted = record.started;
  if (event !== null) record.heard(event, clock.now());
  listener.frame(frame);
  if (!wasStarted && record.started) listener.started();
  if (event !== null) listener.event(event);
  if (event?.kind === 'succeeded' && listener.succeeded() === 'next-job') record.letOthersFirst(clock.now());
  if (record.facts.endedAt !== null) alarm.ring();
};

const look = async ({ client, clock, request, record, listener, signal }: RunContext): Promise<Look> => {
  const ended = record.facts.endedAt !== null;
  const { endpoint, promptId, staleEntry } = request;
  record.looking();
  const found = await lookForPrompt(client, endpoint, promptId, { ended, staleEntry, signal });
  if (signal.aborted) return found;
  const { seen, started } = record;
  record.looked(found, clock.now());
  if (found.kind !== 'unreachable' && found.kind !== seen) listener.activity(null);
  if (!started && record.started) listener.started();
  return found;
};

/** What no second look changes: nothing was sent. */
const isFinal = ({ code }: StudioError): boolean =>
  code === 'INSTANCE_AUTH' || code === 'INPUT_INVALID' || code === 'INPUT_TOO_LARGE';

/** Brings the files of the job to the instance. */
const place = (context: RunContext): Promise<PlacedPrompt> => {
  const { endpoint, prompt, inputs, placed } = context.request;
  return placeInputs(context, { endpoint, prompt, inputs, placed, signal: context.signal });
};

interface Sending extends PlacedPrompt {
  readonly extraData: PromptSubmission['extraData'];
}

/** A file that was sent before may have been deleted since: a refusal counts once all of them have been sent anew. */
const post = async (context: RunContext, { prompt, isAssumed, extraData }: Sending): Promise<PromptAnswer> => {
  const { client, clock, request, record, signal } = context;
  const { promptId, clientId, passThrough, endpoint, placed } = request;
  const submission = { promptId, clientId, extraData, passThrough };
  const answer = await client.submit(endpoint, { ...submission, prompt }, signal);
  if (answer.kind === 'accepted' || answer.status !== 400 || !isAssumed) return answer;
  placed.clear();
  const again = await place(context);
  record.sending(clock.now());
  return client.submit(endpoint, { ...submission, prompt: again.prompt }, signal);
};

/** Sends the prompt; what became of it stands in the record. */
const submit = async (context: RunContext, sending: Sending): Promise<void> => {
  const { clock, request, listener, record, signal, logger } = context;
  const { promptId } = request;
  record.sending(clock.now());
  try {
    const answer = await post(context, sending);
    if (answer.kind === 'accepted') {
      record.accepted(clock.now());
      listener.accepted(answer.nodeErrors);
    } else {
      // A 500 may have queued the prompt all the same (comfyui-protocol.md 4.3): it is looked for like an unanswered one.
      record.refused({ status: answer.status, body: answer.body }, clock.now());
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof StudioError) || isFinal(error)) {
      context.finish(endOfError(error));
      return;
    }
    logger.debug('A submission was not answered.', { promptId, code: error.code });
    if (record.unanswered(clock.now())) listener.accepted({});
  } finally {
    context.alarm.ring();
  }
};

/** What the last look met, which tells a network that is down from a program that hangs. */
const unreachableDetails = ({ failure }: RunRecord): Readonly<Record<string, unknown>> =>
  failure === null ? { reason: 'unreachable' } : { reason: 'unreachable', failure };

const takeStep = async (context: RunContext): Promise<RunEnd | null> => {
  const { client, clock, request, record, alarm, signal, logger } = context;
  const { endpoint, promptId, limits } = request;
  if (record.refusal !== null && record.refusal.status < 500) return endOfGone(record);
  const step = nextStep(record.facts, limits, clock.now());
  switch (step.kind) {
    case 'sleep':
      await alarm.sleepUntil(step.until);
      return null;
    case 'look': {
      const found = await look(context);
      return found.kind === 'finished' ? endOfHistory(found.entry) : null;
    }
    case 'send-cancel':
      record.cancelSent(clock.now());
      await client.cancel(endpoint, promptId, signal).catch((error: unknown) => {
        logger.debug('A cancel did not get through.', { promptId, error: String(error) });
      });
      return null;
    case 'trust-frames':
      return endOfFrames(record, endOfGone(record));
    case 'timed-out':
      return record.facts.cancelWantedAt === null ? { kind: 'timed-out' } : cancelledEnd;
    case 'unreachable':
      return { kind: 'lost', code: 'INSTANCE_UNREACHABLE', details: unreachableDetails(record) };
    case 'gone':
      return endOfGone(record);
  }
};

/** Looks whether the instance has the prompt already; waits while nobody answers, as long as a run would, and while it may appear. */
const lookBefore = async (context: RunContext): Promise<Look> => {
  const { clock, alarm, request, record, signal } = context;
  for (;;) {
    const found = await look(context);
    if (signal.aborted) return found;
    const { unreachableSince } = record.facts;
    const waitsUntil =
      found.kind === 'unreachable'
        ? (unreachableSince ?? clock.now()) + request.limits.unreachableMs
        : request.mayAppearUntil;
    const isOpen = found.kind === 'unreachable' || found.kind === 'absent';
    if (!isOpen || clock.now() >= waitsUntil) return found;
    await alarm.sleepUntil(Math.min(waitsUntil, clock.now() + request.limits.lookEveryMs));
  }
};

const follow = async (context: RunContext): Promise<RunEnd> => {
  for (;;) {
    const end = await takeStep(context);
    if (end !== null) return end;
    if (context.signal.aborted) return cancelledEnd;
  }
};

const openSocket = async (context: RunContext): Promise<void> => {
  const { request, record, alarm, signal } = context;
  const listener = {
    onFrame: (frame: SocketFrame) => hear(context, frame),
    onOpenedLate: () => {
      record.lookSoon();
      alarm.ring();
    },
  };
  const socket = keepJobSocket(context, request.endpoint, request, listener);
  signal.addEventListener('abort', () => socket.close(), { once: true });
  await socket.tried;
};

const carryOut = async (context: RunContext): Promise<RunEnd> => {
  const { clock, request, record, listener, signal } = context;
  const placedPrompt = request.look === 'only' ? { prompt: request.prompt, isAssumed: false } : await place(context);
  if (signal.aborted) return cancelledEnd;
  await openSocket(context);
  if (signal.aborted) return cancelledEnd;
  const found = request.look === 'skip' ? null : await lookBefore(context);
  if (signal.aborted) return cancelledEnd;
  if (found?.kind === 'finished') return endOfHistory(found.entry);
  if (found?.kind === 'unreachable')
    return { kind: 'lost', code: found.error.code, details: unreachableDetails(record) };
  if (found?.kind === 'running' || found?.kind === 'pending') {
    record.accepted(clock.now());
    listener.accepted({});
    return follow(context);
  }
  if (record.facts.cancelWantedAt !== null) return cancelledEnd;
  if (request.look === 'only') return { kind: 'lost', code: 'JOB_LOST', details: { reason: 'vanished' } };
  const extraData = request.extraData();
  listener.sent();
  const submitted = submit(context, { ...placedPrompt, extraData });
  const end = await follow(context);
  context.finish(end);
  await submitted;
  return end;
};

/**
 * Runs one prompt on one instance: inputs first, then the websocket, then the prompt, and then whatever the websocket, the queue and
 * the history tell until it ended. Always ends: with the prompt, at its limits, by `lose`, or within `limits.cancelMs` of `cancel`.
 */
export const runJob = (dependencies: RunDependencies, request: RunRequest, listener: RunListener): JobRun => {
  const stop = new AbortController();
  const record = createRunRecord(dependencies.clock.now());
  const alarm = createAlarm(dependencies.clock);
  const { promise: end, resolve } = Promise.withResolvers<RunEnd>();
  const finish = (how: RunEnd): void => {
    resolve(how);
    stop.abort();
    alarm.ring();
  };
  const context: RunContext = { ...dependencies, request, listener, record, alarm, signal: stop.signal, finish };
  // It may end before it needs the websocket that it was given.
  stop.signal.addEventListener('abort', () => request.socket?.close(), { once: true });
  carryOut(context).then(finish, (error: unknown) => finish(endOfError(error)));
  /** Calls to the instance may hang and its queue may list the prompt for ever: neither keeps a cancelled run. */
  const endByCancel = (): void => {
    const cancelTimer = dependencies.clock.schedule(request.limits.cancelMs, () =>
      finish(endOfFrames(record, cancelledEnd)),
    );
    stop.signal.addEventListener('abort', cancelTimer, { once: true });
  };
  return {
    end,
    mayHaveBegun: () => {
      const { sent, started, facts } = record;
      return request.look === 'only' || sent || started || facts.submission === 'accepted';
    },
    cancel: () => {
      if (record.facts.cancelWantedAt === null && !stop.signal.aborted) endByCancel();
      record.cancelWanted(dependencies.clock.now());
      // Before it was sent there is nothing to stop on the instance, only an upload that nobody needs any more.
      if (!record.sent && request.look === 'skip') finish(cancelledEnd);
      alarm.ring();
    },
    supersede: (how) => {
      if (stop.signal.aborted || record.hasResults || record.facts.cancelWantedAt !== null) return false;
      finish(how);
      return true;
    },
    lose: (code, details) => finish(endOfFrames(record, { kind: 'lost', code, details })),
  };
};
