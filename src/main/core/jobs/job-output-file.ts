import { StudioError } from '#contract/errors.ts';
import type { JobOutput } from '#contract/models/job.ts';
import type { ComfyClient, FileAnswer } from '#core/ports/comfy-client.ts';
import type { OutputFolderReader, OutputFolders } from '#core/ports/output-folder-reader.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';
import type { JobRecord } from './job-book.ts';

interface OpenOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface OutputSources {
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly client: Pick<ComfyClient, 'view'>;
  readonly outputFolders: OutputFolderReader;
}

const textAnswer = (text: string): FileAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: (async function* body() {
    yield new TextEncoder().encode(text);
  })(),
});

const folderOf = (folders: OutputFolders, { type, filename }: JobOutput): string => {
  if (type === 'output' || type === 'temp' || type === 'input') return folders[type];
  throw new StudioError('JOB_NOT_FOUND', undefined, { details: { filename, type } });
};

const sameFolders = (first: OutputFolders | null, second: OutputFolders | null): boolean =>
  first === null || second === null
    ? first === second
    : first.output === second.output && first.temp === second.temp && first.input === second.input;

/** Whether it can be asked, and still is the one that made the job's files: ids may be given anew, and folders may be changed. */
const canAnswer = (instance: FleetCandidate, folders: OutputFolders | null): boolean =>
  instance.readyAt !== null &&
  sameFolders(instance.outputFolders, folders) &&
  (folders === null || instance.health !== 'unhealthy');

/**
 * Streams one result of a job: from the instance that made it while that answers, else, for a local one, from its folder, so that a
 * picture outlives the stop, the crash and the removal of its instance. JOB_NOT_FOUND for no such result, INSTANCE_ codes for a
 * remote source that is not there.
 */
export const openJobOutput = async (
  { fleet, client, outputFolders }: OutputSources,
  { view: job, outputFolders: folders }: Pick<JobRecord, 'view' | 'outputFolders'>,
  index: number,
  options: OpenOptions,
): Promise<FileAnswer> => {
  const output = job.outputs.find((other) => other.index === index);
  if (output === undefined) throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId: job.id, index } });
  if (output.filename === '') return textAnswer(output.text);
  const { filename, subfolder, type } = output;
  const { instanceId } = job;
  const instance = fleet.candidates().find((candidate) => candidate.instanceId === instanceId);
  const fromDisk = (kept: OutputFolders): Promise<FileAnswer> =>
    outputFolders.open(folderOf(kept, output), { filename, subfolder }, options);
  if (instance !== undefined && canAnswer(instance, folders)) {
    try {
      return await client.view(instance.endpoint, { filename, subfolder, type }, options);
    } catch (error) {
      const isSilent = error instanceof StudioError && error.code === 'INSTANCE_UNREACHABLE';
      if (folders === null || !isSilent || options.signal?.aborted === true) throw error;
      return fromDisk(folders);
    }
  }
  if (folders !== null) return fromDisk(folders);
  const code =
    instance === undefined || instance.outputFolders !== null ? 'INSTANCE_NOT_FOUND' : 'INSTANCE_NOT_RUNNING';
  throw new StudioError(code, undefined, { details: { instanceId } });
};
