import type { Settings } from '#contract/models/settings.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import { soleInstanceOf } from '../files/output-names.ts';
import { type Client, type ClientSocket, createClients } from './clients.ts';
import { createJobTelling, inWork, type JobTellingDependencies } from './job-telling.ts';
import { message } from './outgoing.ts';
import { createPublishedWorkflows, publishedType } from './published-workflows.ts';
import { createQueueStatus } from './queue-status.ts';
import { readClientFlags, serverFeatures } from './server-features.ts';
import { createUpstreamRelay, type UpstreamRelayDependencies } from './upstream-relay.ts';

/** Clients give up on a connection that is silent for ten seconds; at least every four it is not. */
const heartbeatMs = 3500;

export interface ClientHubDependencies extends Omit<UpstreamRelayDependencies, 'onMessage'> {
  readonly jobs: Pick<Jobs, 'record' | 'live' | 'remaining' | 'onFrame'> & JobTellingDependencies['jobs'];
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly settings: () => Pick<Settings, 'gatewayMaxUploadBytes'>;
  readonly clock: Clock;
}

/** What a socket tells of its client. */
export interface ClientSession {
  /** A text message; the first one alone counts (comfyui-protocol.md 3.2). */
  heard(text: string): void;
  left(): void;
}

/** Makes the jobs of the fleet look like those of one ComfyUI to whoever is connected. */
export interface ClientHub {
  connect(sid: string, socket: ClientSocket): ClientSession;
  /** Tells every client. */
  tellAll(type: string, data: Readonly<Record<string, unknown>>): void;
  /** Whether the client hears the log of the home instance. */
  subscribeLogs(clientId: string, enabled: boolean): void;
  /** The client is told of workflows that are shared at home, those of before first; false where it is already. */
  subscribeWorkflows(clientId: string): boolean;
  /** False where it is not subscribed. */
  unsubscribeWorkflows(clientId: string): boolean;
  close(): void;
}

export const createClientHub = (dependencies: ClientHubDependencies): ClientHub => {
  const { jobs, fleet, settings, clock } = dependencies;
  const clients = createClients(clock);
  const status = createQueueStatus(clients, clock, () => jobs.remaining());
  const relay = createUpstreamRelay({ ...dependencies, onMessage: (type, data) => relayed(type, data) });
  const jobTelling = createJobTelling({
    jobs,
    clients,
    status,
    clock,
    soleInstanceId: () => soleInstanceOf(fleet),
    isRelayed: (instanceId) => instanceId !== null && instanceId === relay.instanceId,
  });
  const workflows = createPublishedWorkflows();
  let isChecking = false;
  let beatTimer: Cancel = () => undefined;

  const isFor = (client: Client, type: string, text: string): boolean => {
    if (type === 'logs') return client.wantsLogs;
    if (type === publishedType) return workflows.isSubscribed(client.sid);
    return client.repeated.isNew('relay', text, clock.now());
  };

  const relayed = (type: string, data: Readonly<Record<string, unknown>>): void => {
    const text = JSON.stringify([type, data]);
    if (type === publishedType && relay.instanceId !== null) workflows.note(relay.instanceId, data);
    for (const client of clients.all()) if (isFor(client, type, text)) client.send([message(type, data)]);
  };

  /** A job is told of before it stands in the queue: it is counted when whoever changes it is done. */
  const checkSoon = (): void => {
    if (isChecking) return;
    isChecking = true;
    queueMicrotask(() => {
      isChecking = false;
      status.check();
    });
  };

  const noteClients = (): void => {
    // Before the connection ends, while the instance can still be told.
    relay.wantWorkflows(clients.all().some(({ sid }) => workflows.isSubscribed(sid)));
    relay.want(clients.size > 0);
    relay.wantLogs(clients.all().some(({ wantsLogs }) => wantsLogs));
  };

  const beat = (): void => {
    beatTimer = clock.schedule(heartbeatMs, beat);
    status.beat();
    clients.check();
  };
  beat();

  const unsubscribes: readonly Cancel[] = [
    jobs.onFrame(jobTelling.frame),
    jobs.live.onChange((jobId, change) => {
      jobTelling.changed(jobId, change);
      if (change !== 'progress') checkSoon();
    }),
  ];

  const greet = (client: Client): void => {
    client.send([status.message(client.sid)]);
    const work = jobTelling.current(client.sid);
    if (work !== null) client.send([inWork(work)]);
  };

  return {
    connect: (sid, socket) => {
      const client = clients.connect(sid, socket);
      let isFirst = true;
      greet(client);
      noteClients();
      return {
        heard: (text) => {
          if (!isFirst) return;
          isFirst = false;
          const flags = readClientFlags(text);
          if (flags === null) return;
          client.outlet.readsMetadata = flags['supports_preview_metadata'] === true;
          client.send([message('feature_flags', serverFeatures(relay.features, settings().gatewayMaxUploadBytes))]);
        },
        left: () => {
          clients.left(client);
          noteClients();
        },
      };
    },
    tellAll: (type, data) => {
      for (const client of clients.all()) client.send([message(type, data)]);
    },
    subscribeLogs: (clientId, enabled) => {
      const client = clients.get(clientId);
      if (client === undefined) return;
      client.wantsLogs = enabled;
      noteClients();
    },
    subscribeWorkflows: (clientId) => {
      if (!workflows.subscribe(clientId)) return false;
      clients.get(clientId)?.send(workflows.of(relay.instanceId).map((data) => message(publishedType, data)));
      noteClients();
      return true;
    },
    unsubscribeWorkflows: (clientId) => {
      if (!workflows.unsubscribe(clientId)) return false;
      noteClients();
      return true;
    },
    close: () => {
      for (const unsubscribe of unsubscribes) unsubscribe();
      beatTimer();
      status.stop();
      jobTelling.close();
      relay.close();
      clients.close();
    },
  };
};
