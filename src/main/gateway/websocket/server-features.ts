import { isObject } from '#core/shared/json-object.ts';
import { withoutAssets } from '../proxy/assets.ts';

type Data = Readonly<Record<string, unknown>>;

/** What ComfyUI 0.33 says that it can do (comfyui-protocol.md 3.2), for as long as the home instance has not said it. */
const usualFeatures: Data = {
  supports_preview_metadata: true,
  supports_model_type_tags: true,
  max_upload_size: 0,
  extension: { manager: { supports_v4: true } },
  node_replacements: true,
  assets: false,
};

/** The server's side of the feature flags: the home instance's, but for what the gateway does itself, or not at all. */
export const serverFeatures = (ofHome: Data | null, maxUploadBytes: number): Data => ({
  ...withoutAssets(ofHome ?? usualFeatures),
  supports_preview_metadata: true,
  max_upload_size: maxUploadBytes,
});

/** The flags in the first text message of a client; null for one that says something else. */
export const readClientFlags = (text: string): Data | null => {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || value['type'] !== 'feature_flags') return null;
    return isObject(value['data']) ? value['data'] : {};
  } catch (error) {
    // ComfyUI ignores what is no JSON, and so do clients expect it.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
};
