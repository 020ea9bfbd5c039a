import { describe, expect, it } from 'vitest';
import { defaultDataFolder } from '../studio/default-data-folder.ts';
import { browserCommand } from './open-browser.ts';

describe('defaultDataFolder', () => {
  it.each([
    ['linux', {}, '/home/u/.local/share/atelier'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/atelier'],
    ['darwin', {}, '/home/u/Library/Application Support/Atelier'],
  ] as const)('%s %j', (platform, environment, folder) => {
    expect(defaultDataFolder(platform, environment, '/home/u')).toBe(folder);
  });
});

describe('browserCommand', () => {
  it('opens nothing on a Linux machine without a desktop', () => {
    expect(browserCommand('linux', {})).toBeNull();
    expect(browserCommand('linux', { WAYLAND_DISPLAY: 'wayland-0' })?.command).toBe('xdg-open');
    expect(browserCommand('win32', {})?.command).toBe('rundll32');
  });
});
