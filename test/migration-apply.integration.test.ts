import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MigrationRun } from '#contract/models/migration.ts';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { fingerprint, studioFingerprint } from './migration/old-install.ts';
import { isAtRest, journalLines, seededRunId, waitForRun } from './migration/seeded-run.ts';
import { setUpMigration } from './migration/set-up.ts';
import { callStudio, getInstance, waitFor } from './studio-client.ts';
import { createSandbox, openStudio } from './studio-fixture.ts';

const apply = (studio: HeadlessStudio): Promise<MigrationRun> =>
  callStudio(studio, 'migration.apply', { planId: 'plan-1' });

const applied = async (studio: HeadlessStudio): Promise<MigrationRun> => {
  await apply(studio);
  return waitForRun(studio, isAtRest);
};

const undone = async (studio: HeadlessStudio): Promise<MigrationRun> => {
  await callStudio(studio, 'migration.undo', { runId: seededRunId });
  return waitForRun(studio, isAtRest);
};

const remarksOf = ({ steps }: MigrationRun) => steps.flatMap(({ remarks }) => remarks);
const codesOf = (run: MigrationRun): readonly string[] => remarksOf(run).map(({ code }) => code);

/** Nothing is started: for tests of files and documents. */
const quiet = { startAfterwards: false };

describe('a plan that is carried out', () => {
  it('makes instances, copies, starts, tests and compares; one undo takes it back byte for byte (002-H1, 001-D3)', async ({
    onTestFinished,
  }) => {
    const { folder, dataFolder, root, before } = await setUpMigration(onTestFinished);
    const studio = await openStudio(onTestFinished, { dataFolder });
    expect((await callStudio(studio, 'migration.runs', {})).runs).toMatchObject([
      { id: seededRunId, state: 'interrupted', canUndo: true },
    ]);
    const run = await applied(studio);
    expect(run.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'check done',
      'backup done',
      'copy done',
      'create done',
      'activate done',
      'take-over skipped',
      'start done',
      'verify done',
    ]);
    expect(run).toMatchObject({ state: 'applied', error: null, canUndo: true });
    expect(remarksOf(run).map(({ code, details }) => [code, details['before']])).toEqual([
      ['models-seen', 3],
      ['models-seen', 3],
    ]);
    const legacy = await getInstance(studio, 'legacy-instance');
    expect(legacy).toMatchObject({ status: 'running', configuration: { name: 'Legacy Instance' } });
    expect((await callStudio(studio, 'instances.list', {})).activeInstanceId).toBe('legacy-instance');
    const own = join(dataFolder, 'instances', 'legacy-instance');
    const times = { times: true };
    expect(fingerprint(join(own, 'user', 'default', 'workflows'), times)).toEqual(
      fingerprint(join(root, 'user', 'default', 'workflows'), times),
    );
    expect(readFileSync(join(own, 'user', 'default', 'inside.json'), 'utf8')).toContain('dark');
    // A link out of the copied folder leads to the same place as before.
    expect(readdirSync(join(own, 'user', 'default', 'outside'))).toContain('sd15.safetensors');
    expect(fingerprint(join(folder, 'old'), times)).toEqual(before.old);

    expect(await undone(studio)).toMatchObject({ state: 'undone', canUndo: false, error: null });
    expect(studioFingerprint(dataFolder)).toEqual(before.studio);
    expect(fingerprint(join(folder, 'old'), times)).toEqual(before.old);
    const list = await callStudio(studio, 'instances.list', {});
    expect(list.instances.map(({ configuration }) => configuration.id)).toEqual(['mine']);
    expect(list.activeInstanceId).toBe('mine');
    // Once more changes nothing.
    expect(await undone(studio)).toMatchObject({ state: 'undone' });
  });

  it('of a studio that had nothing yet leaves nothing behind, documents included', async ({ onTestFinished }) => {
    const { dataFolder } = await setUpMigration(onTestFinished, { isFresh: true, choices: quiet });
    const studio = await openStudio(onTestFinished, { dataFolder });
    expect(await applied(studio)).toMatchObject({ state: 'applied' });
    expect(existsSync(join(dataFolder, 'fleet.json'))).toBe(true);
    expect(await undone(studio)).toMatchObject({ state: 'undone' });
    expect(studioFingerprint(dataFolder)).toEqual({ 'backups:.': expect.stringContaining('folder') });
    await studio.end('SIGTERM');
    const next = await openStudio(onTestFinished, { dataFolder });
    expect((await callStudio(next, 'instances.list', {})).instances).toEqual([]);
    expect(next.log()).not.toContain('restored from a backup');
  });

  it('names the models that an instance does not see any more', async ({ onTestFinished }) => {
    const { dataFolder, root, plan } = await setUpMigration(onTestFinished, {
      count: 1,
      change: (made) => ({
        ...made,
        instances: made.instances.map((instance) => ({
          ...instance,
          draft: { ...instance.draft, folders: { ...instance.draft.folders, models: '' } },
        })),
      }),
    });
    expect(plan.instances[0]?.draft.folders?.models).toBe('');
    const studio = await openStudio(onTestFinished, { dataFolder });
    const run = await applied(studio);
    expect(run.steps.at(-1)).toMatchObject({ step: 'verify', outcome: 'warning' });
    expect(remarksOf(run).find(({ code }) => code === 'models-missing')?.details).toMatchObject({
      names: expect.arrayContaining(['checkpoints/styles/anime.safetensors', 'loras/detail.safetensors']),
    });
    expect(existsSync(join(root, 'models', 'loras', 'detail.safetensors'))).toBe(true);
  });

  it('says which instance did not start, and why', async ({ onTestFinished }) => {
    const { dataFolder } = await setUpMigration(onTestFinished, {
      count: 1,
      change: (made) => ({
        ...made,
        instances: made.instances.map((instance) => ({
          ...instance,
          draft: { ...instance.draft, sandbox: { arguments: ['--no-such-switch'] } },
        })),
      }),
    });
    const studio = await openStudio(onTestFinished, { dataFolder });
    const run = await applied(studio);
    expect(run.state).toBe('applied');
    expect(remarksOf(run)).toMatchObject([
      { code: 'not-ready', details: { instanceId: 'legacy-instance', code: 'LAUNCH_BAD_ARGUMENT' } },
    ]);
  });
});

describe('what the user did since', () => {
  it('stays: changed and added files, other instances, the active one and settings; each is said', async ({
    onTestFinished,
  }) => {
    const { dataFolder, folder, before } = await setUpMigration(onTestFinished, { choices: quiet });
    const studio = await openStudio(onTestFinished, { dataFolder });
    await applied(studio);
    const user = join(dataFolder, 'instances', 'legacy-instance', 'user', 'default');
    appendFileSync(join(user, 'workflows', 'portrait 7 人像 🖼.json'), ' changed');
    writeFileSync(join(user, 'workflows', 'new.json'), '{}');
    rmSync(join(user, 'workflows', 'portrait 8 人像 🖼.json'));
    await createSandbox(studio, 'later');
    await callStudio(studio, 'instances.update', { instanceId: 'mine', changes: { description: 'better' } });
    await callStudio(studio, 'instances.update', { instanceId: 'gpu-1', changes: { description: 'tuned' } });
    await callStudio(studio, 'instances.setActive', { instanceId: 'later' });
    await callStudio(studio, 'settings.update', { changes: { jobsKeptDays: 7 } });
    const run = await undone(studio);
    expect(run.state).toBe('undone');
    const list = await callStudio(studio, 'instances.list', {});
    expect(list.activeInstanceId).toBe('later');
    expect(list.instances.map(({ configuration }) => [configuration.id, configuration.description])).toEqual([
      ['mine', 'better'],
      ['later', ''],
    ]);
    expect((await callStudio(studio, 'settings.get', {})).jobsKeptDays).toBe(7);
    expect(codesOf(run).toSorted()).toEqual([
      'active-kept',
      'changed-instance-removed',
      'changes-kept',
      'changes-kept',
      'folder-kept',
    ]);
    const own = join(dataFolder, 'instances', 'legacy-instance');
    expect(remarksOf(run).find(({ code }) => code === 'folder-kept')?.details).toMatchObject({ folder: own });
    expect(Object.keys(fingerprint(own, { times: false })).filter((name) => name.endsWith('.json'))).toEqual([
      './user/default/workflows/new.json',
      './user/default/workflows/portrait 7 人像 🖼.json',
    ]);
    expect(existsSync(join(dataFolder, 'instances', 'gpu-1'))).toBe(false);
    expect(fingerprint(join(folder, 'old'), { times: true })).toEqual(before.old);
  });

  it('and did before, under the same name, is set aside and comes back', async ({ onTestFinished }) => {
    const { dataFolder } = await setUpMigration(onTestFinished, { choices: quiet, count: 1 });
    const own = join(dataFolder, 'instances', 'legacy-instance');
    mkdirSync(join(own, 'user'), { recursive: true });
    writeFileSync(join(own, 'user', 'mine.json'), 'of an instance that was deleted');
    const left = fingerprint(own, { times: true });
    const studio = await openStudio(onTestFinished, { dataFolder });
    const run = await applied(studio);
    expect(run.state).toBe('applied');
    expect(codesOf(run)).toEqual(['earlier-files-set-aside']);
    expect(existsSync(join(own, 'user', 'mine.json'))).toBe(false);
    expect((await undone(studio)).state).toBe('undone');
    expect(fingerprint(own, { times: true })).toEqual(left);
  });
});

describe('a run that is not let through', () => {
  it('can be cancelled at any moment, which takes it back', async ({ onTestFinished }) => {
    const { folder, dataFolder, before } = await setUpMigration(onTestFinished);
    const studio = await openStudio(onTestFinished, { dataFolder });
    await apply(studio);
    await waitFor(
      'the first instance',
      () => journalLines(dataFolder),
      (lines) => lines.some((line) => line.includes('create:')),
    );
    const cancelled = await callStudio(studio, 'migration.cancel', { runId: seededRunId });
    expect(cancelled.state).toBe('undoing');
    expect(await waitForRun(studio, isAtRest)).toMatchObject({ state: 'undone', error: null });
    expect(studioFingerprint(dataFolder)).toEqual(before.studio);
    expect(fingerprint(join(folder, 'old'), { times: true })).toEqual(before.old);
  });

  it('is the only one: a second is refused while one is under way', async ({ onTestFinished }) => {
    const { dataFolder } = await setUpMigration(onTestFinished);
    const studio = await openStudio(onTestFinished, { dataFolder });
    const [first, second] = await Promise.allSettled([apply(studio), apply(studio)]);
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(apply(studio)).rejects.toThrow('MIGRATION_BUSY');
    await expect(callStudio(studio, 'migration.undo', { runId: seededRunId })).rejects.toThrow('MIGRATION_BUSY');
    await expect(callStudio(studio, 'migration.undo', { runId: 'nobody' })).rejects.toThrow('MIGRATION_RUN_NOT_FOUND');
    await expect(callStudio(studio, 'migration.cancel', { runId: 'nobody' })).rejects.toThrow(
      'MIGRATION_RUN_NOT_FOUND',
    );
    expect(await waitForRun(studio, isAtRest)).toMatchObject({ state: 'applied' });
    await expect(callStudio(studio, 'migration.apply', { planId: 'nobody' })).rejects.toThrow(
      'MIGRATION_PLAN_OUTDATED',
    );
  });

  it('fails before anything is changed where the plan is not true any more, and goes on once it is', async ({
    onTestFinished,
  }) => {
    const { dataFolder, root, before } = await setUpMigration(onTestFinished, { choices: quiet });
    const hidden = join(root, 'user-away');
    renameSync(join(root, 'user'), hidden);
    const studio = await openStudio(onTestFinished, { dataFolder });
    const run = await applied(studio);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'MIGRATION_PLAN_OUTDATED' }, canUndo: true });
    expect(run.error?.details['problems']).toMatchObject([{ code: 'source-gone' }, { code: 'source-gone' }]);
    expect(studioFingerprint(dataFolder)).toEqual(before.studio);
    renameSync(hidden, join(root, 'user'));
    expect(await applied(studio)).toMatchObject({ state: 'applied', error: null });
  });

  it('fails where a file stands in the way of a folder, and is taken back', async ({ onTestFinished }) => {
    const { dataFolder, before } = await setUpMigration(onTestFinished, { choices: quiet });
    rmSync(join(dataFolder, 'instances'), { recursive: true, force: true });
    writeFileSync(join(dataFolder, 'instances'), 'a file');
    const studio = await openStudio(onTestFinished, { dataFolder });
    const run = await applied(studio);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'MIGRATION_PLAN_OUTDATED' } });
    expect((await undone(studio)).state).toBe('undone');
    expect(readFileSync(join(dataFolder, 'instances'), 'utf8')).toBe('a file');
    const documents = Object.entries(before.studio).filter(([path]) => !path.startsWith('instances'));
    expect(studioFingerprint(dataFolder)).toMatchObject(Object.fromEntries(documents));
  });

  it('is left for the next studio when this one ends in an orderly way', async ({ onTestFinished }) => {
    const { folder, dataFolder, before } = await setUpMigration(onTestFinished);
    const studio = await openStudio(onTestFinished, { dataFolder });
    await apply(studio);
    expect(await studio.end('SIGTERM')).toBe(0);
    const next = await openStudio(onTestFinished, { dataFolder });
    expect(await waitForRun(next, isAtRest)).toMatchObject({ state: 'interrupted', canUndo: true });
    expect(await applied(next)).toMatchObject({ state: 'applied', error: null });
    expect((await undone(next)).state).toBe('undone');
    expect(studioFingerprint(dataFolder)).toEqual(before.studio);
    expect(fingerprint(join(folder, 'old'), { times: true })).toEqual(before.old);
  });

  it('goes on after a torn last line in its journal, and knows a damaged one from it', async ({ onTestFinished }) => {
    const { dataFolder } = await setUpMigration(onTestFinished, { choices: quiet, count: 1 });
    const journal = join(dataFolder, 'migrations', seededRunId, 'journal.jsonl');
    appendFileSync(journal, 'no JSON at all\n{"type":"intent","at":1,"effe');
    const studio = await openStudio(onTestFinished, { dataFolder });
    expect(studio.log()).toContain('damaged lines');
    expect(await applied(studio)).toMatchObject({ state: 'applied' });
    expect(readFileSync(journal, 'utf8')).not.toContain('"effe{');
    expect(
      journalLines(dataFolder)
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line))
        .at(-1),
    ).toMatchObject({
      type: 'finished',
    });
  });
});
