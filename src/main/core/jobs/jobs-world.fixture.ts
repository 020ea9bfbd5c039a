import { StudioError } from '#contract/errors.ts';
import { type JobView, jobSubmissionSchema, jobViewSchema } from '#contract/models/job.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';
import type { SecretSeal } from '#core/ports/secret-seal.ts';
import { createFakeComfy, type FakeInstance } from './fake-comfy.fixture.ts';
import { createFakeFleet, type FakeFleet, fakeCandidate } from './fake-fleet.fixture.ts';
import type { FleetCandidate } from './fleet-view.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createManualClock, type ManualClock } from './manual-clock.fixture.ts';
import { createMemoryJobStore, type MemoryJobStore } from './memory-job-store.fixture.ts';
import type { SubmitOptions } from './submit-job.ts';

export const prompt: Prompt = {
  '1': { class_type: 'EmptyImage', inputs: { width: 8 } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0] } },
};

export const image = { images: [{ filename: 'x_00001_.png', subfolder: 'sub', type: 'output' }] };

/** Where a local instance keeps its files; one without them counts as one elsewhere. */
export const localFolders = (name: string): OutputFolders => ({
  output: `/${name}/output`,
  temp: `/${name}/temp`,
  input: '/shared/input',
});

export const local = (name: string, fields: Partial<FleetCandidate> = {}): FleetCandidate =>
  fakeCandidate(name, { outputFolders: localFolders(name), ...fields });

const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export const createFakeInputs = (): InputStore & { readonly held: Map<string, number> } => {
  const held = new Map<string, number>([['up-1', 0]]);
  return {
    held,
    has: (uploadId) => held.has(uploadId),
    holders: (uploadId) => held.get(uploadId) ?? 0,
    put: () => Promise.reject(new Error('not part of these tests')),
    hold: (uploadId) => {
      const count = held.get(uploadId);
      if (count === undefined) throw new StudioError('INPUT_INVALID');
      held.set(uploadId, count + 1);
      return () => held.set(uploadId, (held.get(uploadId) ?? 0) - 1);
    },
    dismiss: () => undefined,
    open: async () => ({
      contentType: 'image/png',
      sizeBytes: 1,
      body: (async function* one() {
        yield new Uint8Array([1]);
      })(),
    }),
    close: () => Promise.resolve(),
  };
};

/** Writes text as hexadecimal numbers; what it sealed before `lose` it cannot read any more. */
const createFakeSeal = (): SecretSeal & { lose(): void; find(): void } => {
  let key = 'key-1:';
  return {
    seal: (text) => key + Buffer.from(text).toString('hex'),
    unseal: (sealed) => (sealed.startsWith(key) ? Buffer.from(sealed.slice(key.length), 'hex').toString() : null),
    lose: () => {
      key = 'key-2:';
    },
    find: () => {
      key = 'key-1:';
    },
  };
};

export interface WorldOptions {
  readonly settings?: Partial<Settings>;
  readonly bootId?: string;
}

/** Fakes of everything outside, which outlive the studio that uses them. */
export const createWorld = (candidates: readonly FleetCandidate[]) => {
  let ids = 0;
  return {
    clock: createManualClock(),
    comfy: createFakeComfy(),
    fleet: createFakeFleet(candidates),
    inputs: createFakeInputs(),
    store: createMemoryJobStore(),
    seal: createFakeSeal(),
    /** Files that were deleted. */
    deleted: [] as string[],
    makeId: (): string => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
  };
};

export type World = ReturnType<typeof createWorld>;

/** A studio's way to its store: cut off, nothing that it writes arrives, as after kill -9. */
const connect = (store: MemoryJobStore): { readonly connection: JobStore; readonly cut: () => void } => {
  let isCut = false;
  const never = new Promise<void>(() => {});
  return {
    connection: { ...store, write: (changes, durability) => (isCut ? never : store.write(changes, durability)) },
    cut: () => {
      isCut = true;
    },
  };
};

/** A studio's jobs over a world, not opened yet; `kill` ends it without a last word. */
const createWorldJobs = (
  world: World,
  { settings = {}, bootId }: WorldOptions,
): { readonly jobs: Jobs; readonly kill: () => void } => {
  const { clock, comfy, fleet, inputs, makeId, deleted } = world;
  const { connection: store, cut } = connect(world.store);
  const jobs = createJobs({
    fleet,
    client: comfy.client,
    reader: comfy.reader,
    inputs,
    outputFolders: {
      open: async (folder, { filename }) => ({
        status: 200,
        headers: { 'x-disk': `${folder}/${filename}` },
        body: (async function* none() {})(),
      }),
      modifiedAt: () => Promise.resolve(null),
      remove: async (folder, { filename, subfolder }) => {
        deleted.push(`${folder}/${subfolder === '' ? '' : `${subfolder}/`}${filename}`);
        return true;
      },
    },
    store,
    clock,
    random: () => 0,
    makeId,
    settings: () => ({
      balancingStrategy: 'least-loaded',
      maxQueuedJobs: 10,
      maxConcurrentLoads: 64,
      starvationLimitMs: 600_000,
      startQueuePaused: false,
      gatewayUnrepeatableClasses: [],
      ...settings,
    }),
    usualConcurrentLoads: 2,
    bootId: bootId ?? null,
    seal: world.seal,
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    logger: silentLogger,
  });
  const kill = (): void => {
    cut();
    void jobs.stop();
  };
  return { jobs, kill };
};

export interface OpenedWorld {
  readonly clock: ManualClock;
  readonly comfy: World['comfy'];
  readonly fleet: FakeFleet;
  readonly inputs: World['inputs'];
  readonly store: MemoryJobStore;
  readonly world: World;
  readonly jobs: Jobs;
  /** kill -9 of the studio. */
  kill(): void;
  readonly a: FakeInstance;
  readonly b: FakeInstance;
  submit(fields?: Readonly<Record<string, unknown>>, options?: SubmitOptions): Promise<string>;
  view(jobId: string): JobView;
  /** Jobs in memory, newest first. */
  listed(...states: readonly JobView['state'][]): readonly JobView[];
  /** Titles of what waits, in queue order. */
  waiting(): readonly string[];
}

export const openWorld = (world: World, options: WorldOptions = {}): OpenedWorld => {
  const { clock, comfy } = world;
  const { jobs, kill } = createWorldJobs(world, options);
  jobs.open();
  return {
    ...world,
    world,
    jobs,
    kill,
    a: comfy.instance('http://a'),
    b: comfy.instance('http://b'),
    submit: async (fields = {}, submitOptions = {}) => {
      const { id } = await jobs.submit(jobSubmissionSchema.parse({ prompt, ...fields }), submitOptions);
      await clock.advance(0);
      return id;
    },
    view: (jobId) => jobViewSchema.parse(jobs.get(jobId)),
    listed: (...states) =>
      jobs
        .records()
        .map(({ view }) => view)
        .filter(({ state }) => states.length === 0 || states.includes(state))
        .toReversed(),
    waiting: () => jobs.live.waitingIds().map((jobId) => jobs.get(jobId).title),
  };
};

export const setUp = (
  candidates: readonly FleetCandidate[] = [fakeCandidate('a'), fakeCandidate('b')],
  options: WorldOptions = {},
): OpenedWorld => openWorld(createWorld(candidates), options);
