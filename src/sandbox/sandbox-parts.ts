import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { freemem, totalmem } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxOptions } from './command-line/sandbox-options.ts';
import { testNodes } from './conformance/test-nodes.ts';
import { createPromptExecutor } from './execution/prompt-executor.ts';
import { createPromptWorker, type PromptWorker } from './execution/prompt-worker.ts';
import { createResultCache } from './execution/result-cache.ts';
import { createFaults, type FaultEffects, type Faults } from './faults/faults.ts';
import type { FolderLayout } from './folders/folder-layout.ts';
import { createSandboxHttp, isRefused } from './http/sandbox-server.ts';
import type { ServerLog } from './log/server-log.ts';
import { imageCacheNodes } from './nodes/etn/image-cache-nodes.ts';
import { createImageMemory, type ImageMemory } from './nodes/etn/image-memory.ts';
import type { NodeRegistry, SimulatedDevice } from './nodes/node-definition.ts';
import { createNodeRegistry } from './nodes/registry.ts';
import { createSimulatedDevice } from './nodes/simulated-device.ts';
import { createPromptHistory } from './queue/history.ts';
import { createPromptQueue, type PromptQueue } from './queue/prompt-queue.ts';
import { allRoutes } from './routes/all-routes.ts';
import { serverFeatures } from './routes/features.ts';
import type { RouteParts } from './routes/route-parts.ts';
import { createStaticFiles } from './routes/static-routes.ts';
import { createWebsocketAcceptor } from './websocket/accept-websockets.ts';
import { createWebsocketHub, type WebsocketHub } from './websocket/hub.ts';
import { createLogSubscriptions } from './websocket/log-subscriptions.ts';
import { createSharedWorkflows } from './websocket/shared-workflows.ts';

export interface Sandbox {
  /** A server for one more address, not yet listening. */
  createListener(): Server;
  readonly faults: Faults;
}

interface Inputs {
  readonly options: SandboxOptions;
  readonly layout: FolderLayout;
  readonly log: ServerLog;
  readonly effects: FaultEffects;
}

/** The hub needs to know of queue and worker, which are made after it. */
interface Late {
  queue: PromptQueue | null;
  worker: PromptWorker | null;
}

const createHub = (options: SandboxOptions, late: Late): WebsocketHub =>
  createWebsocketHub({
    queueInfo: () => ({ exec_info: { queue_remaining: late.queue?.remaining() ?? 0 } }),
    serverFeatures: () => serverFeatures(options),
    runningNodeOf: (sid) => late.worker?.runningNodeOf(sid) ?? null,
  });

const createDevice = ({ options, log }: Inputs): SimulatedDevice =>
  createSimulatedDevice({
    totalBytes: options.device.kind === 'cpu' ? totalmem() : options.device.vramBytes,
    speed: options.device.speed,
    clockScale: options.device.clock,
    wait: (delayMs) => wait(delayMs),
    monotonicNow: () => performance.now(),
    log: (line) => log.info(line),
  });

const createRegistry = ({ options }: Inputs, imageMemory: ImageMemory | null): NodeRegistry => {
  const registry = createNodeRegistry();
  const added = [
    ...(options.testNodes ? testNodes : []),
    ...(imageMemory === null ? [] : imageCacheNodes(imageMemory)),
  ];
  return new Map([...registry, ...added.map((node) => [node.classType, node] as const)]);
};

const now = (): number => Date.now();

/** What prompts need: queue, history, and the worker that takes them from one to the other. */
const createWork = (inputs: Inputs, hub: WebsocketHub, faults: Faults) => {
  const { options, layout, log } = inputs;
  const imageMemory = options.etn ? createImageMemory() : null;
  const registry = createRegistry(inputs, imageMemory);
  const device = createDevice(inputs);
  const cache = createResultCache(options.cache, freemem);
  const history = createPromptHistory();
  const queue = createPromptQueue(() => {
    hub.send('status', { status: { exec_info: { queue_remaining: queue.remaining() } } }, null);
  });
  const { metadata, previewMethod, previewSize } = options;
  const executor = createPromptExecutor({
    registry,
    folders: layout.folders,
    device,
    hub,
    cache,
    log,
    now,
    random: Math.random,
    settings: { metadata, previewMethod, previewSize },
  });
  const worker = createPromptWorker({
    queue,
    history,
    hub,
    executor,
    cache,
    device,
    log,
    monotonicNow: () => performance.now(),
    midway: (job) => faults.midway(job),
    unloadAfterPrompt: options.device.unloadAfterPrompt,
  });
  return { registry, device, history, queue, worker, imageMemory };
};

/** The way in: a factory of HTTP servers that take websockets as well. */
const createListeners = (parts: RouteParts, hub: WebsocketHub): (() => Server) => {
  const { options, log, faults } = parts;
  const policy = { corsOrigin: options.corsOrigin, apiNodes: options.apiNodes };
  const createHttp = createSandboxHttp({
    routes: allRoutes(parts),
    staticFiles: createStaticFiles(parts),
    policy,
    maxUploadBytes: options.maxUploadBytes,
    compress: options.compressResponses,
    log,
    fault: () => faults.http(),
  });
  const acceptWebsockets = createWebsocketAcceptor({
    hub,
    isRefused: (message) => isRefused(message, policy),
    newId: randomUUID,
    isMuted: () => faults.http() === 'mute',
  });
  return () => {
    const server = createHttp();
    acceptWebsockets(server);
    return server;
  };
};

/** Builds the parts of one server; nothing runs and nothing listens yet. */
export const createSandbox = (inputs: Inputs): Sandbox => {
  const { options, layout, log, effects } = inputs;
  const late: Late = { queue: null, worker: null };
  const hub = createHub(options, late);
  const faults = createFaults(options.faults, { log, hub, effects });
  const work = createWork(inputs, hub, faults);
  late.queue = work.queue;
  late.worker = work.worker;
  const logSubscriptions = createLogSubscriptions(log, hub);
  const subscriptions = { logSubscriptions, sharedWorkflows: createSharedWorkflows(hub) };
  const parts: RouteParts = { options, layout, log, faults, now, newId: randomUUID, ...subscriptions, ...work };
  return { faults, createListener: createListeners(parts, hub) };
};
