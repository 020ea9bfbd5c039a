import { describe, expect, it } from 'vitest';
import { serverFeatures } from './server-features.ts';

describe('what the gateway says that it can do', () => {
  it('is what home says, but for what the gateway does itself or not at all', () => {
    const ofHome = { supports_preview_metadata: false, max_upload_size: 1, assets: true, extension: { x: 1 } };
    expect(serverFeatures(ofHome, 7)).toEqual({
      supports_preview_metadata: true,
      max_upload_size: 7,
      assets: false,
      extension: { x: 1 },
    });
  });

  it('names nothing that an older home does not know', () => {
    expect(serverFeatures({ max_upload_size: 1 }, 7)).toEqual({ supports_preview_metadata: true, max_upload_size: 7 });
  });
});
