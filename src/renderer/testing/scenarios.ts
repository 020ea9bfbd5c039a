import { StudioError } from '#contract/errors.ts';
import { fleetContents } from './fleet-scenario.ts';
import { galleryScenarios } from './gallery-scenarios.ts';
import { instanceStory } from './instance-event-fixtures.ts';
import { fixtureNow, instance, ready } from './instance-fixtures.ts';
import { doneJob, jobId, runningJob } from './job-fixtures.ts';
import { libraryContents, longLibraryContents, missingHandlers } from './library-scenario.ts';
import { longLog } from './log-fixtures.ts';
import { migrationScenarios } from './migration-scenarios.ts';
import { crowdedContents, queueContents } from './queue-scenario.ts';
import { emptyContents, type HandlerChanges, type StudioContents } from './studio-fixture.ts';

export interface Scenario {
  readonly contents: StudioContents;
  readonly handlers?: HandlerChanges;
  /** False = nothing ever answers, as while a page loads. */
  readonly answers?: boolean;
  /** The connection breaks after the first answers. */
  readonly drops?: boolean;
}

const longName =
  'Character generation for the second chapter of the graphic novel, high resolution pass with upscaling';
const longTitle =
  'an extremely detailed portrait of an elderly clockmaker surrounded by hundreds of brass gears, volumetric light, 85 mm';

const longFleet: StudioContents = {
  ...fleetContents,
  instances: fleetContents.instances.map((view, index) => ({
    ...view,
    configuration: {
      ...view.configuration,
      name: `${longName} ${index + 1}`,
      description: `${longTitle}. ${longTitle}.`,
      host: index === 1 ? 'render-node-with-a-long-name.example.internal' : view.configuration.host,
    },
    endpoint: index === 1 ? 'http://render-node-with-a-long-name.example.internal:8190' : view.endpoint,
  })),
  jobs: fleetContents.jobs.map((job) => ({ ...job, title: longTitle })),
};

const fleetSize = 256;
const manyContents: StudioContents = {
  ...fleetContents,
  activeInstanceId: null,
  instances: Array.from({ length: fleetSize }, (_, index) =>
    instance({
      configuration: { id: `gpu-${index}`, name: `GPU ${index}`, port: 8188 + index, gpuDevice: `cuda:${index % 8}` },
      state: ready(),
      view: index % 3 === 0 ? { runningJobIds: [jobId(100 + index)] } : {},
    }),
  ),
  jobs: Array.from({ length: fleetSize }, (_, index) =>
    index % 3 === 0
      ? runningJob(100 + index, `gpu-${index}`, { hasPreview: false })
      : doneJob(100 + index, `gpu-${index}`, { finishedAt: fixtureNow - index * 1000 }),
  ),
};

/** What the fixture page can show, by the name in its address. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  fleet: {
    contents: {
      ...fleetContents,
      logs: { 'character-gen': longLog() },
      instanceEvents: { 'character-gen': instanceStory },
    },
  },
  long: { contents: longFleet },
  many: { contents: manyContents },
  queue: { contents: queueContents },
  'queue-long': {
    contents: {
      ...longFleet,
      jobs: queueContents.jobs.map((job) => ({ ...job, title: longTitle })),
      batches: queueContents.batches.map((batch) => ({ ...batch, title: longTitle })),
      explanations: queueContents.explanations,
    },
  },
  library: { contents: libraryContents },
  'library-missing': { contents: libraryContents, handlers: missingHandlers },
  'library-long': { contents: longLibraryContents },
  draining: {
    contents: {
      ...fleetContents,
      instances: fleetContents.instances.map((view, index) =>
        index === 0 ? { ...view, draining: 'stop' as const } : view,
      ),
    },
  },
  crowded: { contents: crowdedContents },
  'queue-paused': { contents: { ...queueContents, queue: { mode: 'paused' } } },
  'queue-closed': {
    contents: {
      ...queueContents,
      queue: {
        estimate: null,
        problem: {
          code: 'STORE_WRITE_FAILED',
          message: 'database or disk is full',
          details: { file: 'jobs.sqlite' },
          retryable: true,
        },
      },
    },
  },
  'queue-failing': {
    contents: queueContents,
    handlers: {
      'jobs.explain': () => {
        throw new StudioError('JOB_NOT_FOUND');
      },
      'jobs.events': () => {
        throw new StudioError('STORE_READ_FAILED');
      },
      'jobs.retry': () => {
        throw new StudioError('JOB_QUEUE_CLOSED');
      },
    },
  },
  ...galleryScenarios,
  ...migrationScenarios,
  empty: { contents: emptyContents },
  loading: { contents: emptyContents, answers: false },
  lost: { contents: fleetContents, drops: true },
  notices: {
    contents: {
      ...fleetContents,
      notices: [
        {
          id: 'restored',
          severity: 'warning',
          code: 'STORE_CORRUPT',
          details: { file: 'instances.json' },
          message: 'instances.json was damaged',
          at: fixtureNow,
        },
      ],
    },
  },
  refusing: {
    contents: fleetContents,
    handlers: {
      'instances.start': () => {
        throw new StudioError('LAUNCH_PORT_TAKEN', undefined, {
          details: { port: 8193, ownerName: 'python', ownerPid: 4120 },
        });
      },
      'instances.stop': () => {
        throw new StudioError('INSTANCE_BUSY');
      },
    },
  },
};
