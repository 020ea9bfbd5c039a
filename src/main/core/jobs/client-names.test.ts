import { describe, expect, it } from 'vitest';
import { createClientNames } from './client-names.ts';

describe('the names under which clients take turns', () => {
  it('are the client id, else the program', () => {
    const names = createClientNames();
    const owners = [
      { clientId: 'x', caller: 'p' },
      { clientId: 'x', caller: 'q' },
      { clientId: null, caller: 'x' },
      { clientId: null, caller: 'p' },
      { clientId: null, caller: null },
    ];
    const [first, ...others] = owners.map((owner) => names.nameOf(owner));
    expect(new Set([first, ...others]).size).toBe(4);
    expect(others[0]).toBe(first);
  });

  it('are kept while jobs wait, and free afterwards', () => {
    const names = createClientNames();
    const owner = (index: number) => ({ clientId: `id-${index}`, caller: 'p' });
    for (let index = 0; index < 17; index += 1) names.came(owner(index));
    expect(names.nameOf(owner(16))).toBe(names.nameOf({ clientId: null, caller: 'p' }));
    expect(names.nameOf(owner(15))).not.toBe(names.nameOf(owner(14)));
    names.left(owner(0));
    expect(names.nameOf(owner(16))).toBe(names.nameOf({ clientId: null, caller: 'p' }));
    expect(names.nameOf(owner(20))).toBe('id id-20');
    names.left(owner(16));
    expect(names.nameOf(owner(16))).toBe('id id-16');
    names.left(owner(99));
  });

  it('of one program say nothing about another', () => {
    const names = createClientNames();
    for (let index = 0; index < 20; index += 1) names.came({ clientId: `${index}`, caller: 'p' });
    expect(names.nameOf({ clientId: 'new', caller: 'q' })).toBe('id new');
    expect(names.nameOf({ clientId: 'new', caller: null })).toBe('id new');
  });
});
