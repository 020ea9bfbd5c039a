import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, type SandboxRequest } from '../http/request.ts';

/** Names with this prefix belong to the server itself. */
export const systemPrefix = '__';

export interface Users {
  /** Id of the user that a request speaks for; null when there is no such user. */
  idOf(request: SandboxRequest): Promise<string | null>;
  /** Folder of a user, made if need be. */
  folderOf(userId: string): Promise<string>;
  hasFolder(userId: string): boolean;
  /** All users by id; only what POST /users added. */
  all(): Promise<Readonly<Record<string, string>>>;
  add(userName: string, newId: string): Promise<string>;
}

const readNames = async (path: string): Promise<Record<string, string>> => {
  if (!existsSync(path)) return {};
  const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!isRecord(parsed)) return {};
  return Object.fromEntries(Object.entries(parsed).map(([id, name]) => [id, String(name)]));
};

/** The users of a server: one called "default", or with --multi-user whoever the comfy-user header names. */
export const createUsers = (userFolder: string, multiUser: boolean): Users => {
  const usersFile = join(userFolder, 'users.json');
  return {
    async idOf(request) {
      const named = multiUser ? request.header('comfy-user') : undefined;
      const id = named ?? 'default';
      if (id.startsWith(systemPrefix)) return null;
      if (!multiUser) return id;
      return Object.hasOwn(await readNames(usersFile), id) ? id : null;
    },
    async folderOf(userId) {
      const folder = join(userFolder, userId);
      await mkdir(folder, { recursive: true });
      return folder;
    },
    hasFolder: (userId) => existsSync(join(userFolder, userId)),
    all: () => readNames(usersFile),
    async add(userName, newId) {
      const id = `${userName.replace(/[^a-zA-Z0-9_-]+/g, '-')}_${newId}`;
      const names = { ...(await readNames(usersFile)), [id]: userName };
      await mkdir(userFolder, { recursive: true });
      await writeFile(usersFile, JSON.stringify(names));
      return id;
    },
  };
};
