import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MigrationChoices } from '#contract/models/migration.ts';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { makeRunnable } from './migration/node-comfyui.ts';
import { fingerprint, makeOldInstall, studioFingerprint } from './migration/old-install.ts';
import { isAtRest, waitForRun } from './migration/seeded-run.ts';
import { callStudio } from './studio-client.ts';
import { type OnFinished, openDataFolder, openStudio } from './studio-fixture.ts';

/** An old install that runs, found by looking at its folder, and the plan for it. */
const scanned = async (onFinished: OnFinished, choices: Partial<MigrationChoices> = {}) => {
  const folder = await openDataFolder(onFinished);
  const dataFolder = join(folder, 'data');
  const root = makeOldInstall(folder);
  makeRunnable(root);
  const old = fingerprint(join(folder, 'old'), { times: true });
  const studio = await openStudio(onFinished, { dataFolder });
  const before = studioFingerprint(dataFolder);
  const plan = async () => {
    const { findings } = await callStudio(studio, 'migration.scan', { folders: [root], usualPlaces: false });
    return callStudio(studio, 'migration.plan', { findingIds: findings.map(({ id }) => id), ...choices });
  };
  return { folder, dataFolder, studio, before, old, plan };
};

const undone = async (studio: HeadlessStudio) => {
  const [run] = (await callStudio(studio, 'migration.runs', {})).runs;
  await callStudio(studio, 'migration.undo', { runId: run?.id ?? '' });
  return waitForRun(studio, isAtRest);
};

describe('the way from an old install to instances and back', () => {
  it('is a scan, a plan, a run and an undo, again and again (002-H1, 002-H2, 001-D5)', async ({ onTestFinished }) => {
    const { folder, dataFolder, studio, before, old, plan } = await scanned(onTestFinished);
    for (const round of [1, 2]) {
      const made = await plan();
      expect(made).toMatchObject({ canApply: true });
      await callStudio(studio, 'migration.apply', { planId: made.id });
      const run = await waitForRun(studio, isAtRest);
      expect(run, `round ${round}`).toMatchObject({ state: 'applied', error: null });
      const earlier = round === 1 ? [] : ['earlier-files-set-aside'];
      expect(run.steps.flatMap(({ remarks }) => remarks.map(({ code }) => code))).toEqual([...earlier, 'models-seen']);
      const { instances, activeInstanceId } = await callStudio(studio, 'instances.list', {});
      expect(instances).toMatchObject([{ status: 'running', configuration: { name: 'Legacy Instance' } }]);
      expect(activeInstanceId).toBe(instances[0]?.configuration.id);
      expect(fingerprint(join(folder, 'old'), { times: true })).toEqual(old);
      // What is applied is not applied twice.
      await expect(callStudio(studio, 'migration.apply', { planId: made.id })).rejects.toThrow(
        'MIGRATION_PLAN_OUTDATED',
      );
      expect(await undone(studio)).toMatchObject({ state: 'undone', error: null });
      expect(fingerprint(join(folder, 'old'), { times: true })).toEqual(old);
      for (const name of ['fleet.json', 'settings.json']) expect(existsSync(join(dataFolder, name))).toBe(false);
    }
    // The logs that the program wrote for itself are no copies: they stay, each round's for itself, and nothing else does.
    const kept = Object.entries(studioFingerprint(dataFolder)).filter(
      ([path, what]) => what.startsWith('file') && !(path in before),
    );
    expect(kept.map(([path]) => path.replace(/^.*\/user\//, ''))).toEqual(['comfyui.log', 'comfyui.log']);
  });

  it('copies custom nodes where they are not shared', async ({ onTestFinished }) => {
    const { folder, studio, dataFolder, old, plan } = await scanned(onTestFinished, {
      shareCustomNodes: false,
      startAfterwards: false,
    });
    const made = await plan();
    await callStudio(studio, 'migration.apply', { planId: made.id });
    expect(await waitForRun(studio, isAtRest)).toMatchObject({ state: 'applied', error: null });
    const own = join(dataFolder, 'instances', made.instances[0]?.draft.id ?? '');
    expect(existsSync(join(own, 'custom_nodes', 'a-node', '__init__.py'))).toBe(true);
    expect(await undone(studio)).toMatchObject({ state: 'undone' });
    expect(existsSync(own)).toBe(false);
    expect(fingerprint(join(folder, 'old'), { times: true })).toEqual(old);
  });

  it('copies nothing that is not asked for', async ({ onTestFinished }) => {
    const { folder, studio, dataFolder, old, plan } = await scanned(onTestFinished, {
      copyUserFolder: false,
      copyInput: false,
      startAfterwards: false,
      makeActive: false,
    });
    const made = await plan();
    await callStudio(studio, 'migration.apply', { planId: made.id });
    const run = await waitForRun(studio, isAtRest);
    expect(run.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'check done',
      'backup done',
      'copy done',
      'create done',
      'activate skipped',
      'take-over skipped',
      'start skipped',
      'verify skipped',
    ]);
    expect(await undone(studio)).toMatchObject({ state: 'undone' });
    expect(Object.keys(studioFingerprint(dataFolder)).filter((path) => !path.startsWith('backups'))).toEqual([]);
    expect(fingerprint(join(folder, 'old'), { times: true })).toEqual(old);
  });
});
