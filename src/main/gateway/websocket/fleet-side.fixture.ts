import { StudioError } from '#contract/errors.ts';
import { fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfySocket, SocketFrame } from '#core/ports/comfy-client.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { fakeJobs, jobRecord, type RecordParts } from '../truth/record.fixture.ts';
import type { ClientHubDependencies } from './client-hub.ts';

/** Jobs and a home instance that a test moves by hand. */
export interface FleetSide {
  /** A job comes into the queue. */
  submit(jobId: string, parts?: RecordParts): Promise<void>;
  /** An instance takes it. */
  start(jobId: string, instanceId?: string): void;
  frame(jobId: string, frame: SocketFrame): void;
  message(jobId: string, type: string, data?: Readonly<Record<string, unknown>>): void;
  /** A job becomes this. */
  put(record: JobRecord): void;
  /** It ends, as the engine tells of it. */
  end(record: JobRecord): void;
  remove(jobId: string): void;
  record(jobId: string): JobRecord;
  /** The home instance says something to everybody. */
  say(type: string, data: Readonly<Record<string, unknown>>): void;
  readonly relay: {
    opened: number;
    open: number;
    home: FleetCandidate | null;
    fail: boolean;
    logs: boolean[];
    workflows: [string, boolean][];
  };
  changeHome(home: FleetCandidate | null): void;
  remaining: number;
  loseRelay(): void;
}

/** What a hub works with, and the handle of a test on it. */
export const createFleetSide = (
  clock: Clock,
  outputClasses: readonly string[] = ['SaveImage', 'PreviewImage'],
): { readonly side: FleetSide; readonly dependencies: ClientHubDependencies } => {
  const jobs = fakeJobs();
  const frames = createEmitter<{ readonly jobId: string; readonly frame: SocketFrame }>();
  const homeChanges = createEmitter<void>();
  const upstream = createEmitter<SocketFrame>();
  const relay: FleetSide['relay'] = {
    opened: 0,
    open: 0,
    home: fakeCandidate('home'),
    fail: false,
    logs: [],
    workflows: [],
  };
  let closeUpstream = (): void => undefined;
  let ids = 0;

  const openSocket = (): Promise<ComfySocket> => {
    relay.opened += 1;
    if (relay.fail) return Promise.reject(new StudioError('INSTANCE_UNREACHABLE'));
    relay.open += 1;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const close = (): void => {
      relay.open -= 1;
      resolve();
    };
    closeUpstream = close;
    return Promise.resolve({
      clientId: `up-${String(relay.opened)}`,
      closed,
      close,
      onFrame: (tell) => upstream.on(tell),
    });
  };

  const side: FleetSide = {
    relay,
    remaining: 0,
    submit: async (jobId, parts) => {
      jobs.put(jobRecord(jobId, parts));
      side.remaining += 1;
      await Promise.resolve();
    },
    start: (jobId, instanceId = 'gpu-0') => {
      const before = side.record(jobId);
      const tries = before.view.tries + 1;
      jobs.put({ ...before, acceptedWith: {}, view: { ...before.view, state: 'assigned', instanceId, tries } });
    },
    frame: (jobId, frame) => {
      frames.emit({ jobId, frame });
      const before = side.record(jobId);
      if (frame.kind === 'message' && frame.type === 'execution_start')
        jobs.put({ ...before, view: { ...before.view, state: 'running', startedAt: 1 } });
    },
    message: (jobId, type, data = {}) =>
      side.frame(jobId, { kind: 'message', type, data: { ...data, prompt_id: jobId } }),
    put: (record) => jobs.put(record),
    end: (record) => {
      side.remaining -= 1;
      jobs.put(record);
    },
    remove: (jobId) => jobs.remove(jobId),
    record: (jobId) => {
      const record = jobs.records.get(jobId);
      if (record === undefined) throw new Error(`no job ${jobId}`);
      return record;
    },
    say: (type, data) => upstream.emit({ kind: 'message', type, data }),
    changeHome: (home) => {
      relay.home = home;
      homeChanges.emit();
    },
    loseRelay: () => closeUpstream(),
  };
  const dependencies: ClientHubDependencies = {
    jobs: {
      ...jobs,
      remaining: () => side.remaining,
      onFrame: (listener) => frames.on(listener),
      catalogs: { isOutput: (classType) => outputClasses.includes(classType) },
    },
    fleet: { candidates: () => [fakeCandidate('gpu-0')] },
    client: { openSocket },
    home: { current: () => relay.home, onChange: (listener) => homeChanges.on(listener) },
    subscribeLogs: (_endpoint, _clientId, enabled) => {
      relay.logs.push(enabled);
      return Promise.resolve();
    },
    subscribeWorkflows: (_endpoint, clientId, enabled) => {
      relay.workflows.push([clientId, enabled]);
      return Promise.resolve();
    },
    settings: () => ({ gatewayMaxUploadBytes: 104_857_600 }),
    clock,
    makeId: () => `id-${String((ids += 1))}`,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  return { side, dependencies };
};
