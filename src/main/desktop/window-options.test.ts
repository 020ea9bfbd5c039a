import { expect, it } from 'vitest';
import { studioWindowOptions } from './window-options.ts';

it('gives the page no way out of its sandbox', () => {
  expect(studioWindowOptions('/p/index.cjs', { width: 1, height: 1 }).webPreferences).toMatchObject({
    preload: '/p/index.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
  });
});
