import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { build, preview } from 'vite';
import electronViteConfig from '../../electron.vite.config.ts';
import { drawnPicture } from '../../src/renderer/testing/drawn-picture.ts';
import type { Shot } from './shot.ts';

/** The pages over a canned studio, as a browser finds them. */
export interface CannedStudio {
  readonly address: string;
  close(): Promise<void>;
}

/** Builds the pages with their canned studio into a folder of its own and serves them on loopback until it is closed. */
export const serveCannedStudio = async (): Promise<CannedStudio> => {
  const outDir = await mkdtemp(join(tmpdir(), 'atelier-canned-'));
  const close = (): Promise<void> => rm(outDir, { recursive: true, force: true });
  try {
    const config = typeof electronViteConfig === 'object' && 'renderer' in electronViteConfig ? electronViteConfig : {};
    const common = { ...config.renderer, configFile: false, logLevel: 'error' } as const;
    const input = resolve(import.meta.dirname, '../../src/renderer/testing/page.html');
    await build({
      ...common,
      build: { ...config.renderer?.build, outDir, emptyOutDir: true, minify: false, rolldownOptions: { input } },
    });
    const server = await preview({
      ...common,
      build: { outDir },
      preview: { host: '127.0.0.1', port: 0, strictPort: false },
    });
    const address = server.resolvedUrls?.local[0];
    if (address === undefined) throw new Error('the page server has no address');
    return {
      address,
      close: async () => {
        await server.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Answers the pictures of jobs and of the gallery, which a canned studio has no files of. */
export const drawPictures = async (page: Page): Promise<void> => {
  await page.route(/\/content\/(outputs|gallery)\//, (route) => {
    const address = route.request().url();
    const seed = /\/content\/gallery\/(\d+)/.exec(address) ?? /(\d+)\/(\d+)$/.exec(address);
    return route.fulfill({
      contentType: 'image/svg+xml',
      body: drawnPicture(Number(seed?.slice(1).join('') ?? 0) % 97),
    });
  });
};

/** Opens the page of a shot and does what it asks for. */
export const openShot = async (page: Page, address: string, shot: Shot): Promise<void> => {
  await page.goto(`${address}testing/page.html?scenario=${shot.scenario}#${shot.path}`);
  await page.getByRole('main').waitFor();
  await page.evaluate('document.fonts.ready.then(() => true)');
  await shot.act?.(page);
};
