import { isAbsolutePath, joinPath, parentPath } from '../../instances/configuration/paths.ts';
import { isObject } from '../../shared/json-object.ts';
import { expandPath, normalPath, resolvePath } from './foreign-path.ts';
import type { ScanContext } from './scan-context.ts';

/** One search path of an `extra_model_paths.yaml`, as ComfyUI resolves it. */
export interface ModelPath {
  readonly section: string;
  /** `checkpoints`, `loras`, …, or `custom_nodes`. */
  readonly kind: string;
  readonly path: string;
  readonly isDefault: boolean;
}

export interface ModelPaths {
  readonly paths: readonly ModelPath[];
  /** Entries that are no paths, by their names. */
  readonly damaged: readonly string[];
}

/** Far more than any real file has; a file that says more is not one of ComfyUI. */
const maxPaths = 500;

const isTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'string' && /^(?:true|yes|1)$/iu.test(value));

const linesOf = (value: unknown): readonly string[] | null => {
  if (typeof value === 'string') {
    return value
      .split(/\r\n|\r|\n/u)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
  // ComfyUI takes texts only; lists are what people write by mistake, and what they mean by it is clear.
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : null;
};

const joined = (base: string, path: string, context: ScanContext): string =>
  isAbsolutePath(path, context.platform) ? path : joinPath(context.platform, base, path);

/** Reads a parsed `extra_model_paths.yaml` that stands at `file`: base paths, defaults, and several paths of a kind on lines of their own. */
export const modelPathsOf = (document: unknown, file: string, context: ScanContext): ModelPaths => {
  const { platform, home, environment } = context;
  const paths: ModelPath[] = [];
  const damaged: string[] = [];
  const fileFolder = parentPath(file, platform);
  const sections = isObject(document) ? Object.entries(document) : [];
  for (const [section, content] of sections) {
    if (content === null) continue;
    if (!isObject(content)) {
      damaged.push(section);
      continue;
    }
    const { base_path: basePath, is_default: isDefault, ...kinds } = content;
    if (basePath !== undefined && basePath !== null && typeof basePath !== 'string')
      damaged.push(`${section}.base_path`);
    const base =
      typeof basePath === 'string' && basePath !== ''
        ? resolvePath(fileFolder, expandPath(basePath, home, environment, platform), platform)
        : '';
    for (const [kind, value] of Object.entries(kinds)) {
      if (value === null) continue;
      const lines = linesOf(value);
      if (lines === null) damaged.push(`${section}.${kind}`);
      for (const line of lines ?? []) {
        const path =
          base === '' ? resolvePath(fileFolder, line, platform) : normalPath(joined(base, line, context), platform);
        if (paths.length < maxPaths) paths.push({ section, kind, path, isDefault: isTrue(isDefault) });
      }
    }
  }
  return { paths, damaged };
};

/** Where models are, each folder once. `download_model_base` is a note of Comfy Desktop 1 to itself. */
export const modelFoldersOf = ({ paths }: ModelPaths): readonly string[] => [
  ...new Set(
    paths.filter(({ kind }) => kind !== 'custom_nodes' && kind !== 'download_model_base').map(({ path }) => path),
  ),
];

export const customNodesFoldersOf = ({ paths }: ModelPaths): readonly string[] => [
  ...new Set(paths.filter(({ kind }) => kind === 'custom_nodes').map(({ path }) => path)),
];
