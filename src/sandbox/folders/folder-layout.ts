import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SandboxOptions } from '../command-line/sandbox-options.ts';
import type { SandboxFolders } from '../nodes/node-definition.ts';
import { extraPlacesOf } from './extra-model-paths.ts';
import { type ModelFolder, modelFoldersOf } from './model-folders.ts';

/** Every folder of the server, absolute. */
export interface FolderLayout {
  readonly folders: SandboxFolders;
  readonly modelFolders: readonly ModelFolder[];
  readonly customNodes: readonly string[];
  /** Where the database lies when no --database-url is given: below the install, not below the base folder. */
  readonly install: string;
  readonly frontEnd: string | null;
}

/**
 * Works out the folders. Without --base-directory they lie in `sandboxHome`, which then plays the install folder as
 * well; with one, the install folder is somewhere else, as it is for ComfyUI.
 * Throws Node's ENOENT when an --extra-model-paths-config file is missing.
 */
export const folderLayoutOf = (
  options: Pick<SandboxOptions, 'directories' | 'extraModelPathsFiles'>,
  sandboxHome: string,
  environment: Readonly<Record<string, string | undefined>>,
): FolderLayout => {
  const given = options.directories;
  const base = resolve(given.base ?? sandboxHome);
  const output = resolve(given.output ?? join(base, 'output'));
  const extras = options.extraModelPathsFiles.flatMap((path) =>
    extraPlacesOf(readFileSync(path, 'utf8'), path, environment),
  );
  const modelFolders = modelFoldersOf({ base, models: resolve(given.models ?? join(base, 'models')), output }, extras);
  return {
    folders: {
      base,
      input: resolve(given.input ?? join(base, 'input')),
      output,
      temp: join(given.temp === null ? base : resolve(given.temp), 'temp'),
      user: resolve(given.user ?? join(base, 'user')),
      models: new Map(modelFolders.map((folder) => [folder.name, folder.places])),
    },
    modelFolders,
    customNodes: modelFolders.find((folder) => folder.name === 'custom_nodes')?.places ?? [],
    install: resolve(sandboxHome),
    frontEnd: given.frontEnd === null ? null : resolve(given.frontEnd),
  };
};
