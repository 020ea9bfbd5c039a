import { describe, expect, it } from 'vitest';
import { lookAtComfyCli } from './look-comfy-cli.ts';
import { lookAtDesktop1 } from './look-desktop-1.ts';
import { lookAtDesktop2 } from './look-desktop-2.ts';
import { lookAtInstall } from './look-install.ts';
import { lookAtStabilityMatrix } from './look-stability-matrix.ts';
import { memoryContext, programFiles } from './memory-places.fixture.ts';
import { usualFolders } from './usual-places.ts';

const platform = 'win32';
const user = 'C:\\Users\\Anna';
const roaming = `${user}\\AppData\\Roaming`;

describe('on Windows, a look', () => {
  it('finds the portable build on another drive, with its Python and its start script', async () => {
    const folder = 'D:\\ComfyUI_windows_portable';
    const context = memoryContext(
      {
        ...programFiles(`${folder}\\ComfyUI`, platform),
        [`${folder}\\python_embeded\\python.exe`]: '',
        [`${folder}\\run_nvidia_gpu.bat`]:
          '@echo off\r\nrem .\\python_embeded\\python.exe -s ComfyUI\\main.py --cpu\r\n.\\python_embeded\\python.exe -s "ComfyUI\\main.py" --windows-standalone-build --user-directory "..\\My User" --output-directory "E:\\Out put" & pause\r\n',
      },
      { platform },
    );
    expect(await usualFolders(context)).toEqual([folder, `${folder}\\ComfyUI`]);
    for (const pointed of [folder, `${folder}\\ComfyUI`]) {
      const seen = await lookAtInstall(pointed, context);
      expect(seen).toMatchObject({ kind: 'portable', location: folder, version: '0.33.0' });
      expect(seen?.candidates[0]).toMatchObject({
        comfyuiFolder: `${folder}\\ComfyUI`,
        pythonPath: `${folder}\\python_embeded\\python.exe`,
      });
      const output = seen?.candidates[0]?.folders.find(({ role }) => role === 'output');
      expect(output?.path).toBe('E:\\Out put');
      const owner = seen?.candidates[0]?.folders.find(({ role }) => role === 'user');
      expect(owner?.path).toBe('D:\\My User');
    }
  });

  it('finds comfy-cli, whose file doubles percent signs', async () => {
    const workspace = 'D:\\50% done\\ComfyUI';
    const context = memoryContext(
      {
        ...programFiles(workspace, platform),
        [`${workspace}\\.venv\\Scripts\\python.exe`]: '',
        [`${user}\\AppData\\Local\\comfy-cli\\config.ini`]:
          "[DEFAULT]\r\nDefault_Workspace = D:\\50%% done\\ComfyUI\r\nbackground = ('127.0.0.1', 8188, 4242)\r\n",
      },
      { platform },
    );
    const seen = await lookAtComfyCli(context);
    expect(seen?.candidates.map(({ comfyuiFolder, pythonPath }) => [comfyuiFolder, pythonPath])).toEqual([
      [workspace, `${workspace}\\.venv\\Scripts\\python.exe`],
    ]);
  });

  it('finds Comfy Desktop 1 in the programs of the user', async () => {
    const program = `${user}\\AppData\\Local\\Programs\\@comfyorgcomfyui-electron\\resources\\ComfyUI`;
    const base = 'D:\\Comfy';
    const context = memoryContext(
      {
        ...programFiles(program, platform),
        [`${base}\\.venv\\Scripts\\python.exe`]: '',
        [`${base}\\models\\loras\\x.safetensors`]: '',
        [`${roaming}\\ComfyUI\\extra_models_config.yaml`]: `comfyui_desktop:\n  base_path: '${base}'\n  custom_nodes: custom_nodes/\n`,
      },
      { platform, environment: { APPDATA: roaming } },
    );
    const seen = await lookAtDesktop1(context);
    expect(seen).toMatchObject({ kind: 'desktop-1', location: base });
    expect(seen?.candidates[0]).toMatchObject({
      comfyuiFolder: program,
      pythonPath: `${base}\\.venv\\Scripts\\python.exe`,
      port: 8000,
    });
  });

  it.each(['Comfy Desktop', 'comfyui-desktop-2', 'comfyui-launcher'])('finds Comfy Desktop 2 in %s', async (name) => {
    const install = 'D:\\Comfy-Desktop\\ComfyUI-Installs\\Main';
    const list = `${roaming}\\${name}\\installations.json`;
    const context = memoryContext(
      {
        ...programFiles(`${install}\\ComfyUI`, platform),
        [`${install}\\standalone-env\\python.exe`]: '',
        [`${roaming}\\${name}\\shared_model_paths.yaml`]:
          "comfy.desktop_0:\n  base_path: 'D:\\Shared\\models'\n  is_default: true\n  'checkpoints': 'checkpoints/'\n",
        [list]: JSON.stringify([
          {
            id: 'inst-1',
            name: 'Main',
            installPath: install,
            sourceId: 'standalone',
            status: 'installed',
            useSharedPaths: false,
            launchArgs: '--cpu',
          },
        ]),
        [`${roaming}\\${name}\\settings.json`]: JSON.stringify({
          modelsDirs: ['D:\\Shared\\models'],
          inputDir: 'D:\\Shared\\input',
        }),
      },
      { platform },
    );
    const seen = await lookAtDesktop2(context);
    expect(seen?.location).toBe(list);
    expect(seen?.candidates[0]).toMatchObject({
      gpuDevice: 'cpu',
      pythonPath: `${install}\\standalone-env\\python.exe`,
      modelConfigurationFiles: [`${roaming}\\${name}\\shared_model_paths.yaml`],
    });
    expect(seen?.candidates[0]?.modelFolders).toContain('D:\\Shared\\models\\checkpoints');
    // Its older flag kept inputs of its own.
    expect(seen?.candidates[0]?.folders.find(({ role }) => role === 'input')?.path).toBe(`${install}\\ComfyUI\\input`);
  });

  it('finds StabilityMatrix by its library.json, with the separators of its own system', async () => {
    const library = 'D:\\StabilityMatrix\\Data';
    const folder = `${library}\\Packages\\ComfyUI`;
    const context = memoryContext(
      {
        ...programFiles(folder, platform),
        [`${folder}\\venv\\Scripts\\python.exe`]: '',
        [`${roaming}\\StabilityMatrix\\library.json`]: JSON.stringify({ LibraryPath: library }),
        [`${library}\\settings.json`]: JSON.stringify({
          InstalledPackages: [
            { Id: 'x', DisplayName: 'Comfy', PackageName: 'ComfyUI', LibraryPath: 'Packages\\ComfyUI' },
          ],
        }),
      },
      { platform },
    );
    const seen = await lookAtStabilityMatrix(context);
    expect(seen?.candidates.map(({ name, comfyuiFolder }) => [name, comfyuiFolder])).toEqual([['Comfy', folder]]);
  });
});

describe('on macOS, a look', () => {
  it('finds Comfy Desktop 1 in the applications', async () => {
    const base = '/Users/anna/Documents/ComfyUI';
    const program = '/Applications/ComfyUI.app/Contents/Resources/ComfyUI';
    const context = memoryContext(
      {
        ...programFiles(program, 'darwin'),
        [`${base}/.venv/bin/python3`]: '',
        '/Users/anna/Library/Application Support/ComfyUI/config.json': JSON.stringify({ basePath: base }),
      },
      { platform: 'darwin', home: '/Users/anna' },
    );
    expect((await lookAtDesktop1(context))?.candidates[0]).toMatchObject({
      comfyuiFolder: program,
      pythonPath: `${base}/.venv/bin/python3`,
    });
  });
});
