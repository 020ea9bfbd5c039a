import { describe, expect, it } from 'vitest';
import { commandTable } from './command-table.ts';
import { type KeyPress, matchesKeys } from './key-match.ts';
import { keysOfCommand, keysOfPress, problemOfKeys } from './shortcut-keys.ts';

const press = (changes: Partial<KeyPress>): KeyPress => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...changes,
});

describe('pressed keys', () => {
  it.each([
    [{ key: 'i', code: 'KeyI', ctrlKey: true }, 'mod+I'],
    [{ key: 'i', code: 'KeyI', metaKey: true }, 'mod+I'],
    [{ key: 'N', code: 'KeyN', ctrlKey: true, shiftKey: true }, 'mod+shift+N'],
    [{ key: '˜', code: 'KeyN', altKey: true }, 'alt+N'],
    [{ key: 'ш', code: 'KeyI', ctrlKey: true }, 'mod+I'],
    [{ key: 'z', code: 'KeyY', ctrlKey: true }, 'mod+Z'],
    [{ key: '!', code: 'Digit1', ctrlKey: true, shiftKey: true }, 'mod+shift+1'],
    [{ key: 'F8', code: 'F8' }, 'F8'],
    [{ key: 'Control', code: 'ControlLeft', ctrlKey: true }, null],
    [{ key: 'Shift', code: 'ShiftLeft', shiftKey: true }, null],
  ])('%j are %s', (pressed, keys) => {
    expect(keysOfPress(press(pressed))).toBe(keys);
    if (keys !== null && /^[\x20-\x7e]+$/.test(pressed.key) && pressed.key !== '!') {
      expect(matchesKeys(press(pressed), keys)).toBe(true);
    }
  });
});

describe('own keys', () => {
  it('take the place of the usual ones, and may be none', () => {
    expect(keysOfCommand('page.instances', {})).toEqual(['mod+I']);
    expect(keysOfCommand('page.instances', { 'page.instances': ['F9'] })).toEqual(['F9']);
    expect(keysOfCommand('page.instances', { 'page.instances': [] })).toEqual([]);
    expect(keysOfCommand('page.instances', Object.create({ 'page.instances': ['F9'] }))).toEqual(['mod+I']);
  });

  it.each([
    ['F9', null],
    ['mod+J', null],
    ['alt+J', null],
    ['mod+E', { kind: 'taken', by: 'instance.edit' }],
    ['J', { kind: 'plain' }],
    ['shift+J', { kind: 'plain' }],
    ['mod+C', { kind: 'editing' }],
    ['mod+shift+Z', { kind: 'editing' }],
    ['Tab', { kind: 'editing' }],
    ['mod+3', { kind: 'active-instance' }],
  ])('%s: %j', (keys, problem) => {
    expect(problemOfKeys(keys, 'page.instances', {})).toEqual(problem);
  });

  it('are free again when another command gave them up', () => {
    expect(problemOfKeys('mod+E', 'page.instances', { 'instance.edit': [] })).toBeNull();
    expect(problemOfKeys('F9', 'page.instances', { 'page.jobs': ['F9'] })).toEqual({ kind: 'taken', by: 'page.jobs' });
  });

  it('of the table itself have no problem', () => {
    const problems = commandTable.flatMap(({ id, keys }) => keys.map((each) => problemOfKeys(each, id, {})));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
  });
});
