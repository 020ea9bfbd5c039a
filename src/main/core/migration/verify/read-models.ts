import { StudioError } from '#contract/errors.ts';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { MigrationFiles } from '#core/ports/migration.ts';
import { type ModelName, modelEndings, modelOfPath } from './model-names.ts';

/** A list of 100,000 models is 5 MB; more is no list of models. */
const maxAnswerBytes = 16 * 1024 ** 2;
const maxKinds = 500;
/** Folders that hold no models although ComfyUI lists them among them. */
const otherFolders: ReadonlySet<string> = new Set(['custom_nodes', 'configs']);

const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string | null> => {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > maxAnswerBytes) return null;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
};

const namesIn = (text: string): readonly string[] | null => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** What a running ComfyUI offers to load; null where it does not tell (older ones have no such route). */
export const modelsOfServer = async (
  endpoint: ComfyEndpoint,
  client: Pick<ComfyReader, 'get'>,
  signal: AbortSignal,
): Promise<readonly ModelName[] | null> => {
  const list = async (path: string): Promise<readonly string[] | null> => {
    const answer = await client.get(endpoint, path, { signal });
    const text = await textOf(answer.body);
    return answer.status === 200 && text !== null ? namesIn(text) : null;
  };
  try {
    const kinds = await list('/models');
    if (kinds === null) return null;
    const models: ModelName[] = [];
    for (const kind of kinds.filter((name) => !otherFolders.has(name)).slice(0, maxKinds)) {
      const names = (await list(`/models/${encodeURIComponent(kind)}`)) ?? [];
      models.push(...names.map((name) => ({ kind, name })));
    }
    return models;
  } catch (error) {
    if (error instanceof StudioError && !signal.aborted) return null;
    throw error;
  }
};

/** What lies in folders that ComfyUI reads models from. */
export const modelsOfFolders = async (
  folders: readonly string[],
  files: Pick<MigrationFiles, 'modelFiles'>,
  signal: AbortSignal,
): Promise<readonly ModelName[]> => {
  const models: ModelName[] = [];
  for (const folder of folders) models.push(...(await files.modelFiles(folder, modelEndings, signal)).map(modelOfPath));
  return models;
};
