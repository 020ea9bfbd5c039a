import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { UploadFolder } from '#core/ports/upload-names.ts';
import { answeringInstances, type GatewayContext } from '../context.ts';
import { sendJson } from '../exchange.ts';
import type { Route, RoutePattern } from '../routes.ts';
import { annotatedName } from './named-files.ts';
import { sendStatus } from './plain-answers.ts';
import { isUploadFolder } from './upload-place.ts';

/** An output folder may have many thousands of files. */
const maxBytes = 16 * 1024 ** 2;
const limitMs = 10_000;

const readNames = (text: string): readonly string[] => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
};

/** The names without the folder that ComfyUI puts behind each; none of an instance that does not answer, or has no such folder yet. */
const askNames = async (
  { reader, logger }: { readonly reader: Pick<ComfyReader, 'get'>; readonly logger: GatewayContext['logger'] },
  { instanceId, endpoint }: FleetCandidate,
  folder: UploadFolder,
): Promise<readonly string[]> => {
  try {
    const signal = AbortSignal.timeout(limitMs);
    const { status, body } = await reader.get(endpoint, `/internal/files/${folder}`, { signal });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) return [];
      chunks.push(chunk);
    }
    if (status !== 200) return [];
    return readNames(Buffer.concat(chunks).toString('utf8')).map((name) => annotatedName(name).name);
  } catch (error) {
    logger.debug('The files of an instance could not be listed.', { instanceId, error: String(error) });
    return [];
  }
};

/** Lists that are each in the order of their files' ages as one: the first of each, then the second of each, … */
export const inTurns = (lists: readonly (readonly string[])[]): readonly string[] => {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
};

/**
 * GET /internal/files/{folder}: what lies directly in the folder, the newest first, over all instances and the uploads. A result carries
 * its instance where there are several, so that it can be chosen as an input as it stands here.
 */
const listFolder: Route = async (context, exchange, { folder = '' }) => {
  // What is internal has no twin under /api (comfyui-protocol.md 2.1).
  if (exchange.request.url?.startsWith('/api/') === true) {
    sendStatus(exchange, 404);
    return;
  }
  if (!isUploadFolder(folder)) {
    sendJson(exchange, 400, { error: 'Invalid directory type' });
    return;
  }
  const isMarked = folder !== 'input' && context.fleet.candidates().length > 1;
  const lists = await Promise.all(
    answeringInstances(context).map(async (candidate) => {
      const names = await askNames(context, candidate, folder);
      return isMarked ? names.map((name) => `@${candidate.instanceId}/${name}`) : names;
    }),
  );
  const uploaded = context.shelf.list(folder).flatMap(({ path }) => (path.includes('/') ? [] : [path]));
  const names = new Set([...uploaded, ...inTurns(lists)]);
  sendJson(
    exchange,
    200,
    Array.from(names, (name) => `${name} [${folder}]`),
  );
};

export const folderListRoutes: readonly RoutePattern[] = [
  { path: '/internal/files/:folder', methods: { GET: listFolder } },
];
