import { execFileSync } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrationFindingSchema } from '#contract/models/migration.ts';
import { writeDesktop1, writeDesktop2, writeStabilityMatrix } from '../platform/migration/desktop-layouts.fixture.ts';
import {
  instancesFileText,
  serversFileText,
  writeDamaged,
  writeDockerEnvironments,
  writeDockerMulti,
  writeDockerSingle,
} from '../platform/migration/file-layouts.fixture.ts';
import {
  writeCheckoutWithLibrary,
  writeComfyCli,
  writeGitCheckout,
  writePortable,
} from '../platform/migration/install-layouts.fixture.ts';
import { createPlaceReader, placeLimits } from '../platform/migration/place-reader.ts';
import { snapshotTree, writeTree } from '../platform/migration/tree.fixture.ts';
import { createScanWorld, type ScanWorld } from './migration-scan.fixture.ts';

let world: ScanWorld;
beforeEach(async () => {
  world = await createScanWorld();
});
afterEach(() => world.close());

const writeEverything = async (home: string): Promise<void> => {
  await writeCheckoutWithLibrary(join(home, 'src'));
  await writePortable(join(home, 'Downloads'));
  await writeComfyCli(home);
  await writeDesktop1(home);
  await writeDesktop2(home);
  await writeStabilityMatrix(home);
  await writeDockerEnvironments(home);
  await writeDockerMulti(home);
  await writeDockerSingle(home);
  await writeTree(home, { 'instances.json': instancesFileText, 'Downloads/comfyui-servers-9.json': serversFileText });
};

const remarkCodes = async (): Promise<readonly string[]> =>
  (await world.scan()).flatMap(({ remarks }) => remarks.map(({ code }) => code));

describe('a scan', () => {
  it('changes nothing of what it looks at: every byte, mode and time stays (complaint 7)', async () => {
    await writeEverything(world.home);
    const before = await snapshotTree(world.home);
    const findings = await world.scan({
      folders: [world.home, join(world.home, 'src')],
      files: [join(world.home, 'instances.json')],
    });
    expect(findings.length).toBeGreaterThan(8);
    expect(world.errors).toEqual([]);
    expect(await snapshotTree(world.home)).toEqual(before);
  });

  it('answers what the contract promises, and the same ids each time', async () => {
    await writeEverything(world.home);
    const once = await world.scan();
    expect(once.map((finding) => migrationFindingSchema.safeParse(finding).error)).toEqual(once.map(() => undefined));
    expect(new Set(once.map(({ id }) => id)).size).toBe(once.length);
    for (const { candidates } of once) expect(new Set(candidates.map(({ key }) => key)).size).toBe(candidates.length);
    expect(await world.scan()).toEqual(once);
  });

  it('makes remarks of files that are cut off, empty or of another kind, and goes on', async () => {
    await writeDamaged(world.home);
    const before = await snapshotTree(world.home);
    const findings = await world.scan();
    expect(world.errors).toEqual([]);
    const damaged = findings.flatMap(({ kind, remarks }) => remarks.map(({ code }) => `${kind} ${code}`));
    expect([...new Set(damaged)].toSorted()).toEqual([
      'comfy-cli damaged-file',
      'desktop-1 damaged-file',
      'desktop-2 damaged-file',
      'folder damaged-file',
      'folder python-missing',
      'instances-file damaged-file',
      'servers-file damaged-file',
      'stability-matrix damaged-file',
    ]);
    expect(await snapshotTree(world.home)).toEqual(before);
  });

  it('ends where links lead in a circle', async () => {
    const folder = await writeGitCheckout(world.home);
    await writeTree(folder, {
      'models/back': { link: '..' },
      'models/self': { link: 'self' },
      'custom_nodes/all': { link: '.' },
      'user/up': { link: '../..' },
    });
    await writeTree(world.home, { 'comfy-link': { link: '.' } });
    const findings = await world.scan();
    expect(world.errors).toEqual([]);
    expect(findings.map(({ kind, location }) => [kind, location])).toEqual([['git', folder]]);
  });

  it('does not wait for a pipe, nor read what is too large for a settings file', async () => {
    await mkdir(join(world.home, '.config/comfy-cli'), { recursive: true });
    await mkdir(join(world.home, '.config/ComfyUI'), { recursive: true });
    execFileSync('mkfifo', [join(world.home, '.config/comfy-cli/config.ini')]);
    await writeTree(world.home, { '.config/ComfyUI/config.json': { bytes: placeLimits.textBytes + 1 } });
    expect(await remarkCodes()).toEqual(['unreadable-file', 'unreadable-file']);
    expect(world.errors).toEqual([]);
  });

  // The system lets its administrator read everything.
  it.skipIf(process.getuid?.() === 0)('says which file may not be read', async () => {
    await writeComfyCli(world.home);
    await chmod(join(world.home, '.config/comfy-cli/config.ini'), 0);
    expect(await remarkCodes()).toContain('unreadable-file');
  });

  it('does not take the servers of the studio for what a user had', async () => {
    world.servers.set(8187, { version: '0.33.0', arguments: ['main.py'], pid: null, process: null });
    expect(await world.scan({ usualPlaces: false, urls: ['http://127.0.0.1:8187'] })).toMatchObject([{ kind: 'url' }]);
    expect(await world.scan()).toEqual([]);
  });

  it('forgets what it saw before: a plan is made of the last scan', async () => {
    await writeGitCheckout(world.home);
    const [finding] = await world.scan();
    expect(world.scanner.finding(finding?.id ?? '')).toEqual(finding);
    await world.scan({ usualPlaces: false });
    expect(world.scanner.finding(finding?.id ?? '')).toBeNull();
  });

  it('holds names of 500 letters, other scripts and markup within the contract', async () => {
    const names = ['x'.repeat(500), 'شبكة 🎨', '<script>alert(1)</script>', '__proto__', ''];
    const instances = names.map((name, id) => ({ id, port: 4000 + id, name, enabled: true, extra_args: '' }));
    await writeTree(world.home, { 'instances.json': JSON.stringify({ instances }) });
    const [finding] = await world.scan();
    expect(migrationFindingSchema.safeParse(finding).error).toBeUndefined();
    expect(finding?.candidates.map(({ name }) => name)).toEqual([
      'x'.repeat(200),
      names[1],
      names[2],
      names[3],
      'instance-4',
    ]);
  });
});

describe('the reader of places', () => {
  const reader = (limits: Partial<typeof placeLimits>) => createPlaceReader(Date.now, { ...placeLimits, ...limits });

  it('gives no size where counting was cut off', async () => {
    const folder = await writeGitCheckout(world.home);
    expect(await reader({ measureEntries: 3 }).measure(folder)).toEqual({ files: null, bytes: null });
    expect(await reader({ measureDepth: 1 }).measure(folder)).toEqual({ files: null, bytes: null });
    expect(await reader({ measureMs: -1 }).measure(folder)).toEqual({ files: null, bytes: null });
    expect((await reader({}).measure(folder)).files).toBeGreaterThan(10);
  });

  it('names a listing that was cut off, and what links lead to', async () => {
    await writeTree(world.home, { 'a/x': '1', 'b/y': '2', 'c.txt': '3', 'd/link': { link: '../a' } });
    expect(await reader({ folderEntries: 2 }).list(world.home)).toMatchObject({ kind: 'folder', cutOff: true });
    expect(await reader({}).list(join(world.home, 'd'))).toEqual({
      kind: 'folder',
      entries: [{ name: 'link', kind: 'folder', isLink: true }],
      cutOff: false,
    });
  });

  it('answers about free space for a folder that is not there yet', async () => {
    expect(await reader({}).freeBytes(join(world.home, 'not/yet/made'))).toBeGreaterThan(0);
  });

  it('rejects nothing', async () => {
    const strange = `${world.home}/\0`;
    const all = reader({});
    expect(await all.text(strange)).toEqual({ kind: 'missing' });
    expect(await all.kind(strange)).toBe('missing');
    expect(await all.realPath(strange)).toBe(strange);
    expect(await all.text(world.home)).toMatchObject({ kind: 'missing' });
  });
});
