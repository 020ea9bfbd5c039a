import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxOptions } from '../command-line/sandbox-options.ts';
import type { FolderLayout } from '../folders/folder-layout.ts';
import type { ServerLog } from '../log/server-log.ts';

/** A sandbox without folders of its own is a whole install: it gets what an install has. */
export const createInstall = (layout: FolderLayout): void => {
  for (const name of ['custom_nodes', 'models', 'user']) mkdirSync(join(layout.install, name), { recursive: true });
};

/** The input folder is made at once; that it cannot be made is only logged. */
export const createInputFolder = (layout: FolderLayout, log: ServerLog): void => {
  try {
    mkdirSync(layout.folders.input, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    log.error('Failed to create input directory');
  }
};

/** Every start wipes the temp folder, also one that then fails (comfyui-protocol.md 8). */
export const wipeTemp = (layout: FolderLayout): void => rmSync(layout.folders.temp, { recursive: true, force: true });

export const createUserFolder = (layout: FolderLayout, options: SandboxOptions, log: ServerLog): void => {
  if (existsSync(layout.folders.user)) return;
  mkdirSync(layout.folders.user, { recursive: true });
  if (!options.multiUser) return;
  log.warning(`****** User settings have been changed to be stored on the server: ${layout.folders.user} ******`);
};

export type CustomNodes =
  | { readonly kind: 'found'; readonly paths: readonly string[] }
  | { readonly kind: 'missing'; readonly folder: string };

const isModule = (name: string): boolean =>
  name !== '__pycache__' &&
  !name.startsWith('.') &&
  !name.endsWith('.disabled') &&
  (name.endsWith('.py') || !name.includes('.'));

/** Lists the custom nodes; a folder that is not there stops the start, unless custom nodes are off altogether. */
export const findCustomNodes = (layout: FolderLayout, options: SandboxOptions): CustomNodes => {
  if (!options.loadCustomNodes && options.whitelistedCustomNodes.length === 0) return { kind: 'found', paths: [] };
  const missing = layout.customNodes.find((folder) => !existsSync(folder));
  if (missing !== undefined) return { kind: 'missing', folder: missing };
  const paths = layout.customNodes.flatMap((folder) =>
    readdirSync(folder)
      .filter(isModule)
      .filter((name) => options.loadCustomNodes || options.whitelistedCustomNodes.includes(name))
      .map((name) => join(folder, name)),
  );
  return { kind: 'found', paths };
};
