import { joinPath, type Platform } from './paths.ts';

/** Model folder kinds of ComfyUI and the sub-folders of a models folder that hold each of them. */
export const modelFolderKinds: Readonly<Record<string, readonly string[]>> = {
  checkpoints: ['checkpoints'],
  configs: ['configs'],
  loras: ['loras'],
  vae: ['vae'],
  text_encoders: ['text_encoders', 'clip'],
  diffusion_models: ['diffusion_models', 'unet'],
  clip_vision: ['clip_vision'],
  style_models: ['style_models'],
  embeddings: ['embeddings'],
  diffusers: ['diffusers'],
  vae_approx: ['vae_approx'],
  controlnet: ['controlnet', 't2i_adapter'],
  gligen: ['gligen'],
  upscale_models: ['upscale_models'],
  latent_upscale_models: ['latent_upscale_models'],
  hypernetworks: ['hypernetworks'],
  photomaker: ['photomaker'],
  classifiers: ['classifiers'],
  model_patches: ['model_patches'],
  audio_encoders: ['audio_encoders'],
};

const knownSubfolders = new Set(Object.values(modelFolderKinds).flat());

/** A models folder to search in, with the sub-folders it has (packs add kinds of their own, such as `ipadapter`). */
export interface ModelsFolder {
  readonly section: string;
  readonly path: string;
  readonly subfolders: readonly string[];
  /** New files of custom nodes go here, and it is searched first. */
  readonly isDefault: boolean;
}

/** What JSON leaves as it is, and YAML 1.1 takes for the end of a line or refuses to read. */
const unreadable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * A double-quoted YAML scalar: as JSON writes a string, one rule for quotes, backslashes, colons and line breaks, and escaped besides
 * what Python's YAML reads otherwise.
 */
const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(
    unreadable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const sectionLines = (folder: ModelsFolder, platform: Platform): readonly string[] => {
  const own = folder.subfolders.filter((name) => !knownSubfolders.has(name) && name !== 'custom_nodes').toSorted();
  const kinds: (readonly [string, readonly string[]])[] = [
    ...Object.entries(modelFolderKinds),
    ...own.map((name) => [name, [name]] as const),
  ];
  return [
    `${folder.section}:`,
    ...(folder.isDefault ? ['  is_default: true'] : []),
    ...kinds.map(
      ([kind, names]) =>
        `  ${quoted(kind)}: ${quoted(names.map((name) => joinPath(platform, folder.path, name)).join('\n'))}`,
    ),
  ];
};

/**
 * The text of a configuration for --extra-model-paths-config, or null when there is nothing to add. Paths stand whole in every entry
 * and never in `base_path`, because ComfyUI expands `$NAME` and `~` there and a folder may really be called so.
 */
export const extraModelPathsText = (
  modelsFolders: readonly ModelsFolder[],
  customNodesFolders: readonly string[],
  platform: Platform,
): string | null => {
  if (modelsFolders.length === 0 && customNodesFolders.length === 0) return null;
  const lines = modelsFolders.flatMap((folder) => sectionLines(folder, platform));
  if (customNodesFolders.length > 0) {
    lines.push('atelier_custom_nodes:', `  custom_nodes: ${quoted(customNodesFolders.join('\n'))}`);
  }
  return `# Written by Atelier at every start of the instance; changes are lost.\n${lines.join('\n')}\n`;
};
