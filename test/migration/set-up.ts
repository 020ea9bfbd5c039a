import { join } from 'node:path';
import type { MigrationPlan } from '#contract/models/migration.ts';
import { callStudio } from '../studio-client.ts';
import { createSandbox, freePort, type OnFinished, openDataFolder, openStudio } from '../studio-fixture.ts';
import { fingerprint, makeOldInstall, studioFingerprint } from './old-install.ts';
import { type PlanOptions, planOf, seedRun } from './seeded-run.ts';

/** An instance and settings of the user's own, stored by a studio that has ended. */
const useStudio = async (onFinished: OnFinished, dataFolder: string): Promise<void> => {
  const studio = await openStudio(onFinished, { dataFolder });
  await createSandbox(studio, 'mine');
  await callStudio(studio, 'instances.setActive', { instanceId: 'mine' });
  await callStudio(studio, 'settings.update', {
    changes: { balancingStrategy: 'round-robin', maxConcurrentStarts: 8 },
  });
  await studio.end('SIGTERM');
};

/** A data folder with an instance of the user's own, which is active, and an old install beside it. */
export const setUpMigration = async (
  onFinished: OnFinished,
  options: {
    readonly count?: number;
    readonly choices?: PlanOptions['choices'];
    /** No instance and no setting was ever stored. */
    readonly isFresh?: boolean;
    readonly oldServers?: Readonly<Record<string, string>>;
    readonly change?: (plan: MigrationPlan) => MigrationPlan;
    /** Called with the data folder before anything is in it. */
    readonly prepare?: (folder: string) => void;
  } = {},
) => {
  const folder = await openDataFolder(onFinished);
  const dataFolder = join(folder, 'data');
  options.prepare?.(dataFolder);
  const root = makeOldInstall(folder);
  if (options.isFresh !== true) await useStudio(onFinished, dataFolder);
  const ports = await Promise.all(Array.from({ length: options.count ?? 2 }, freePort));
  const made = planOf({
    dataFolder,
    root,
    ports,
    ...(options.choices === undefined ? {} : { choices: options.choices }),
  });
  const plan = options.change?.(made) ?? made;
  const before = {
    old: fingerprint(join(folder, 'old'), { times: true }),
    studio: studioFingerprint(dataFolder),
  };
  seedRun(dataFolder, plan, options.oldServers);
  return { folder, dataFolder, root, plan, before };
};
