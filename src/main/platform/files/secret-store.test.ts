import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileSecretStore } from './secret-store.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => createFileSecretStore({ folder, now: () => 0, makeId: () => 'id', logger: silent });
const path = () => join(folder, 'secrets.json');
const permissions = async () => ((await stat(path())).mode & 0o777).toString(8);

describe('the secret store of a headless studio', () => {
  it('answers null for an unknown name, names of the prototype included', async () => {
    expect(await open().get('instance:a')).toBeNull();
    expect(await open().get('constructor')).toBeNull();
    expect(await open().get('__proto__')).toBeNull();
  });

  it('keeps secrets in a file that only its owner can read', async () => {
    await open().set('instance:a', 'tökên');
    expect(await open().get('instance:a')).toBe('tökên');
    expect(await permissions()).toBe('600');
  });

  it('takes rights back that somebody added', async () => {
    await open().set('instance:a', 'x');
    await chmod(path(), 0o644);
    await open().get('instance:a');
    expect(await permissions()).toBe('600');
  });

  it('leaves nothing of a removed secret on the disk', async () => {
    await open().set('instance:a', 'very-secret');
    await open().set('instance:b', 'other');
    await open().remove('instance:a');
    expect(await open().get('instance:a')).toBeNull();
    expect(await open().get('instance:b')).toBe('other');
    expect(await readdir(folder)).toEqual(['secrets.json']);
    expect(await readFile(path(), 'utf8')).not.toContain('very-secret');
  });

  it('loses none of several changes at once', async () => {
    const store = open();
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.set(`name-${index}`, String(index))));
    expect(await open().get('name-0')).toBe('0');
    expect(await open().get('name-19')).toBe('19');
  });
});
