import { join } from 'node:path';

/** Endings of model files, where a kind of model names no others. */
export const modelSuffixes = ['.bin', '.ckpt', '.pkl', '.pt', '.pt2', '.pth', '.safetensors', '.sft'] as const;

/** One kind of model: its name in GET /models, its search places, the endings it lists (sorted; '' = every file). */
export interface ModelFolder {
  readonly name: string;
  readonly places: readonly string[];
  readonly suffixes: readonly string[];
}

type Row = readonly [name: string, below: readonly string[], suffixes?: readonly string[]];

/** Order and places as ComfyUI 0.33 has them; GET /models answers in this order. */
const rows: readonly Row[] = [
  ['checkpoints', ['checkpoints']],
  ['configs', ['configs'], ['.yaml']],
  ['loras', ['loras']],
  ['vae', ['vae']],
  ['text_encoders', ['text_encoders', 'clip']],
  ['diffusion_models', ['unet', 'diffusion_models']],
  ['clip_vision', ['clip_vision']],
  ['style_models', ['style_models']],
  ['embeddings', ['embeddings']],
  ['diffusers', ['diffusers'], ['folder']],
  ['vae_approx', ['vae_approx']],
  ['controlnet', ['controlnet', 't2i_adapter']],
  ['gligen', ['gligen']],
  ['upscale_models', ['upscale_models']],
  ['latent_upscale_models', ['latent_upscale_models']],
  ['custom_nodes', []],
  ['datasets', []],
  ['hypernetworks', ['hypernetworks']],
  ['photomaker', ['photomaker']],
  ['classifiers', ['classifiers'], ['']],
  ['model_patches', ['model_patches']],
  ['audio_encoders', ['audio_encoders']],
  ['background_removal', ['background_removal']],
  ['frame_interpolation', ['frame_interpolation']],
  ['geometry_estimation', ['geometry_estimation']],
  ['optical_flow', ['optical_flow']],
  ['detection', ['detection']],
];

/** Folders below the output folder that are searched as well (comfyui-protocol.md 1.1). */
const outputPlaces: ReadonlyMap<string, string> = new Map([
  ['checkpoints', 'checkpoints'],
  ['text_encoders', 'clip'],
  ['vae', 'vae'],
  ['diffusion_models', 'diffusion_models'],
  ['loras', 'loras'],
]);

const legacyNames: ReadonlyMap<string, string> = new Map([
  ['unet', 'diffusion_models'],
  ['clip', 'text_encoders'],
]);

/** Old folder names still mean the new ones, in YAML files and loaders (but not in the REST routes). */
export const currentFolderName = (name: string): string => legacyNames.get(name) ?? name;

/** More places for one kind of model; `first` puts them before the ones that are there. */
export interface ExtraPlace {
  readonly folder: string;
  readonly path: string;
  readonly first: boolean;
}

const placed = (places: readonly string[], extra: ExtraPlace): string[] => {
  if (places.includes(extra.path)) {
    return extra.first ? [extra.path, ...places.filter((place) => place !== extra.path)] : [...places];
  }
  return extra.first ? [extra.path, ...places] : [...places, extra.path];
};

/** All model folders of a server. Extra places of unknown kinds make new kinds, as in ComfyUI. */
export const modelFoldersOf = (
  roots: { base: string; models: string; output: string },
  extras: readonly ExtraPlace[],
): readonly ModelFolder[] => {
  const folders = new Map<string, ModelFolder>();
  for (const [name, below, suffixes] of rows) {
    const places = below.map((folder) => join(roots.models, folder));
    if (name === 'custom_nodes' || name === 'datasets') places.push(join(roots.base, name));
    const listed = name === 'custom_nodes' || name === 'datasets' ? [] : (suffixes ?? modelSuffixes);
    folders.set(name, { name, places, suffixes: listed });
  }
  for (const extra of extras) {
    const name = currentFolderName(extra.folder);
    const known = folders.get(name) ?? { name, places: [], suffixes: [] };
    folders.set(name, { ...known, places: placed(known.places, extra) });
  }
  for (const [name, below] of outputPlaces) {
    const known = folders.get(name);
    if (known === undefined) continue;
    folders.set(name, { ...known, places: [...known.places, join(roots.output, below)] });
  }
  return [...folders.values()];
};
