import { spawn } from 'node:child_process';

/** The program that opens an address on this system's desktop, or null where there is none. */
export const browserCommand = (
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): { command: string; arguments: readonly string[] } | null => {
  if (platform === 'win32') return { command: 'rundll32', arguments: ['url.dll,FileProtocolHandler'] };
  if (platform === 'darwin') return { command: 'open', arguments: [] };
  const hasDesktop = (environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY'] ?? '') !== '';
  return hasDesktop ? { command: 'xdg-open', arguments: [] } : null;
};

/** Opens an address in the user's browser where there is a desktop; failing to is no reason to fail. */
export const openBrowser = (address: string, warn: (message: string) => void): void => {
  const opener = browserCommand(process.platform, process.env);
  if (opener === null) return;
  const child = spawn(opener.command, [...opener.arguments, address], { stdio: 'ignore', detached: true });
  child.once('error', (error) => {
    warn(`The browser could not be opened: ${error.message}`);
  });
  child.unref();
};
