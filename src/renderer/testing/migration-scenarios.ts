import type { MigrationFinding, MigrationRun } from '#contract/models/migration.ts';
import { gpus } from './fleet-scenario.ts';
import { instance, ready } from './instance-fixtures.ts';
import { awkwardFindings, findings } from './migration-findings.ts';
import {
  applied,
  applying,
  earlierRun,
  failed,
  heldPort,
  interrupted,
  missingModels,
  plan,
  run,
} from './migration-plans.ts';
import type { Scenario } from './scenarios.ts';
import { emptyContents, type HandlerChanges } from './studio-fixture.ts';

const found = (seen: readonly MigrationFinding[]): HandlerChanges => ({
  'migration.scan': () => ({ findings: [...seen], durationMs: 1840 }),
  'migration.plan': (choices) => plan(choices),
});

const newcomer = { ...emptyContents, gpus };

const arrived = [
  instance({
    configuration: { id: 'legacy-instance-1a2b3c', name: 'Legacy Instance', port: 8189, gpuDevice: 'cuda:0' },
    state: ready(),
  }),
  instance({
    configuration: { id: 'comfyui-rtx-3080-4d5e6f', name: 'ComfyUI - RTX 3080', port: 8190, gpuDevice: 'cuda:1' },
    state: ready(),
  }),
];

const withRun = (migration: MigrationRun, instances = arrived): Scenario => ({
  contents: { ...newcomer, migration, instances },
  handlers: { ...found(findings), 'migration.runs': () => ({ runs: [migration, earlierRun] }) },
});

/** The wizard at every step of its way. */
export const migrationScenarios: Readonly<Record<string, Scenario>> = {
  migration: { contents: newcomer, handlers: found(findings) },
  'migration-nothing': { contents: { ...newcomer, gpus: [] }, handlers: found([]) },
  'migration-looking': {
    contents: newcomer,
    handlers: { ...found([]), 'migration.scan': () => new Promise(() => undefined) },
  },
  'migration-awkward': { contents: newcomer, handlers: found(awkwardFindings) },
  'migration-open': {
    contents: newcomer,
    handlers: {
      ...found(findings),
      'migration.plan': (choices) =>
        plan(choices, choices.acceptMissingModels === true ? [heldPort] : [missingModels, heldPort]),
    },
  },
  'migration-applying': withRun(applying, []),
  'migration-applied': withRun(applied),
  'migration-failed': withRun(failed, []),
  'migration-interrupted': withRun(interrupted, []),
  'migration-undone': withRun(run('undone'), []),
};
