import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, empty, json, text } from '../http/answer.ts';
import { isRecord, jsonBody, objectBody, type SandboxRequest } from '../http/request.ts';
import { type Route, route } from '../http/router.ts';
import type { RouteParts } from './route-parts.ts';
import { systemPrefix, type Users } from './users.ts';

const settingsOf = async (folder: string): Promise<Record<string, unknown>> => {
  const path = join(folder, 'comfy.settings.json');
  if (!existsSync(path)) return {};
  const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
  return isRecord(parsed) ? parsed : {};
};

const saveSettings = (folder: string, settings: Readonly<Record<string, unknown>>): Promise<void> =>
  writeFile(join(folder, 'comfy.settings.json'), JSON.stringify(settings, null, 4));

/** /users and /settings (comfyui-protocol.md 2.2). Settings of nobody in particular are 401. */
export const userRoutes = ({ options, newId, log }: RouteParts, users: Users): readonly Route[] => {
  const withUser = async (request: SandboxRequest, work: (folder: string) => Promise<Answer>): Promise<Answer> => {
    const id = await users.idOf(request);
    if (id !== null) return work(await users.folderOf(id));
    log.error('User settings not found.');
    return text('401: Unauthorized', 401);
  };
  return [
    route('GET', '/users', async () =>
      json(
        options.multiUser
          ? { storage: 'server', users: await users.all() }
          : { storage: 'server', migrated: users.hasFolder('default') },
      ),
    ),
    route('POST', '/users', async (request) => {
      const { username } = await objectBody(request);
      if (typeof username !== 'string') throw new TypeError('username is no text');
      const name = username.trim();
      if (name === '') return json({ error: 'username not provided' }, 400);
      if (name.startsWith(systemPrefix)) return json({ error: 'System User prefix not allowed' }, 400);
      if (Object.values(await users.all()).includes(name)) return json({ error: 'Duplicate username.' }, 400);
      return json(await users.add(name, newId()));
    }),
    route('GET', '/settings', (request) => withUser(request, async (folder) => json(await settingsOf(folder)))),
    route('GET', '/settings/{id}', (request) =>
      withUser(request, async (folder) => json((await settingsOf(folder))[request.params.id ?? ''] ?? null)),
    ),
    route('POST', '/settings', (request) =>
      withUser(request, async (folder) => {
        await saveSettings(folder, { ...(await settingsOf(folder)), ...(await objectBody(request)) });
        return empty();
      }),
    ),
    route('POST', '/settings/{id}', (request) =>
      withUser(request, async (folder) => {
        const value = await jsonBody(request);
        await saveSettings(folder, { ...(await settingsOf(folder)), [request.params.id ?? '']: value });
        return empty();
      }),
    ),
  ];
};
