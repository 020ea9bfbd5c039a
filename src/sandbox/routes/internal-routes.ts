import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOfType } from '../folders/contained-path.ts';
import { empty, json } from '../http/answer.ts';
import { objectBody } from '../http/request.ts';
import { bareRoute, type Route } from '../http/router.ts';
import type { RouteParts } from './route-parts.ts';

const newestFirst = async (folder: string): Promise<string[]> => {
  const found: { name: string; modifiedAt: number }[] = [];
  for (const name of await readdir(folder)) {
    if (name.startsWith('.')) continue;
    const stats = await stat(join(folder, name));
    if (stats.isFile()) found.push({ name, modifiedAt: stats.mtimeMs });
  }
  return found.sort((first, second) => second.modifiedAt - first.modifiedAt).map(({ name }) => name);
};

/** Routes below /internal, which have no twin below /api (comfyui-protocol.md 2.2). */
export const internalRoutes = ({ log, logSubscriptions, layout }: RouteParts): readonly Route[] => [
  bareRoute('GET', '/internal/logs', () =>
    json(
      log
        .entries()
        .map(({ t, m }) => `${t} - ${m}`)
        .join(''),
    ),
  ),
  bareRoute('GET', '/internal/logs/raw', () => json({ entries: log.entries(), size: { cols: 80, rows: 24 } })),
  bareRoute('PATCH', '/internal/logs/subscribe', async (request) => {
    const { clientId, enabled } = await objectBody(request);
    if (clientId === undefined || enabled === undefined) throw new TypeError('clientId or enabled is missing');
    // An id that is no text is nobody's: no connection has it.
    if (typeof clientId === 'string') logSubscriptions.set(clientId, Boolean(enabled));
    return empty();
  }),
  bareRoute('GET', '/internal/folder_paths', () => json(Object.fromEntries(layout.folders.models))),
  bareRoute('GET', '/internal/files/{type}', async ({ params }) => {
    const type = params.type ?? '';
    const folder = folderOfType(layout.folders, type);
    if (folder === null) return json({ error: 'Invalid directory type' }, 400);
    // A folder that does not exist yet is an error of the server here, as it is in ComfyUI.
    return json((await newestFirst(folder)).map((name) => `${name} [${type}]`));
  }),
];
