import { joinPath } from '../../instances/configuration/paths.ts';
import type { ScanContext } from './scan-context.ts';

/** Where programs of a user keep their settings: Electron's `userData` without the name, .NET's ApplicationData. */
export const settingsFolder = ({ platform, home, environment }: ScanContext): string => {
  if (platform === 'win32') return environment['APPDATA'] || joinPath(platform, home, 'AppData', 'Roaming');
  if (platform === 'darwin') return joinPath(platform, home, 'Library', 'Application Support');
  return environment['XDG_CONFIG_HOME'] || joinPath(platform, home, '.config');
};

/** Where programs of a user keep their data; on Windows and macOS that is the folder of their settings. */
export const dataFolder = (context: ScanContext): string => {
  const { platform, home, environment } = context;
  if (platform !== 'linux') return settingsFolder(context);
  return environment['XDG_DATA_HOME'] || joinPath(platform, home, '.local', 'share');
};

export const localProgramsFolder = ({ platform, home, environment }: ScanContext): string =>
  joinPath(platform, environment['LOCALAPPDATA'] || joinPath(platform, home, 'AppData', 'Local'), 'Programs');
