import {
  type MigrationPlan,
  migrationChoicesSchema,
  type PlannedFolder,
  type PlannedInstance,
} from '#contract/models/migration.ts';
import type { BegunEntry } from '#core/ports/migration-journal.ts';
import type { MigrationSite } from './effects.ts';

export const site: MigrationSite = { dataFolder: '/data', platform: 'linux' };

export const folder = (
  treatment: PlannedFolder['treatment'],
  role: PlannedFolder['role'],
  from: string,
  to: string,
): PlannedFolder => ({ role, from, to, treatment, files: 1, bytes: 100 });

/** An instance that copies the user folder and has an output folder of its own. */
export const plannedInstance = (id: string, changes: Partial<PlannedInstance> = {}): PlannedInstance => ({
  findingId: 'git-1',
  candidateKey: id,
  gpuName: '',
  isLegacy: id === 'legacy',
  secret: 'none',
  modelFolders: ['/old/models'],
  draft: { id, name: `Instance ${id}`, comfyuiFolder: '/old', port: 8190 },
  folders: [
    folder('isolated', 'base', '/old', `/data/instances/${id}`),
    folder('referenced', 'models', '/old/models', '/old/models'),
    folder('copied', 'user', '/old/user', `/data/instances/${id}/user`),
    folder('isolated', 'output', '/old/output', `/data/instances/${id}/output`),
    folder('shared', 'custom-nodes', '/old/custom_nodes', '/old/custom_nodes'),
  ],
  ...changes,
});

export const planWith = (
  instances: readonly PlannedInstance[] = [plannedInstance('legacy')],
  choices: Partial<MigrationPlan['choices']> = {},
): MigrationPlan => ({
  id: 'plan-1',
  choices: migrationChoicesSchema.parse({ findingIds: ['git-1'], ...choices }),
  instances: [...instances],
  conflicts: [],
  copiedFiles: 1,
  copiedBytes: 100,
  freeBytes: null,
  canApply: true,
});

export const begunWith = (plan: MigrationPlan, oldServers: BegunEntry['oldServers'] = {}): BegunEntry => ({
  type: 'begun',
  at: 1000,
  runId: '20261121T101112-0123abcd',
  plan,
  oldServers,
});
