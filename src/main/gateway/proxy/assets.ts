import { type RawAnswer, sendAnswer } from '../access/raw-answer.ts';
import type { Exchange } from '../exchange.ts';
import { plainPath } from './plain-path.ts';

/**
 * ComfyUI can keep a database of its files, with addresses by content (`/api/assets`, `/view?filename=blake3:…`). Each instance has one of its
 * own files only, and none has the uploads that the gateway keeps: a page that relied on one would miss most pictures. The gateway
 * therefore says that it has none, as ComfyUI does without `--enable-assets`, and pages use the names of files instead.
 */
export const withoutAssets = <T extends Readonly<Record<string, unknown>>>(features: T) =>
  'assets' in features ? { ...features, assets: false } : features;

/** Under /api only: /assets is the folder of the page's own files (comfyui-protocol.md 2.1). */
const assetPath = /^\/api\/(?:assets|tags)(?:[/?]|$)/u;

export const isAssetTarget = (target: string): boolean => assetPath.test(plainPath(target));

/** In ComfyUI's words. */
const disabled: RawAnswer = {
  status: 503,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({
    error: {
      code: 'SERVICE_DISABLED',
      message: 'Assets system is disabled. Start the server with --enable-assets to use this feature.',
      details: {},
    },
  }),
};

export const sendNoAssets = ({ request, response }: Exchange): void => sendAnswer(request, response, disabled);
