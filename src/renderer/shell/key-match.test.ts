import { describe, expect, it } from 'vitest';
import { activeInstanceKeys, commandTable, keysAsText } from './command-table.ts';
import { type KeyPress, matchesKeys } from './key-match.ts';

const press = (changes: Partial<KeyPress>): KeyPress => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...changes,
});

describe('keys', () => {
  it.each([
    ['mod+I', { key: 'i', ctrlKey: true }, true],
    ['mod+I', { key: 'i', metaKey: true }, true],
    ['mod+I', { key: 'i' }, false],
    ['mod+I', { key: 'I', ctrlKey: true, shiftKey: true }, false],
    ['mod+shift+N', { key: 'N', ctrlKey: true, shiftKey: true }, true],
    ['mod+shift+N', { key: 'n', ctrlKey: true }, false],
    ['mod+1', { key: '&', code: 'Digit1', ctrlKey: true }, true],
    ['mod+1', { key: '1', code: 'Numpad1', ctrlKey: true }, true],
    ['alt+N', { key: '˜', code: 'KeyN', altKey: true }, true],
    ['mod+I', { key: 'ш', code: 'KeyI', ctrlKey: true }, true],
    ['mod+Y', { key: 'z', code: 'KeyY', ctrlKey: true }, false],
    ['F5', { key: 'F5' }, true],
    ['F5', { key: 'F5', ctrlKey: true }, false],
    ['Delete', { key: 'Delete' }, true],
  ])('%s for %j: %s', (keys, pressed, expected) => {
    expect(matchesKeys(press(pressed), keys)).toBe(expected);
  });

  it('are the ones of the document (002-G)', () => {
    const keysOf = (id: string): readonly string[] => commandTable.find((command) => command.id === id)?.keys ?? [];
    expect(keysOf('page.instances')).toContain('mod+I');
    expect(keysOf('instance.create')).toContain('mod+shift+N');
    expect(keysOf('instance.edit')).toContain('mod+E');
    expect(keysOf('instance.delete')).toContain('Delete');
    expect(keysOf('instances.refresh')).toContain('F5');
    expect(keysOf('active.clear')).toContain('mod+0');
    expect([1, 9, 10, 0].map(activeInstanceKeys)).toEqual(['mod+1', 'mod+9', null, null]);
  });

  it('belong to one command each', () => {
    const all = commandTable.flatMap(({ keys }): readonly string[] => keys);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are written as on the keyboard at hand', () => {
    expect(keysAsText('mod+shift+N', false)).toBe('Ctrl+Shift+N');
    expect(keysAsText('mod+shift+N', true)).toBe('⌘⇧N');
  });
});
