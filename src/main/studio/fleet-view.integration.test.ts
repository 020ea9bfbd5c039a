import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type InstanceConfiguration,
  type InstanceView,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import { createFlagLearner } from '#core/instances/configuration/flag-learner.ts';
import { createLaunchPlanner } from '#core/instances/configuration/launch-planner.ts';
import { createFleet, type Fleet } from '#core/instances/fleet.ts';
import { defaultLifePolicy } from '#core/instances/policy.ts';
import { createMemoryStores } from '#core/instances/testing/memory-stores.fixture.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import { createDisposables, type Disposables } from '#core/shared/disposables.ts';
import { createPlaceholderModels } from '#sandbox/models/placeholder-models.ts';
import { createComfyClient } from '../platform/comfy/comfy-client.ts';
import { findFreePort } from '../platform/comfy/sandbox-process.fixture.ts';
import { createFileInspector } from '../platform/files/file-inspector.ts';
import { createFileWriter } from '../platform/files/file-writer.ts';
import { createInstanceLogs } from '../platform/logging/instance-logs.ts';
import { createPortProbe } from '../platform/net/port-probe.ts';
import { createCommandRunner } from '../platform/process/command-runner.ts';
import { createProcessHost } from '../platform/process/process-host.ts';
import { createProcessMetrics } from '../platform/system/process-metrics.ts';
import { createSystemClock } from '../platform/system/system-clock.ts';
import { createFleetView } from './fleet-view.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const sandboxEntry = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));
const waitLimitMs = 30_000;
const noGpus = { list: async () => [], read: async () => [] };

let disposables: Disposables;
let fleet: Fleet;
let view: FleetView;
const client = createComfyClient();

const configuration = async (changes: Partial<InstanceConfiguration>): Promise<InstanceConfiguration> =>
  instanceConfigurationSchema.parse({
    id: 'one',
    name: 'one',
    program: 'sandbox',
    port: await findFreePort(),
    ...changes,
  });

/** Real processes of the sandbox on a folder of their own. */
const openFleet = async (instances: readonly InstanceConfiguration[]): Promise<void> => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'atelier-fleet-view-'));
  disposables.add(() => rm(dataFolder, { recursive: true, force: true }));
  await createPlaceholderModels(join(dataFolder, 'sandbox', 'models'));
  const clock = createSystemClock();
  const logFolder = join(dataFolder, 'logs');
  const processHost = createProcessHost({ dataFolder, logFolder, clock, logger: silent, pollIntervalMs: 50 });
  disposables.add(() => processHost.close());
  const limits = () => ({ maxFileBytes: 1024 ** 2, filesKept: 1 });
  const instanceLogs = createInstanceLogs({ logFolder, clock, logger: silent, limits });
  disposables.add(() => instanceLogs.close());
  const stores = createMemoryStores();
  stores.document = { instances, activeInstanceId: null };
  const planner = createLaunchPlanner({
    files: createFileInspector(),
    writer: createFileWriter(),
    gpus: noGpus,
    flags: createFlagLearner({ commands: createCommandRunner(), clock }),
    site: {
      platform: 'linux',
      dataFolder,
      parentEnvironment: { PATH: process.env['PATH'] ?? '' },
      sandbox: { command: process.execPath, arguments: [sandboxEntry], environment: {} },
    },
    cacheMemory: async () => null,
  });
  fleet = createFleet({
    processHost,
    runRecords: stores.runRecords,
    comfyClient: client,
    instanceLogs,
    portProbe: createPortProbe({ logger: silent }),
    gpuProbe: noGpus,
    processMetrics: createProcessMetrics({ clock }),
    store: stores.fleet,
    secrets: stores.secrets,
    clock,
    random: Math.random,
    logger: silent,
    policy: { ...defaultLifePolicy, startProbeIntervalMs: 50 },
    settings: () => settingsSchema.parse({}),
    planLaunch: planner.plan,
  });
  await fleet.open();
  disposables.add(async () => {
    await fleet.close({ keepInstances: false });
  });
  view = createFleetView(fleet, () => null);
};

/** Resolves when the instance looks as wanted; tells what it looked like last when that takes too long. */
const until = (isAsWanted: (instance: InstanceView) => boolean): Promise<InstanceView> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      const instance = fleet.get('one');
      if (!isAsWanted(instance)) return;
      end();
      resolve(instance);
    };
    const cancel = fleet.feed.listen(look);
    const timer = setTimeout(() => {
      cancel();
      reject(new Error(`It is still ${JSON.stringify(fleet.get('one').state)}`));
    }, waitLimitMs);
    const end = (): void => {
      cancel();
      clearTimeout(timer);
    };
    look();
  });

const candidate = () => view.candidates()[0];

beforeEach(() => {
  disposables = createDisposables();
});
afterEach(() => disposables.dispose());
afterAll(() => client.close());

describe('a real instance', () => {
  it('starts on demand, gives its memory back, stops when nobody needs it, and starts again', async () => {
    const idle = { freeAfterMs: 500, stopAfterMs: 1_500, startOnDemand: true };
    await openFleet([await configuration({ idle })]);
    const emptied: string[] = [];
    view.onEmptied((instanceId) => emptied.push(instanceId));
    expect(candidate()).toMatchObject({ status: 'stopped', startOnDemand: true, coldStartMs: 2_000, readyAt: null });
    view.startOnDemand('one');
    await until(({ status }) => status === 'running');
    expect(candidate()).toMatchObject({ startOnDemand: false, hostId: '', vramTotalBytes: 24 * 1024 ** 3 });
    const { state } = await until(({ status }) => status === 'stopped');
    expect(state).toMatchObject({ kind: 'stopped', idle: true, lastExit: { requested: true } });
    expect(emptied).toContain('one');
    expect(candidate()).toMatchObject({ startOnDemand: true, vramTotalBytes: 24 * 1024 ** 3 });
    expect(candidate()?.coldStartMs).not.toBe(2_000);
    view.startOnDemand('one');
    await until(({ status }) => status === 'running');
  });

  it('drains: the job that runs is finished, and then it stops', async () => {
    await openFleet([await configuration({})]);
    fleet.start('one');
    await until(({ status }) => status === 'running');
    const { endpoint } = candidate() ?? { endpoint: { baseUrl: '', authorization: null } };
    const socket = await client.openSocket(endpoint, 'drain', { timeoutMs: 5_000 });
    const ended = new Promise<void>((resolve) => {
      socket.onFrame((frame) => {
        if (frame.kind === 'message' && frame.type === 'executing' && frame.data['node'] === null) resolve();
      });
    });
    const promptId = randomUUID();
    view.jobStarted('one', promptId);
    expect(fleet.drain('one', 'stop')).toMatchObject({ status: 'running', draining: 'stop' });
    expect(candidate()).toMatchObject({ draining: true });
    const prompt = {
      '1': { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 1 } },
      '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'drained' } },
    };
    await client.submit(endpoint, { promptId, clientId: 'drain', prompt, extraData: {} });
    await ended;
    expect(await client.history(endpoint, promptId)).toMatchObject({ statusText: 'success' });
    expect(fleet.get('one')).toMatchObject({ status: 'running' });
    view.jobEnded('one', promptId, 'succeeded');
    const { state, draining } = await until(({ status }) => status === 'stopped');
    expect({ state, draining }).toMatchObject({ state: { lastExit: { requested: true } }, draining: null });
    expect(state).not.toHaveProperty('idle');
    socket.close();
  });

  it('tells by its log that it has run out of memory and holds nothing', async () => {
    const base = await configuration({});
    await openFleet([{ ...base, sandbox: { ...base.sandbox, vramBytes: 64 * 1024 ** 2, clock: 100 } }]);
    fleet.start('one');
    await until(({ status }) => status === 'running');
    const emptied = new Promise((resolve) => {
      view.onEmptied(resolve);
    });
    const { endpoint } = candidate() ?? { endpoint: { baseUrl: '', authorization: null } };
    const { combos } = await client.nodeCatalog(endpoint, { timeoutMs: 10_000 });
    const [checkpoint = ''] = combos.get('CheckpointLoaderSimple')?.get('ckpt_name') ?? [];
    const text = (words: string) => ({ class_type: 'CLIPTextEncode', inputs: { text: words, clip: ['1', 1] } });
    const sampling = { seed: 1, steps: 2, cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 };
    const links = { model: ['1', 0], positive: ['2', 0], negative: ['3', 0], latent_image: ['4', 0] };
    const prompt = {
      '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
      '2': text('a fox'),
      '3': text(''),
      '4': { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 4 } },
      '5': { class_type: 'KSampler', inputs: { ...sampling, ...links } },
      '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
      '7': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'large' } },
    };
    await client.submit(endpoint, { promptId: randomUUID(), clientId: 'large', prompt, extraData: {} });
    expect(await emptied).toBe('one');
  });

  it('is not stopped while somebody works in its own page', async () => {
    const idle = { freeAfterMs: 0, stopAfterMs: 1_000, startOnDemand: true };
    await openFleet([await configuration({ idle })]);
    fleet.start('one');
    await until(({ status }) => status === 'running');
    const { endpoint } = candidate() ?? { endpoint: { baseUrl: '', authorization: null } };
    const began = performance.now();
    let submitted = 0;
    while (performance.now() - began < 3_000) {
      const prompt = {
        '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: submitted } },
        '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'own' } },
      };
      await client.submit(endpoint, { promptId: randomUUID(), clientId: 'page', prompt, extraData: {} });
      submitted += 1;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(fleet.get('one')).toMatchObject({ status: 'running' });
    }
    expect(submitted).toBeGreaterThan(3);
    await until(({ status }) => status === 'stopped');
  });
});
