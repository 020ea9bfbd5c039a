import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import presetMantine from 'postcss-preset-mantine';

const here = import.meta.dirname;

/** Where the build goes; scripts/build.ts builds beside the program that may be running and then swaps the folders. */
const out = process.env['ATELIER_BUILD_FOLDER'] ?? 'out';

/** Entries of the Node side, each a file of its own in out/main. A shell that the checkout lacks is left out. */
const mainEntries = (): Record<string, string> => {
  const entries = { index: 'src/main/index.ts', serve: 'src/main/serve.ts', sandbox: 'src/sandbox/main.ts' };
  const present = Object.entries(entries)
    .map(([name, file]) => [name, resolve(here, file)] as const)
    .filter(([, file]) => existsSync(file));
  return Object.fromEntries(present);
};

/**
 * Three builds: the Node side (Electron main, headless server, sandbox server), one CommonJS preload without any
 * import left (a sandboxed preload can require nothing but electron), and the pages. The pages are addressed from `/`,
 * which holds for the studio's HTTP server and for `atelier://app/`.
 */
export default defineConfig({
  main: {
    build: {
      outDir: `${out}/main`,
      target: 'node24',
      sourcemap: true,
      rolldownOptions: { input: mainEntries(), output: { format: 'es', entryFileNames: '[name].js' } },
    },
  },
  preload: {
    build: {
      outDir: `${out}/preload`,
      target: 'node24',
      externalizeDeps: false,
      isolatedEntries: true,
      rolldownOptions: {
        input: { index: resolve(here, 'src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(here, 'src/renderer'),
    base: '/',
    plugins: [react()],
    // The bundled example workflows stand outside of the pages' own folder.
    server: { fs: { allow: [here] } },
    css: { postcss: { plugins: [presetMantine()] } },
    build: {
      outDir: resolve(here, out, 'renderer'),
      target: 'chrome130',
      // electron-vite leaves pages unminified; these are also sent over networks to browsers.
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: { index: resolve(here, 'src/renderer/index.html') } },
    },
  },
});
