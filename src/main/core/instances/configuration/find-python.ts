import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { FileInspector } from '../../ports/machine.ts';
import { joinPath, type Platform, parentPath } from './paths.ts';

export interface FoundPython {
  readonly command: string;
  /** `set`: the user named it; `environment`: it belongs to the ComfyUI folder; `system`: nothing better was found. */
  readonly source: 'set' | 'environment' | 'system';
}

/** Where an interpreter that belongs to a ComfyUI folder usually is, best first. */
export const pythonCandidates = (comfyuiFolder: string, platform: Platform): readonly string[] => {
  if (platform === 'win32') {
    return [
      joinPath(platform, comfyuiFolder, 'venv', 'Scripts', 'python.exe'),
      joinPath(platform, comfyuiFolder, '.venv', 'Scripts', 'python.exe'),
      // The spelling is that of ComfyUI's portable build.
      joinPath(platform, parentPath(comfyuiFolder, platform), 'python_embeded', 'python.exe'),
    ];
  }
  return [
    joinPath(platform, comfyuiFolder, 'venv', 'bin', 'python'),
    joinPath(platform, comfyuiFolder, '.venv', 'bin', 'python'),
  ];
};

/** The interpreter of an instance: the one that is set, else the one beside its ComfyUI, else the system's. */
export const findPython = async (
  configuration: Pick<InstanceConfiguration, 'pythonPath' | 'comfyuiFolder'>,
  files: FileInspector,
  platform: Platform,
): Promise<FoundPython> => {
  if (configuration.pythonPath !== '') return { command: configuration.pythonPath, source: 'set' };
  if (configuration.comfyuiFolder !== '') {
    for (const candidate of pythonCandidates(configuration.comfyuiFolder, platform)) {
      if (await files.isExecutable(candidate)) return { command: candidate, source: 'environment' };
    }
  }
  return { command: platform === 'win32' ? 'python' : 'python3', source: 'system' };
};
