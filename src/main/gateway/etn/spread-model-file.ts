import { Readable } from 'node:stream';
import { request } from 'undici';
import { StudioError } from '#contract/errors.ts';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { askJson } from '../proxy/ask-json.ts';

/** What one instance answered to the file. */
export interface SpreadAnswer {
  readonly instanceId: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const factsLimitMs = 5000;
/** A model file over a network takes minutes, but not so long without a byte. */
const silenceLimitMs = 60_000;
const maxAnswerCharacters = 64 * 1024;

/** The folder where the instance would put the file; null where it does not tell, as older versions and remote servers may. */
const folderOf = async (
  reader: Pick<ComfyReader, 'get'>,
  { endpoint, hostId }: FleetCandidate,
  kind: string,
): Promise<string | null> => {
  try {
    const folders: unknown = (await askJson(reader, endpoint, '/internal/folder_paths', factsLimitMs))?.[kind];
    const [first]: readonly unknown[] = Array.isArray(folders) ? folders : [];
    return typeof first === 'string' ? `${hostId} ${first}` : null;
  } catch (error) {
    if (error instanceof StudioError) return null;
    throw error;
  }
};

/** One instance for each folder: those that share their models have the file as soon as one of them has. */
export const onePerFolder = async (
  reader: Pick<ComfyReader, 'get'>,
  instances: readonly FleetCandidate[],
  kind: string,
): Promise<readonly FleetCandidate[]> => {
  const folders = await Promise.all(instances.map((instance) => folderOf(reader, instance, kind)));
  return instances.filter((_instance, index) => {
    const folder = folders[index] ?? null;
    return folder === null || folders.indexOf(folder) === index;
  });
};

/** Sends a stored file to one instance. Rejects where that cannot be had. */
export const putFile = async (
  inputs: Pick<InputStore, 'open'>,
  { instanceId, endpoint }: FleetCandidate,
  file: { readonly pathAndQuery: string; readonly uploadId: string; readonly signal: AbortSignal },
): Promise<SpreadAnswer> => {
  const { body, contentType, sizeBytes } = await inputs.open(file.uploadId);
  const answer = await request(`${endpoint.baseUrl}${file.pathAndQuery}`, {
    method: 'PUT',
    headers: {
      'content-type': contentType,
      'content-length': String(sizeBytes),
      ...(endpoint.authorization === null ? {} : { authorization: endpoint.authorization }),
    },
    body: Readable.from(body, { objectMode: false }),
    signal: file.signal,
    headersTimeout: silenceLimitMs,
    bodyTimeout: silenceLimitMs,
  });
  const text = (await answer.body.text()).slice(0, maxAnswerCharacters);
  const given = answer.headers['content-type'];
  return { instanceId, status: answer.statusCode, contentType: typeof given === 'string' ? given : 'text/plain', text };
};
