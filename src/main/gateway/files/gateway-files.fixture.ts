import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Settings, settingsSchema } from '#contract/models/settings.ts';
import { createFakeFleet, type FakeFleet, fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import { createJobs, type Jobs } from '#core/jobs/jobs.ts';
import { createMemoryJobStore } from '#core/jobs/memory-job-store.fixture.ts';
import { createComfyClient } from '#main/platform/comfy/comfy-client.ts';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { openUploadNames } from '#main/platform/comfy/input-store-names.ts';
import { createOutputFolderReader } from '#main/platform/comfy/output-folder-reader.ts';
import { type SandboxProcess, startSandbox } from '#main/platform/comfy/sandbox-process.fixture.ts';
import { createPictures } from '#main/platform/pictures/pictures.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { openAssetBook } from '../api-v2/asset-book.ts';
import { createGateway } from '../gateway.ts';
import { createUploadShelf, type UploadShelf } from './upload-shelf.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A gateway on a data folder, over instances `a`, `b`, … that run on this machine. */
export interface FilesWorld {
  readonly address: string;
  readonly root: string;
  readonly jobs: Jobs;
  readonly fleet: FakeFleet;
  readonly shelf: UploadShelf;
  readonly sandboxes: readonly SandboxProcess[];
  /** Ends the gateway and opens it anew on the same data folder; jobs are not kept. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const folders = (root: string) => ({
  output: path.join(root, 'output'),
  temp: path.join(root, 'temp'),
  input: path.join(root, 'input'),
});

const openParts = async (root: string, fleet: FakeFleet, settings: () => Settings) => {
  const client = createComfyClient();
  const clock = createSystemClock();
  const inputs = await createInputStore({ folder: path.join(root, 'uploads'), clock, logger });
  const names = await openUploadNames({ file: path.join(root, 'upload-names.jsonl'), logger });
  const shelf = createUploadShelf({ inputs, names, clock, logger });
  const outputFolders = createOutputFolderReader();
  const makeId = () => crypto.randomUUID();
  const shared = { fleet, client, reader: client, inputs, outputFolders, clock, makeId, settings, logger };
  const jobs = createJobs({
    ...shared,
    store: createMemoryJobStore(),
    random: Math.random,
    usualConcurrentLoads: 2,
    bootId: null,
    seal: { seal: (text) => text, unseal: (text) => text },
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
  });
  jobs.open();
  const assets = await openAssetBook({
    store: { load: async () => ({ document: { assets: [] }, notices: [] }), save: async () => undefined },
    inputs,
    shelf,
    logger,
  });
  const gateway = await createGateway(
    { ...shared, jobs, assets, shelf, pictures: createPictures() },
    { host: '127.0.0.1', port: 0, allowedHosts: [], accessToken: null },
  );
  return {
    jobs,
    shelf,
    gateway,
    close: async () => {
      await gateway.close();
      await jobs.stop();
      await client.close();
      shelf.close();
      await names.close();
      await inputs.close();
    },
  };
};

/** Starts so many sandbox instances, each with folders of its own, behind a gateway. */
export const openFilesWorld = async (options: {
  readonly instances: number;
  readonly settings?: Partial<Settings>;
  /** Further switches of every sandbox. */
  readonly switches?: readonly string[];
}): Promise<FilesWorld> => {
  const root = await mkdtemp(path.join(tmpdir(), 'atelier-files-'));
  const sandboxes = await Promise.all(
    Array.from({ length: options.instances }, () =>
      startSandbox(['--sandbox-clock', '50', ...(options.switches ?? [])]),
    ),
  );
  const fleet = createFakeFleet(
    sandboxes.map(({ endpoint, folder }, index) =>
      fakeCandidate(String.fromCodePoint(97 + index), { endpoint, outputFolders: folders(folder) }),
    ),
  );
  const settings = () => settingsSchema.parse({ balancingStrategy: 'least-loaded', ...options.settings });
  let parts = await openParts(root, fleet, settings);
  return {
    root,
    fleet,
    sandboxes,
    get address() {
      return parts.gateway.address;
    },
    get jobs() {
      return parts.jobs;
    },
    get shelf() {
      return parts.shelf;
    },
    restart: async () => {
      await parts.close();
      parts = await openParts(root, fleet, settings);
    },
    close: async () => {
      await parts.close();
      for (const sandbox of sandboxes) await sandbox.end();
      await rm(root, { recursive: true, force: true });
    },
  };
};
