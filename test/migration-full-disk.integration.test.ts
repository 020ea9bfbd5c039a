import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { fingerprint, studioFingerprint } from './migration/old-install.ts';
import { isAtRest, seededRunId, waitForRun } from './migration/seeded-run.ts';
import { setUpMigration } from './migration/set-up.ts';
import { callStudio } from './studio-client.ts';
import { type OnFinished, openStudio } from './studio-fixture.ts';

const mount = (folder: string, sizeMegabytes: number): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMegabytes}m`, 'tmpfs', folder]).status === 0;
const unmount = (folder: string): void => void spawnSync('umount', ['-l', folder]);

/** Only an administrator of a machine that lets it may make a disk of this size. */
const canMount = ((): boolean => {
  if (process.platform !== 'linux') return false;
  const folder = mkdtempSync(join(tmpdir(), 'atelier-mount-'));
  const isMounted = mount(folder, 1);
  if (isMounted) unmount(folder);
  rmSync(folder, { recursive: true, force: true });
  return isMounted;
})();

const megabyte = 1024 ** 2;

/** A studio whose data folder is a small disk, and an old install with a picture that does not fit on it. */
const setUpSmallDisk = async (onFinished: OnFinished) => {
  const cleanups: (() => Promise<void>)[] = [];
  const setUp = await setUpMigration((cleanup) => cleanups.push(cleanup), {
    count: 1,
    choices: { startAfterwards: false },
    prepare: (dataFolder) => {
      mkdirSync(dataFolder);
      expect(mount(dataFolder, 24)).toBe(true);
    },
  });
  onFinished(async () => {
    unmount(setUp.dataFolder);
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  const picture = join(setUp.root, 'input', 'large.png');
  writeFileSync(picture, 'x'.repeat(30 * megabyte));
  return { ...setUp, picture };
};

const applied = async (studio: HeadlessStudio) => {
  await callStudio(studio, 'migration.apply', { planId: 'plan-1' });
  return waitForRun(studio, isAtRest);
};

describe.runIf(canMount)('a disk that is full', () => {
  it('is noticed before anything is done', async ({ onTestFinished }) => {
    const { dataFolder, before } = await setUpSmallDisk(onTestFinished);
    const studio = await openStudio(onTestFinished, { dataFolder });
    const run = await applied(studio);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'MIGRATION_PLAN_OUTDATED' } });
    expect(run.error?.details['problems']).toMatchObject([{ code: 'no-space' }]);
    expect(studioFingerprint(dataFolder)).toEqual(before.studio);
  });

  it('or may not be written to is noticed as well', async ({ onTestFinished }) => {
    const { dataFolder } = await setUpMigration(onTestFinished, { choices: { startAfterwards: false } });
    const instances = join(dataFolder, 'instances');
    mkdirSync(instances, { recursive: true });
    expect(mount(instances, 1)).toBe(true);
    onTestFinished(() => unmount(instances));
    expect(spawnSync('mount', ['-o', 'remount,ro', instances]).status).toBe(0);
    const studio = await openStudio(onTestFinished, { dataFolder });
    const run = await applied(studio);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'MIGRATION_PLAN_OUTDATED' } });
    const problems = run.error?.details['problems'];
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'not-writable', details: { path: join(instances, 'legacy-instance') } }),
    );
    await callStudio(studio, 'migration.undo', { runId: seededRunId });
    expect(await waitForRun(studio, isAtRest)).toMatchObject({ state: 'undone', error: null });
  });

  it('in the middle of a copy leaves nothing of it, and the run goes on once there is room', async ({
    onTestFinished,
  }) => {
    const { folder, dataFolder, before, picture } = await setUpSmallDisk(onTestFinished);
    // The room was there when it was looked for.
    const journal = join(dataFolder, 'migrations', seededRunId, 'journal.jsonl');
    const facts = { kind: 'none' };
    appendFileSync(journal, `${JSON.stringify({ type: 'intent', at: 1, effectId: 'check', facts })}\n`);
    appendFileSync(
      journal,
      `${JSON.stringify({ type: 'done', at: 1, effectId: 'check', outcome: 'done', remarks: [] })}\n`,
    );
    const studio = await openStudio(onTestFinished, { dataFolder });
    const run = await applied(studio);
    expect(run).toMatchObject({
      state: 'failed',
      error: { code: 'STORE_WRITE_FAILED', details: { systemCode: 'ENOSPC' } },
      canUndo: true,
    });
    const own = join(dataFolder, 'instances', 'legacy-instance');
    expect(readdirSync(own)).toEqual(['user']);
    truncateSync(picture, megabyte);
    expect(await applied(studio)).toMatchObject({ state: 'applied', error: null });

    // A full disk is in the way of an undo too, and only for as long as it is full.
    const ballast = join(dataFolder, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096']);
    rmSync(join(dataFolder, 'instances', 'legacy-instance', 'user', 'default', 'comfy.settings.json'));
    await callStudio(studio, 'migration.undo', { runId: seededRunId });
    const stuck = await waitForRun(studio, isAtRest);
    expect(['undo-failed', 'undone']).toContain(stuck.state);
    rmSync(ballast);
    await callStudio(studio, 'migration.undo', { runId: seededRunId });
    expect(await waitForRun(studio, isAtRest)).toMatchObject({ state: 'undone', error: null });
    expect(studioFingerprint(dataFolder)).toEqual(before.studio);
    expect(existsSync(picture)).toBe(true);
    const { './ComfyUI/input/large.png': _added, ...old } = fingerprint(join(folder, 'old'), { times: false });
    const { './ComfyUI/input/large.png': _none, ...oldBefore } = before.old;
    expect(Object.keys(old)).toEqual(Object.keys(oldBefore));
  });
});
