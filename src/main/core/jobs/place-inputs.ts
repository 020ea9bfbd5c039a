import type { Prompt } from '#contract/models/workflow.ts';
import type { ComfyClient, ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { renameInputFiles } from '#core/workflows/input-files.ts';

export interface JobInput {
  readonly name: string;
  readonly uploadId: string;
}

/**
 * Sends the uploaded files of a job to the instance that runs it, since ComfyUI checks at the submission that they are there, and
 * answers the graph with the names it stored them under.
 */
export const placeInputs = async (
  { client, inputs }: { readonly client: Pick<ComfyClient, 'uploadInput'>; readonly inputs: InputStore },
  endpoint: ComfyEndpoint,
  job: { readonly prompt: Prompt; readonly inputs: readonly JobInput[] },
  signal: AbortSignal,
): Promise<Prompt> => {
  const storedNames = new Map<string, string>();
  for (const { name, uploadId } of job.inputs) {
    const { body, contentType } = await inputs.open(uploadId);
    const stored = await client.uploadInput(endpoint, { name, body, contentType }, signal);
    storedNames.set(name, stored.subfolder === '' ? stored.filename : `${stored.subfolder}/${stored.filename}`);
  }
  return storedNames.size === 0 ? job.prompt : renameInputFiles(job.prompt, storedNames);
};
