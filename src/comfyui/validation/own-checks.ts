import type { InputConfig } from './input-config.ts';
import type { NodeInfo } from './node-class.ts';

/** What ComfyUI's own check of a loader calls the file. */
export type FileKind = 'image' | 'audio' | 'video' | 'latent';

/** How a class looks at an input besides its declaration. */
export type OwnCheck =
  /** Any file of ComfyUI's folders that is there, on the list or not (VALIDATE_INPUTS of the loaders). */
  | { readonly kind: 'file'; readonly fileKind: FileKind }
  /** Held against its list, which is made anew for each prompt from the files that are there. */
  | { readonly kind: 'listed-file' }
  /** Any value. */
  | { readonly kind: 'anything' };

const uploadKinds: Readonly<Record<string, OwnCheck>> = {
  image_upload: { kind: 'file', fileKind: 'image' },
  animated_image_upload: { kind: 'file', fileKind: 'image' },
  audio_upload: { kind: 'file', fileKind: 'audio' },
  video_upload: { kind: 'file', fileKind: 'video' },
};

/**
 * Classes of ComfyUI whose description does not show that they check an input by themselves (nodes.py, nodes_logic.py,
 * nodes_multigpu.py, nodes_model_advanced.py).
 */
const ownChecks: Readonly<Record<string, Readonly<Record<string, OwnCheck>>>> = {
  LoadLatent: { latent: { kind: 'file', fileKind: 'latent' } },
  CustomCombo: { choice: { kind: 'anything' } },
  SelectModelDevice: { device: { kind: 'anything' } },
  SelectCLIPDevice: { device: { kind: 'anything' } },
  SelectVAEDevice: { device: { kind: 'anything' } },
  ModelAttentionBackend: { attention: { kind: 'anything' } },
};

const own = <Value>(table: Readonly<Record<string, Value>>, key: unknown): Value | undefined =>
  typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;

/**
 * How the class checks an input by itself; null for an input that is held against its declaration only. A text that a widget fills,
 * such as the painter's, is not checked though it is uploaded.
 */
export const ownCheckOf = (info: NodeInfo, { name, type, settings }: InputConfig): OwnCheck | null => {
  const known = own(own(ownChecks, info.name) ?? {}, name);
  if (known !== undefined) return known;
  if (!Array.isArray(type) && type !== 'COMBO') return null;
  const flag = Object.keys(settings).find((key) => key.endsWith('_upload') && settings[key] === true);
  return flag === undefined ? null : (own(uploadKinds, flag) ?? { kind: 'listed-file' });
};
