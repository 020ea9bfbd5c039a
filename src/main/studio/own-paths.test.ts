import { expect, it } from 'vitest';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { isOwnPath } from './own-paths.ts';

const instance = instanceConfigurationSchema.parse({
  id: 'a',
  name: 'A',
  comfyuiFolder: '/srv/ComfyUI',
  folders: { output: '/pictures' },
});

it.each([
  ['/data/logs', true],
  ['/data', true],
  ['/srv/ComfyUI/models', true],
  ['/pictures/2026', true],
  ['/database', false],
  ['/data/../etc', false],
  ['/etc', false],
  ['data/logs', false],
  ['', false],
])('%s: %s', (path, own) => {
  expect(isOwnPath(path, '/data', [instance])).toBe(own);
});
