import { registerHooks } from 'node:module';

const standIn = new URL('electron.ts', import.meta.url).href;

// Loaded with `--import` before the built main: whoever imports `electron` from here on (the shell, electron-store) gets
// the stand-in.
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === 'electron'
      ? { url: standIn, format: 'module-typescript', shortCircuit: true }
      : nextResolve(specifier, context),
});
