import { arch, cpus, homedir, hostname, release, type as systemType, totalmem, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { DiagnosticsPreview } from '#contract/models/diagnostics.ts';
import { jobPageSchema } from '#contract/models/queue.ts';
import type { StudioDescription } from '#contract/models/studio.ts';
import {
  type BundleFile,
  type BundleSource,
  bundleFiles,
  usualBundleLimits,
} from '#core/diagnostics/diagnostics-bundle.ts';
import type { PrivateFacts } from '#core/diagnostics/redact-text.ts';
import { instanceSecretName } from '#core/instances/endpoint.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import { readFileEnd } from '../platform/diagnostics/file-end.ts';
import { zipStream } from '../platform/diagnostics/zip-stream.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { StudioPlatform } from './platform.ts';
import type { QueueParts } from './queue-parts.ts';
import type { SettingsDesk } from './settings-desk.ts';
import type { StudioOptions } from './studio.ts';

/** The bundle that a person sends along with a question (002-H5): looked at first, then saved. */
export interface DiagnosticsParts {
  preview(signal: AbortSignal): Promise<DiagnosticsPreview>;
  archive(signal: AbortSignal): { readonly fileName: string; readonly body: AsyncIterable<Uint8Array> };
}

interface Parts {
  readonly platform: StudioPlatform;
  readonly options: StudioOptions;
  readonly fleet: Fleet;
  readonly settings: SettingsDesk;
  readonly notices: NoticeBoard;
  readonly queue: Pick<QueueParts, 'readPage'>;
  readonly describe: () => StudioDescription;
}

const previewLength = 6000;
const mostLogs = 64;

/** A system may not tell who runs the program, as in some containers. */
const ownName = (): string => {
  try {
    return userInfo().username;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
};

const privateFacts = async ({ platform, options, fleet }: Parts): Promise<PrivateFacts> => {
  const stored = await Promise.all(
    fleet.list().map(({ configuration }) => platform.secretStore.get(instanceSecretName(configuration.id))),
  );
  return {
    secrets: [...stored, options.studio.accessToken, options.gateway.accessToken].filter((secret) => secret !== null),
    userNames: [...new Set([ownName(), basename(homedir())])],
    machineNames: [hostname()],
  };
};

const machineFacts = async ({ platform, options }: Parts): Promise<unknown> => ({
  system: { type: systemType(), release: release(), architecture: arch(), platform: options.platform },
  node: process.versions,
  processors: { count: cpus().length, model: cpus()[0]?.model ?? '' },
  memoryTotalBytes: totalmem(),
  memory: await platform.processMetrics.machine(),
  gpus: await platform.gpuProbe.list(),
  gpuReadings: await platform.gpuProbe.read(),
});

/** The studio's own errors and warnings, newest last; each line of its log is one JSON object. */
const recentErrors = async (path: string): Promise<unknown> => {
  const { text } = await readFileEnd(path, usualBundleLimits.logBytes);
  return text
    .split('\n')
    .filter((line) => /"level":"(?:error|warn)"/.test(line))
    .slice(-200);
};

/** What went wrong with jobs lately; their titles are words of a prompt and nobody else's business. */
const failedJobs = (queue: Parts['queue']): unknown =>
  queue
    .readPage(jobPageSchema.parse({ states: ['failed', 'parked'], limit: 50 }))
    .jobs.map(({ title: _title, ...job }) => job);

const sourcesOf = (parts: Parts): readonly BundleSource[] => {
  const { platform, options, fleet, settings, notices, queue, describe } = parts;
  const studioLog = join(options.dataFolder, 'logs', 'atelier.log');
  const facts = (name: string, read: () => unknown): BundleSource => ({
    kind: 'facts',
    name,
    read: async () => read(),
  });
  return [
    facts('studio.json', () => ({ ...describe(), hostName: options.hostName, logLevel: options.logLevel })),
    facts('machine.json', () => machineFacts(parts)),
    facts('instances.json', () => ({ instances: fleet.list(), activeInstanceId: fleet.activeInstanceId() })),
    facts('settings.json', () => settings.current()),
    facts('notices.json', () => notices.feed.snapshot()),
    facts('jobs.json', () => failedJobs(queue)),
    facts('errors.json', () => recentErrors(studioLog)),
    { kind: 'log', name: 'logs/atelier.log', readEnd: (maxBytes) => readFileEnd(studioLog, maxBytes) },
    ...fleet
      .list()
      .filter(({ configuration }) => configuration.kind === 'local')
      .slice(0, mostLogs)
      .map(
        ({ configuration: { id } }): BundleSource => ({
          kind: 'log',
          name: `logs/instances/${id}.log`,
          readEnd: async (maxBytes) => {
            const { startByte, text } = await platform.instanceLogs.open(id).read(undefined, maxBytes);
            return { text, truncated: startByte > 0 };
          },
        }),
      ),
  ];
};

const previewOf = ({ kind, text }: BundleFile): string =>
  kind === 'log' ? text.slice(-previewLength) : text.slice(0, previewLength);

export const createDiagnosticsParts = (parts: Parts): DiagnosticsParts => {
  const { now } = parts.platform.clock;
  async function* files(signal: AbortSignal): AsyncGenerator<BundleFile> {
    yield* bundleFiles(sourcesOf(parts), await privateFacts(parts), { limits: usualBundleLimits, signal });
  }
  return {
    preview: async (signal) => {
      const all: BundleFile[] = [];
      for await (const file of files(signal)) all.push(file);
      return {
        files: all.map((file) => ({
          name: file.name,
          bytes: file.bytes,
          truncated: file.truncated,
          preview: previewOf(file),
        })),
        totalBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
        maxBytes: usualBundleLimits.totalBytes,
        redactions: all.reduce((sum, { redactions }) => sum + redactions, 0),
      };
    },
    archive: (signal) => ({
      fileName: `atelier-diagnostics-${new Date(now()).toISOString().slice(0, 19).replaceAll(':', '-')}.zip`,
      body: zipStream(files(signal), { at: new Date(now()) }),
    }),
  };
};
