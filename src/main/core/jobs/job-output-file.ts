import { StudioError } from '#contract/errors.ts';
import type { JobView } from '#contract/models/job.ts';
import type { ComfyClient, FileAnswer } from '#core/ports/comfy-client.ts';
import type { FleetView } from './fleet-view.ts';

interface OpenOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const textAnswer = (text: string): FileAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: (async function* body() {
    yield new TextEncoder().encode(text);
  })(),
});

/** Streams one result of a job from the instance that made it: JOB_NOT_FOUND for no such result, INSTANCE_ codes for a missing source. */
export const openJobOutput = async (
  { fleet, client }: { readonly fleet: Pick<FleetView, 'candidates'>; readonly client: Pick<ComfyClient, 'view'> },
  job: JobView,
  index: number,
  options: OpenOptions,
): Promise<FileAnswer> => {
  const output = job.outputs.find((other) => other.index === index);
  if (output === undefined) throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId: job.id, index } });
  if (output.filename === '') return textAnswer(output.text);
  const { instanceId } = job;
  const instance = fleet.candidates().find((candidate) => candidate.instanceId === instanceId);
  if (instance === undefined) throw new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId } });
  if (instance.readyAt === null) throw new StudioError('INSTANCE_NOT_RUNNING', undefined, { details: { instanceId } });
  const { filename, subfolder, type } = output;
  return client.view(instance.endpoint, { filename, subfolder, type }, options);
};
