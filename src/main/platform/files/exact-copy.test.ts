import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { createFleetStore } from './fleet-store.ts';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-exact-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const store = () => createFleetStore({ folder, now: () => 0, makeId: () => '0123456789', logger });
const instance = (id: string) => instanceConfigurationSchema.parse({ id, name: id });
const fleet = (...ids: readonly string[]) => ({ instances: ids.map(instance), activeInstanceId: null });
const path = (): string => join(folder, 'fleet.json');
const everything = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'latin1')]),
  );

describe('an exact copy of a document', () => {
  it('puts back bytes that say the same in another way, and the backups with them', async () => {
    for (const ids of [['a'], ['a', 'b'], ['a', 'c']]) await store().save(fleet(...ids));
    // As somebody's editor left it.
    writeFileSync(path(), `${JSON.stringify(JSON.parse(readFileSync(path(), 'utf8')))}\r\n\r\n`);
    const before = everything();
    const copy = await store().exactCopy();
    for (const ids of [
      ['a', 'c', 'x'],
      ['a', 'c', 'x', 'y'],
      ['a', 'c', 'z'],
      ['a', 'c'],
    ])
      await store().save(fleet(...ids));
    expect(everything()).not.toEqual(before);
    expect(await store().putBack(copy)).toBe(true);
    expect(everything()).toEqual(before);
    expect(await store().putBack(copy)).toBe(true);
    expect(everything()).toEqual(before);
  });

  it('of a document that was not there takes it away, and no backup brings it back', async () => {
    const copy = await store().exactCopy();
    await store().save(fleet('x'));
    await store().save(fleet());
    expect(await store().putBack(copy)).toBe(true);
    expect(existsSync(path())).toBe(false);
    expect(await store().load()).toEqual({ document: fleet(), notices: [] });
  });

  it('is not put back over anything that says something else', async () => {
    await store().save(fleet('a'));
    const copy = await store().exactCopy();
    await store().save(fleet('a', 'mine'));
    const present = everything();
    expect(await store().putBack(copy)).toBe(false);
    expect(everything()).toEqual(present);
    writeFileSync(path(), 'damaged');
    expect(await store().putBack(copy)).toBe(false);
    expect(readFileSync(path(), 'utf8')).toBe('damaged');
  });
});
