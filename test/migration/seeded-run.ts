import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationPlan, MigrationRun, PlannedInstance } from '#contract/models/migration.ts';
import { migrationChoicesSchema } from '#contract/models/migration.ts';
import type { HeadlessStudio } from '../../e2e/hosts/headless-studio.ts';
import { callStudio, waitFor } from '../studio-client.ts';

export interface PlanOptions {
  readonly dataFolder: string;
  /** The old install. */
  readonly root: string;
  /** One instance each. */
  readonly ports: readonly number[];
  readonly choices?: Partial<MigrationPlan['choices']>;
}

/** Sandbox instances that stand for an old install: its models are used in place, what is the user's is copied. */
export const planOf = ({ dataFolder, root, ports, choices = {} }: PlanOptions): MigrationPlan => {
  const instances = ports.map((port, index): PlannedInstance => {
    const id = index === 0 ? 'legacy-instance' : `gpu-${index}`;
    const own = join(dataFolder, 'instances', id);
    const folder = { files: null, bytes: null } as const;
    return {
      findingId: 'git-1',
      candidateKey: `c${index}`,
      gpuName: '',
      isLegacy: index === 0,
      secret: 'none',
      modelFolders: [join(root, 'models')],
      draft: {
        id,
        name: index === 0 ? 'Legacy Instance' : `GPU ${index}`,
        program: 'sandbox',
        port,
        autoStart: true,
        folders: {
          models: join(root, 'models'),
          user: join(own, 'user'),
          input: join(own, 'input'),
          output: join(own, 'output'),
        },
      },
      folders: [
        { role: 'models', from: join(root, 'models'), to: join(root, 'models'), treatment: 'referenced', ...folder },
        { role: 'user', from: join(root, 'user'), to: join(own, 'user'), treatment: 'copied', ...folder },
        { role: 'input', from: join(root, 'input'), to: join(own, 'input'), treatment: 'copied', ...folder },
        { role: 'output', from: '', to: join(own, 'output'), treatment: 'isolated', ...folder },
      ],
    };
  });
  return {
    id: 'plan-1',
    choices: migrationChoicesSchema.parse({ findingIds: ['git-1'], ...choices }),
    instances,
    conflicts: [],
    copiedFiles: 0,
    copiedBytes: 0,
    freeBytes: null,
    canApply: true,
  };
};

export const seededRunId = '20261121T101112-0123abcd';

/** The journal of a run that a studio has begun and not gone on with: the next studio finds it interrupted. */
export const seedRun = (
  dataFolder: string,
  plan: MigrationPlan,
  oldServers: Readonly<Record<string, string>> = {},
): void => {
  const runId = seededRunId;
  const folder = join(dataFolder, 'migrations', runId);
  mkdirSync(folder, { recursive: true });
  const begun = { type: 'begun', at: Date.now(), runId, plan, oldServers };
  writeFileSync(join(folder, 'journal.jsonl'), `${JSON.stringify(begun)}\n`);
};

/** Whole lines of the journal of the latest run; none where none has begun. */
export const journalLines = (dataFolder: string): readonly string[] => {
  const folder = join(dataFolder, 'migrations');
  const [runId] = existsSync(folder) ? readdirSync(folder).toSorted().toReversed() : [];
  const journal = join(folder, runId ?? '', 'journal.jsonl');
  return runId !== undefined && existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').slice(0, -1) : [];
};

export const waitForRun = (
  studio: HeadlessStudio,
  fits: (run: MigrationRun) => boolean,
  limitMs = 40_000,
): Promise<MigrationRun> =>
  waitFor(
    'the migration',
    async () => {
      const run = (await callStudio(studio, 'migration.runs', {})).runs[0];
      if (run === undefined) throw new Error('There is no run.');
      return run;
    },
    fits,
    limitMs,
  );

export const isAtRest = ({ state }: MigrationRun): boolean => state !== 'applying' && state !== 'undoing';
