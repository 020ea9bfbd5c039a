/**
 * Every command with its keys, free of imports: shortcuts, the command search and an application menu read this one table.
 * Keys are written as `mod+shift+N`; mod is Ctrl, on a Mac Command. A second entry is an alternative for browsers that keep the first
 * for themselves (Ctrl+Shift+N opens a private window there).
 */
export const commandTable = [
  { id: 'page.instances', group: 'pages', keys: ['mod+I'] },
  { id: 'page.run', group: 'pages', keys: [] },
  { id: 'page.library', group: 'pages', keys: [] },
  { id: 'page.jobs', group: 'pages', keys: [] },
  { id: 'page.viewer', group: 'pages', keys: [] },
  { id: 'page.gallery', group: 'pages', keys: [] },
  { id: 'page.settings', group: 'pages', keys: [] },
  { id: 'page.migration', group: 'pages', keys: [] },
  { id: 'page.migrations', group: 'pages', keys: [] },
  { id: 'instance.create', group: 'instances', keys: ['mod+shift+N', 'alt+N'] },
  { id: 'instance.edit', group: 'instances', keys: ['mod+E'] },
  { id: 'instance.delete', group: 'instances', keys: ['Delete'] },
  { id: 'instances.refresh', group: 'instances', keys: ['F5'] },
  { id: 'instances.startAll', group: 'instances', keys: [] },
  { id: 'instances.stopAll', group: 'instances', keys: [] },
  { id: 'active.clear', group: 'active', keys: ['mod+0'] },
  { id: 'view.scheme', group: 'view', keys: [] },
  { id: 'view.sideBar', group: 'view', keys: ['mod+B'] },
  { id: 'view.commands', group: 'view', keys: ['mod+K'] },
] as const;

export type CommandId = (typeof commandTable)[number]['id'];
export type CommandGroup = (typeof commandTable)[number]['group'];

/** Keys that make the n-th instance of the list the active one (002-G4); n counts from 1. */
export const activeInstanceKeys = (position: number): string | null =>
  position >= 1 && position <= 9 ? `mod+${position}` : null;

/** `mod+shift+N` as people read it: Ctrl+Shift+N, on a Mac with its own signs. */
export const keysAsText = (keys: string, mac: boolean): string =>
  keys
    .split('+')
    .map((key) => {
      if (key === 'mod') return mac ? '⌘' : 'Ctrl';
      if (key === 'shift') return mac ? '⇧' : 'Shift';
      if (key === 'alt') return mac ? '⌥' : 'Alt';
      return key;
    })
    .join(mac ? '' : '+');
