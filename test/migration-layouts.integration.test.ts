import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  writeDesktop1,
  writeDesktop2,
  writeStabilityMatrix,
} from '#main/platform/migration/desktop-layouts.fixture.ts';
import {
  instancesConfigText,
  instancesFileText,
  writeDockerEnvironments,
  writeDockerMulti,
  writeDockerSingle,
} from '#main/platform/migration/file-layouts.fixture.ts';
import {
  writeCheckoutWithLibrary,
  writeComfyCli,
  writeGitCheckout,
  writePortable,
} from '#main/platform/migration/install-layouts.fixture.ts';
import { snapshotTree } from '#main/platform/migration/tree.fixture.ts';
import { killAt, seededRandom } from './migration/kill-at.ts';
import { makeRunnable } from './migration/node-comfyui.ts';
import { studioFingerprint } from './migration/old-install.ts';
import { isAtRest, journalLines, waitForRun } from './migration/seeded-run.ts';
import { callStudio } from './studio-client.ts';
import { openDataFolder, openStudio } from './studio-fixture.ts';

/** Writes a layout and answers where to look for it. */
type Layout = (root: string) => Promise<{ readonly folders?: string[]; readonly files?: string[] }>;

const fileOf =
  (name: string, text: string): Layout =>
  async (root) => {
    const path = join(root, name);
    writeFileSync(path, text);
    return { files: [path] };
  };

const layouts: readonly (readonly [string, Layout])[] = [
  ['a git checkout', async (root) => ({ folders: [await writeGitCheckout(root)] })],
  ['a checkout with a library', async (root) => ({ folders: [(await writeCheckoutWithLibrary(root)).folder] })],
  ['the portable build', async (root) => ({ folders: [await writePortable(root)] })],
  [
    'comfy-cli',
    async (root) => {
      const { defaultWorkspace, recentWorkspace } = await writeComfyCli(root);
      return { folders: [defaultWorkspace, recentWorkspace] };
    },
  ],
  ['Comfy Desktop 1', async (root) => ({ folders: [(await writeDesktop1(root)).base] })],
  ['Comfy Desktop 2', async (root) => ({ folders: [(await writeDesktop2(root)).standalone] })],
  ['StabilityMatrix', async (root) => ({ folders: [(await writeStabilityMatrix(root)).comfyui] })],
  ['the environments of 000', async (root) => ({ folders: [await writeDockerEnvironments(root)] })],
  ['the instances of 001', async (root) => ({ folders: [await writeDockerMulti(root)] })],
  ['the single user of 001', async (root) => ({ folders: [await writeDockerSingle(root)] })],
  ['instances.json of 000', fileOf('instances.json', instancesFileText)],
  ['the file of 002', fileOf('comfyui_instances.json', instancesConfigText)],
];

describe('a studio that is killed while it takes over', () => {
  it.each(layouts.map(([name, write], index) => ({ name, write, seed: 500 + index })))(
    '$name: all is taken back byte for byte (001-D3, 002-H1, seed $seed)',
    async ({ write, seed }) => {
      const cleanups: (() => Promise<void>)[] = [];
      const onFinished = (cleanup: () => Promise<void>): void => void cleanups.push(cleanup);
      try {
        const folder = await openDataFolder(onFinished);
        const [root, dataFolder, program] = ['old', 'data', 'program'].map((name) => join(folder, name));
        if (root === undefined || dataFolder === undefined || program === undefined) throw new Error('no folder');
        mkdirSync(root);
        mkdirSync(program);
        // For what describes instances and brings no ComfyUI of its own.
        makeRunnable(program);
        const places = await write(root);
        const old = await snapshotTree(root);
        const first = await openStudio(onFinished, { dataFolder });
        const before = studioFingerprint(dataFolder);
        const { findings } = await callStudio(first, 'migration.scan', { ...places, usualPlaces: false });
        const plan = await callStudio(first, 'migration.plan', {
          findingIds: findings.filter(({ candidates }) => candidates.length > 0).map(({ id }) => id),
          comfyuiFolder: program,
          pythonPath: join(program, 'venv', 'bin', 'python'),
          shareCustomNodes: false,
          acceptMissingModels: true,
          startAfterwards: false,
          autoStart: false,
        });
        expect(plan.instances.length, JSON.stringify(findings)).toBeGreaterThan(0);
        expect(plan.conflicts.filter(({ resolution }) => resolution === '')).toEqual([]);
        const random = seededRandom(seed);
        void callStudio(first, 'migration.apply', { planId: plan.id }).catch(() => undefined);
        await killAt(first, 2 + Math.floor(random() * 24), dataFolder);
        expect(await snapshotTree(root)).toEqual(old);

        const studio = await openStudio(onFinished, { dataFolder });
        const left = await waitForRun(studio, isAtRest);
        expect(left, JSON.stringify(left.error)).toMatchObject({ canUndo: true, error: null });
        // A wizard may go on as well; then all of it is there before it is taken back.
        if (random() < 0.5 && left.state === 'interrupted') {
          await callStudio(studio, 'migration.apply', { planId: plan.id });
          const run = await waitForRun(studio, isAtRest);
          expect(run, JSON.stringify(run.error)).toMatchObject({ state: 'applied' });
          expect(await snapshotTree(root)).toEqual(old);
        }
        expect(journalLines(dataFolder).length).toBeGreaterThan(1);
        await callStudio(studio, 'migration.undo', { runId: left.id });
        expect(await waitForRun(studio, isAtRest)).toMatchObject({ state: 'undone', error: null });
        expect(await snapshotTree(root)).toEqual(old);
        const { 'backups:.': _folder, ...after } = studioFingerprint(dataFolder);
        expect(after).toEqual(before);
      } finally {
        for (const cleanup of cleanups.reverse()) await cleanup();
      }
    },
  );
});
