import { describe, expect, it } from 'vitest';
import type { ForeignProcess } from '#core/ports/foreign-processes.ts';
import { importedInstance } from './imported-instance.ts';

const found = (command: readonly string[], fields: Partial<ForeignProcess> = {}): ForeignProcess => ({
  pid: 42,
  command,
  workingFolder: '/home/ana/ComfyUI',
  environment: {},
  ...fields,
});

describe('a ComfyUI that somebody started', () => {
  it('goes on with its own folders', () => {
    expect(importedInstance(found(['/opt/venv/bin/python3', 'main.py']), 8190, 'linux')).toMatchObject({
      port: 8190,
      comfyuiFolder: '/home/ana/ComfyUI',
      pythonPath: '/opt/venv/bin/python3',
      folders: {
        base: '/home/ana/ComfyUI',
        output: '/home/ana/ComfyUI/output',
        input: '/home/ana/ComfyUI/input',
        user: '/home/ana/ComfyUI/user',
        models: '/home/ana/ComfyUI/models',
      },
      extraArguments: [],
      gpuDevice: 'auto',
      autoStart: true,
    });
  });

  it('keeps what it was told, but for what the studio says itself', () => {
    const command = [
      '/opt/venv/bin/python',
      '-s',
      '../Other/main.py',
      '--listen',
      '--port=8188',
      '--lowvram',
      '--listen',
      '0.0.0.0',
      '--output-directory',
      'out',
      '--base-directory=/data/comfy',
      '--temp-directory',
      '/tmp/x',
      '--auto-launch',
      '--cache-lru',
      '10',
    ];
    expect(importedInstance(found(command), 8190, 'linux')).toMatchObject({
      comfyuiFolder: '/home/ana/ComfyUI/../Other',
      folders: {
        base: '/data/comfy',
        output: '/home/ana/ComfyUI/out',
        models: '/data/comfy/models',
      },
      extraArguments: ['--lowvram', '--cache-lru', '10'],
    });
  });

  it('keeps its card and its virtual environment', () => {
    const environment = { VIRTUAL_ENV: '/home/ana/venv', CUDA_VISIBLE_DEVICES: '1' };
    expect(importedInstance(found(['python', './main.py'], { environment }), 8190, 'linux')).toMatchObject({
      comfyuiFolder: '/home/ana/ComfyUI',
      pythonPath: '/home/ana/venv/bin/python',
      gpuDevice: '1',
    });
  });

  it.each([
    ['no script', ['/usr/bin/python3', '-m', 'http.server']],
    ['a Python that nobody can name', ['python', 'main.py']],
    ['nothing', []],
  ])('is not known from %s', (_name, command) => {
    expect(importedInstance(found(command), 8190, 'linux')).toBeNull();
  });
});
