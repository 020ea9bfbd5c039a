import { activeInstanceKeys, type CommandId, commandTable } from './command-table.ts';
import type { KeyPress } from './key-match.ts';

/** Own keys of commands, by the id of the command. */
export type OwnKeys = Readonly<Record<string, readonly string[]>>;

const usualKeys = new Map<CommandId, readonly string[]>(commandTable.map(({ id, keys }) => [id, keys]));

/** The keys of a command: those that somebody chose, else the usual ones. An empty list means none. */
export const keysOfCommand = (id: CommandId, own: OwnKeys): readonly string[] =>
  (Object.hasOwn(own, id) ? own[id] : undefined) ?? usualKeys.get(id) ?? [];

export const usualKeysOf = (id: CommandId): readonly string[] => usualKeys.get(id) ?? [];

const modifierKeys = new Set(['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'OS', 'Dead', 'Process', 'CapsLock']);

/** The keys that are pressed, as the command table writes them; null while only modifiers are held. */
export const keysOfPress = (press: KeyPress): string | null => {
  if (modifierKeys.has(press.key)) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  const isLatin = /^[a-z]$/i.test(press.key);
  // With Alt, Shift or another alphabet the character differs from what is printed on the key.
  const key = digit ?? (isLatin ? press.key.toUpperCase() : (letter ?? (press.key === ' ' ? 'Space' : press.key)));
  return [
    ...(press.ctrlKey || press.metaKey ? ['mod'] : []),
    ...(press.shiftKey ? ['shift'] : []),
    ...(press.altKey ? ['alt'] : []),
    key,
  ].join('+');
};

/** Why keys cannot belong to a command. */
export type KeyProblem =
  | { readonly kind: 'plain' }
  | { readonly kind: 'editing' }
  | { readonly kind: 'active-instance' }
  | { readonly kind: 'taken'; readonly by: CommandId };

/** Keys that people use while they write or move about; a command on them would be in the way everywhere. */
const editing = new Set(
  'mod+A mod+C mod+V mod+X mod+Y mod+Z Tab Enter Escape Space Backspace ArrowUp ArrowDown ArrowLeft ArrowRight Home End PageUp PageDown'.split(
    ' ',
  ),
);

const isForActiveInstance = (keys: string): boolean =>
  Array.from({ length: 9 }, (_, index) => activeInstanceKeys(index + 1)).includes(keys);

/** A key that writes nothing by itself: F5, Delete, Insert. */
const writesNothing = (key: string): boolean => /^(?:F\d{1,2}|Delete|Insert|ContextMenu|Pause)$/.test(key);

/** What keeps keys from belonging to a command; null = nothing. */
export const problemOfKeys = (keys: string, id: CommandId, own: OwnKeys): KeyProblem | null => {
  const parts = keys.split('+');
  const bare = parts.filter((part) => part !== 'shift').join('+');
  if (editing.has(keys) || editing.has(bare)) return { kind: 'editing' };
  const hasModifier = parts.includes('mod') || parts.includes('alt');
  if (!hasModifier && !writesNothing(parts.at(-1) ?? '')) return { kind: 'plain' };
  if (isForActiveInstance(keys)) return { kind: 'active-instance' };
  const other = commandTable.find((command) => command.id !== id && keysOfCommand(command.id, own).includes(keys));
  return other === undefined ? null : { kind: 'taken', by: other.id };
};
