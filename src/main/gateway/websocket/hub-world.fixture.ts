import { fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { createManualClock, type ManualClock } from '#core/jobs/manual-clock.fixture.ts';
import type { ComfySocket, SocketFrame } from '#core/ports/comfy-client.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { isObject } from '#core/shared/json-object.ts';
import { fakeJobs, jobRecord, type RecordParts } from '../truth/record.fixture.ts';
import { type ClientHub, type ClientSession, createClientHub } from './client-hub.ts';

export interface Heard {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client at the other end of a socket that a test holds. */
export interface FakeClient {
  readonly session: ClientSession;
  /** Texts and binary frames in the order in which they were sent. */
  readonly got: (Heard | Uint8Array)[];
  /** Messages alone. */
  messages(): readonly Heard[];
  types(): readonly string[];
  state: 'open' | 'closed' | 'terminated';
  /** While false it takes nothing from the network. */
  reads: boolean;
  bufferedBytes: number;
  /** Takes everything that is on the network. */
  drain(): void;
}

export interface HubWorld {
  readonly hub: ClientHub;
  readonly clock: ManualClock;
  connect(sid: string): FakeClient;
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
  readonly relay: { opened: number; open: number; home: FleetCandidate | null; fail: boolean; logs: boolean[] };
  changeHome(home: FleetCandidate | null): void;
  remaining: number;
  loseRelay(): void;
}

const parse = (text: string): Heard => {
  const value: unknown = JSON.parse(text);
  if (!isObject(value) || typeof value['type'] !== 'string' || !isObject(value['data'])) throw new Error(text);
  return { type: value['type'], data: value['data'] };
};

const createFakeClient = (hub: ClientHub, sid: string): FakeClient => {
  const waiting: (() => void)[] = [];
  const got: (Heard | Uint8Array)[] = [];
  const shown = {
    got,
    messages: () => got.filter((item): item is Heard => !(item instanceof Uint8Array)),
    types: () => got.map((item) => (item instanceof Uint8Array ? 'binary' : item.type)),
    state: 'open' as FakeClient['state'],
    reads: true,
    bufferedBytes: 0,
    drain: () => {
      shown.bufferedBytes = 0;
      for (const done of waiting.splice(0)) done();
    },
  };
  const session = hub.connect(sid, {
    get isOpen() {
      return shown.state === 'open';
    },
    get bufferedBytes() {
      return shown.bufferedBytes;
    },
    send: (payload, done) => {
      got.push(typeof payload === 'string' ? parse(payload) : payload);
      if (shown.reads) {
        done();
        return;
      }
      shown.bufferedBytes += payload.length;
      waiting.push(done);
    },
    close: () => {
      shown.state = 'closed';
    },
    terminate: () => {
      shown.state = 'terminated';
    },
  });
  return Object.assign(shown, { session });
};

/** A hub over jobs, an instance and clients that a test moves by hand. */
export const createHubWorld = (outputClasses: readonly string[] = ['SaveImage', 'PreviewImage']): HubWorld => {
  const clock = createManualClock();
  const jobs = fakeJobs();
  const frames = createEmitter<{ readonly jobId: string; readonly frame: SocketFrame }>();
  const homeChanges = createEmitter<void>();
  const upstream = createEmitter<SocketFrame>();
  const relay: HubWorld['relay'] = { opened: 0, open: 0, home: fakeCandidate('home'), fail: false, logs: [] };
  let closeUpstream = (): void => undefined;
  let ids = 0;

  const openSocket = (): Promise<ComfySocket> => {
    relay.opened += 1;
    if (relay.fail) return Promise.reject(new Error('unreachable'));
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

  const world: Omit<HubWorld, 'hub'> = {
    clock,
    relay,
    remaining: 0,
    connect: (sid) => createFakeClient(hub, sid),
    submit: async (jobId, parts) => {
      jobs.put(jobRecord(jobId, parts));
      world.remaining += 1;
      await Promise.resolve();
    },
    start: (jobId, instanceId = 'gpu-0') => {
      const before = world.record(jobId);
      const tries = before.view.tries + 1;
      jobs.put({ ...before, acceptedWith: {}, view: { ...before.view, state: 'assigned', instanceId, tries } });
    },
    frame: (jobId, frame) => {
      frames.emit({ jobId, frame });
      const before = world.record(jobId);
      if (frame.kind === 'message' && frame.type === 'execution_start')
        jobs.put({ ...before, view: { ...before.view, state: 'running', startedAt: 1 } });
    },
    message: (jobId, type, data = {}) =>
      world.frame(jobId, { kind: 'message', type, data: { ...data, prompt_id: jobId } }),
    put: (record) => jobs.put(record),
    end: (record) => {
      world.remaining -= 1;
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
  const hub = createClientHub({
    jobs: {
      ...jobs,
      remaining: () => world.remaining,
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
    settings: () => ({ gatewayMaxUploadBytes: 104_857_600 }),
    clock,
    makeId: () => `id-${String((ids += 1))}`,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  return Object.assign(world, { hub });
};
