import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';

const built = readFileSync(join(import.meta.dirname, '..', 'out', 'preload', 'index.cjs'), 'utf8');

it('the built preload is small and runs with electron as its only module', () => {
  expect(Buffer.byteLength(built)).toBeLessThan(4096);
  const required: string[] = [];
  const exposed: Record<string, object> = {};
  const channels: string[] = [];
  const electron = {
    contextBridge: { exposeInMainWorld: (key: string, api: object) => Object.assign(exposed, { [key]: api }) },
    ipcRenderer: { on: (channel: string) => channels.push(channel), send: () => undefined },
  };
  // No process, no Node globals: what a sandboxed page's preload may not count on.
  runInNewContext(built, {
    module: { exports: {} },
    exports: {},
    require: (name: string) => {
      required.push(name);
      return electron;
    },
  });
  expect(required).toEqual(['electron']);
  expect(channels).toEqual(['atelier:wire']);
  expect(Object.entries(exposed).map(([key, api]) => [key, Object.keys(api)])).toEqual([['atelier', ['connect']]]);
});
