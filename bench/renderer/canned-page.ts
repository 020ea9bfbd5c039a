import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, preview } from 'vite';
import electronViteConfig from '../../electron.vite.config.ts';

export interface CannedPage {
  /** Ends with a slash. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * The pages over a canned studio, built as they are shipped but for the names of components, which the counting of drawings needs.
 */
export const serveCannedPage = async (): Promise<CannedPage> => {
  const config = typeof electronViteConfig === 'object' && 'renderer' in electronViteConfig ? electronViteConfig : {};
  const outDir = await mkdtemp(join(tmpdir(), 'atelier-bench-renderer-'));
  const root = resolve(import.meta.dirname, '../../src/renderer');
  const shared = { ...config.renderer, configFile: false, logLevel: 'error', root } as const;
  await build({
    ...shared,
    mode: 'production',
    build: {
      outDir,
      emptyOutDir: true,
      minify: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: { page: resolve(root, 'testing/page.html') } },
    },
  });
  const server = await preview({
    ...shared,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, strictPort: false },
  });
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error('the page server has no address');
  return {
    address,
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
};
