import { homedir } from 'node:os';
import { join } from 'node:path';

/** The data folder of the user where none is named: each system's place for a program's own data. */
export const defaultDataFolder = (
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  home = homedir(),
): string => {
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Atelier');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Atelier');
  return join(environment['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'atelier');
};
