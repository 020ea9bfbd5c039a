import { createManualClock, type ManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { isObject } from '#core/shared/json-object.ts';
import { type ClientHub, type ClientSession, createClientHub } from './client-hub.ts';
import { createFleetSide, type FleetSide } from './fleet-side.fixture.ts';

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
  takenBytes: number;
  /** Takes everything that is on the network. */
  drain(): void;
}

export interface HubWorld extends FleetSide {
  readonly hub: ClientHub;
  readonly clock: ManualClock;
  connect(sid: string): FakeClient;
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
    takenBytes: 0,
    drain: () => {
      shown.takenBytes += shown.bufferedBytes;
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
    get takenBytes() {
      return shown.takenBytes;
    },
    send: (payload, done) => {
      got.push(typeof payload === 'string' ? parse(payload) : payload);
      if (shown.reads) {
        shown.takenBytes += payload.length;
        done();
        return;
      }
      shown.bufferedBytes += payload.length;
      waiting.push(done);
    },
    ask: (heard) => {
      if (shown.reads) heard();
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
  const { side, dependencies } = createFleetSide(clock, outputClasses);
  const hub = createClientHub(dependencies);
  return Object.assign(side, { hub, clock, connect: (sid: string) => createFakeClient(hub, sid) });
};
