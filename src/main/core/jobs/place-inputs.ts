import type { Prompt } from '#contract/models/workflow.ts';
import type { ComfyClient, ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { renameInputFiles } from '#core/workflows/input-files.ts';

/** A file that an instance needs before it gets the prompt. */
export interface JobInput {
  /** Its name, as the graph has it without its subfolder; the id of a picture of the image cache. */
  readonly name: string;
  readonly uploadId: string;
  /** `image-cache`: the memory that PUT /api/etn/image fills on an instance, and not a folder. */
  readonly kind: 'input' | 'image-cache';
  readonly subfolder: string;
  /** The folder, as /upload/image takes it: `input`, `output` or `temp`. */
  readonly type: string;
}

/** An upload as a submission of the studio names it; a subfolder of the input folder may stand in the name. */
export const inputOf = ({ name, uploadId }: { readonly name: string; readonly uploadId: string }): JobInput => {
  const slash = name.lastIndexOf('/');
  return {
    name: name.slice(slash + 1),
    uploadId,
    kind: 'input',
    subfolder: name.slice(0, Math.max(0, slash)),
    type: 'input',
  };
};

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
