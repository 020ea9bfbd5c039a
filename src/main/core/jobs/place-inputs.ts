import type { Prompt } from '#contract/models/workflow.ts';
import type { ComfyClient, ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { renameInputFiles } from '#core/workflows/input-files.ts';
import type { PlacedFiles, StoredPlace } from './placed-inputs.ts';

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
  const subfolder = name.slice(0, Math.max(0, slash));
  return { name: name.slice(slash + 1), uploadId, kind: 'input', subfolder, type: 'input' };
};

export interface PlacingDependencies {
  readonly client: Pick<ComfyClient, 'uploadInput' | 'putImage'>;
  readonly inputs: Pick<InputStore, 'open'>;
}

export interface Placing {
  readonly endpoint: ComfyEndpoint;
  readonly prompt: Prompt;
  readonly inputs: readonly JobInput[];
  /** What this run of the instance has already. */
  readonly placed: PlacedFiles;
  readonly signal: AbortSignal;
}

export interface PlacedPrompt {
  readonly prompt: Prompt;
  /** Some files are taken to be there because they were sent before. */
  readonly isAssumed: boolean;
}

/** Files that are on their way to one instance at a time, for one job. */
const maxUploads = 4;

const inParallel = async <Item>(items: readonly Item[], task: (item: Item) => Promise<void>): Promise<void> => {
  const left = items.values();
  const work = async (): Promise<void> => {
    for (const item of left) await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(maxUploads, items.length) }, work));
};

const join = (subfolder: string, name: string): string => (subfolder === '' ? name : `${subfolder}/${name}`);

/** How a graph names a file; the input folder is meant where none is named (comfyui-protocol.md 4.8). */
const graphName = (path: string, type: string): string => (type === 'input' ? path : `${path} [${type}]`);

const keyOf = ({ name, subfolder, type, uploadId }: JobInput): string => `${uploadId} ${type} ${join(subfolder, name)}`;

/** All ways in which a graph may name an input; a picture of the image cache is named by its id. */
export const graphNamesOf = ({ kind, name, subfolder, type }: JobInput): readonly string[] => {
  if (kind === 'image-cache') return [name];
  const path = join(subfolder, name);
  return type === 'input' ? [path, `${path} [input]`] : [graphName(path, type)];
};

/** Two inputs may name the same file. */
const distinct = (inputs: readonly JobInput[]): readonly JobInput[] => [
  ...new Map(inputs.map((input) => [`${input.kind} ${keyOf(input)}`, input])).values(),
];

/**
 * Sends the files of a job to the instance that runs it, since ComfyUI checks at the submission that they are there, and answers the
 * graph with the names it stored them under: one whose name is taken by other content gets another. Files that this run of the instance
 * got before are not sent again; pictures of the image cache always are, since they leave that by themselves.
 */
export const placeInputs = async (
  { client, inputs }: PlacingDependencies,
  { endpoint, prompt, inputs: wanted, placed, signal }: Placing,
): Promise<PlacedPrompt> => {
  const storedNames = new Map<string, string>();
  let isAssumed = false;

  const upload = async (input: JobInput): Promise<StoredPlace> => {
    const known = placed.get(keyOf(input));
    if (known !== undefined) {
      isAssumed = true;
      return known;
    }
    const { name, subfolder, type } = input;
    const { body, contentType } = await inputs.open(input.uploadId);
    const stored = await client.uploadInput(endpoint, { name, subfolder, type, body, contentType }, signal);
    placed.set(keyOf(input), stored);
    return stored;
  };

  const place = async (input: JobInput): Promise<void> => {
    if (input.kind === 'image-cache') {
      const { body, contentType } = await inputs.open(input.uploadId);
      await client.putImage(endpoint, { id: input.name, body, contentType }, signal);
      return;
    }
    const stored = await upload(input);
    const asked = graphName(join(input.subfolder, input.name), input.type);
    storedNames.set(asked, graphName(join(stored.subfolder, stored.filename), stored.type));
  };

  await inParallel(distinct(wanted), place);
  return { prompt: storedNames.size === 0 ? prompt : renameInputFiles(prompt, storedNames), isAssumed };
};
