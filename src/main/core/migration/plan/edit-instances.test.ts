import { expect, it } from 'vitest';
import type { Gpu } from '#contract/models/gpu.ts';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { type MigrationFinding, migrationChoicesSchema, type PlanEdit } from '#contract/models/migration.ts';
import { emptyCandidate } from '../scan/scan-context.ts';
import type { PlanFacts } from './plan-facts.ts';
import { planMigration } from './plan-migration.ts';

const gpu = (index: number): Gpu => ({
  index,
  uuid: `GPU-0000000${index}`,
  name: `NVIDIA GeForce RTX 409${index}`,
  vendor: 'nvidia',
  busId: `00000000:4${index}:00.0`,
  memoryTotalBytes: 24 * 1024 ** 3,
  driverVersion: null,
});

const finding: MigrationFinding = {
  id: 'git-1',
  kind: 'git',
  title: 'ComfyUI',
  location: '/home/mara/ComfyUI',
  version: '0.33.0',
  candidates: [
    { ...emptyCandidate('install', 'ComfyUI'), comfyuiFolder: '/home/mara/ComfyUI', pythonPath: '/usr/bin/python3' },
  ],
  remarks: [],
};

const planWith = (edits: readonly Partial<PlanEdit>[], changes: Partial<PlanFacts> = {}) => {
  const facts: PlanFacts = {
    choices: migrationChoicesSchema.parse({ findingIds: ['git-1'], edits }),
    findings: [finding],
    gpus: [gpu(0), gpu(1)],
    existing: [instanceConfigurationSchema.parse({ id: 'mine', name: 'Mine', port: 8500 })],
    wantedPorts: new Map(),
    freePorts: [8188, 8189, 8190, 8191],
    ownPorts: [8001, 8187],
    gatewayPort: 8187,
    takeOverState: { free: true, owner: null },
    freeBytes: 1024 ** 4,
    dataFolder: '/data',
    platform: 'linux',
    ...changes,
  };
  return planMigration(facts);
};

const [first, second] = planWith([]).instances;
const firstId = first?.draft.id ?? '';
const secondId = second?.draft.id ?? '';
const decisions = (plan: ReturnType<typeof planWith>): readonly string[] =>
  plan.conflicts
    .filter(({ severity, resolution }) => severity === 'error' && resolution === '')
    .map(({ code }) => code);

it('takes names, ports and GPUs as the user gives them, under the same ids, as another plan', () => {
  const plan = planWith([{ instanceId: firstId, name: ' Portraits ', port: 9001, gpuDevice: 'cpu' }]);
  expect(plan.instances.map(({ draft }) => [draft.id, draft.name, draft.port, draft.gpuDevice])).toEqual([
    [firstId, 'Portraits', 9001, 'cpu'],
    [secondId, second?.draft.name, second?.draft.port, 'GPU-00000001'],
  ]);
  expect(plan.instances[0]?.gpuName).toBe('');
  expect(plan.canApply).toBe(true);
  expect(plan.id).not.toBe(planWith([]).id);
});

it('leaves out what is not wanted; something still stands for what the user had', () => {
  const plan = planWith([{ instanceId: firstId, isIncluded: false }]);
  expect(plan.instances.map(({ draft, isLegacy }) => [draft.id, isLegacy])).toEqual([[secondId, true]]);
  const none = planWith([
    { instanceId: firstId, isIncluded: false },
    { instanceId: secondId, isIncluded: false },
  ]);
  expect(none.canApply).toBe(false);
  expect(decisions(none)).toEqual(['nothing-to-do']);
});

it.each([
  ['another planned instance', { port: second?.draft.port }, 'port-taken'],
  ['an instance that is there', { port: 8500 }, 'port-taken'],
  ['the studio', { port: 8001 }, 'port-taken'],
  ['a program', { port: 9100 }, 'port-taken'],
  ['the name of another, in other letters', { name: 'mINE' }, 'name-taken'],
  ['a GPU that is not there', { gpuDevice: 'cuda:7' }, 'gpu-missing'],
])('leaves a clash with %s to the user', (_what, edit, code) => {
  const busy = new Map([[9100, { free: false, owner: { pid: 77, name: 'nginx' } }]]);
  const plan = planWith([{ instanceId: firstId, ...edit }], { wantedPorts: busy });
  expect(decisions(plan)).toEqual([code]);
  expect(plan.canApply).toBe(false);
});

it('says that two were put on one GPU, and does not hold the plan up for it', () => {
  const plan = planWith([{ instanceId: firstId, gpuDevice: 'GPU-00000001' }]);
  expect(plan.conflicts.find(({ code }) => code === 'gpu-shared')).toMatchObject({
    severity: 'warning',
    details: { others: [second?.draft.name] },
  });
  expect(plan.canApply).toBe(true);
});

it('does not speak of a new port any more once the user has chosen one', () => {
  const taken = {
    findings: [{ ...finding, candidates: finding.candidates.map((one) => ({ ...one, port: 8500 })) }],
    wantedPorts: new Map([[8500, { free: true, owner: null }]]),
  };
  const isSaid = (edits: readonly Partial<PlanEdit>[]): boolean =>
    planWith(edits, taken).conflicts.some(({ resolution }) => resolution === 'other-port');
  expect(isSaid([])).toBe(true);
  expect(isSaid([{ instanceId: firstId, port: 9001 }])).toBe(false);
});
