import { beforeEach, expect, it } from 'vitest';
import { type MigrationFinding, migrationChoicesSchema } from '#contract/models/migration.ts';
import { shownFinding, shownPlan } from './hide-secrets.ts';
import { createPlanDesk } from './plan-desk.ts';
import { existing, finding, gpu, home, install, listed } from './plan-facts.fixture.ts';

const password = 'pl4nted-p4ssw0rd';
const running = finding('running', [
  install(home, { port: 8188, runningPid: 4120, isActive: true, url: 'http://127.0.0.1:8188', host: '127.0.0.1' }),
]);
const servers = finding('servers-file', [
  listed('s2', {
    url: 'https://render.example',
    host: 'render.example',
    port: 443,
    authentication: { type: 'basic', username: 'anna' },
    hasSecret: true,
  }),
]);

let findings: Map<string, MigrationFinding>;
let taken: Map<number, number>;
let freeBytes: number;
let asked: number[];

beforeEach(() => {
  findings = new Map([running, servers].map((each) => [each.id, each]));
  taken = new Map([[8188, 4120]]);
  freeBytes = 1024 ** 4;
  asked = [];
});

const openDesk = () =>
  createPlanDesk({
    scanner: {
      finding: (findingId) => findings.get(findingId) ?? null,
      secretOf: (findingId, key) => (findingId === servers.id && key === 's2' ? password : null),
    },
    reader: { freeBytes: async () => freeBytes },
    gpus: { list: async () => [gpu(0), gpu(1)] },
    ports: {
      check: async (_host, port) => {
        asked.push(port);
        const pid = taken.get(port);
        return pid === undefined ? { free: true, owner: null } : { free: false, owner: { pid, name: 'python' } };
      },
    },
    existing: () => [existing({ id: 'mine', name: 'Mine', port: 8190 })],
    ownPorts: () => [8001, 8187, 8191],
    gatewayPort: () => 8187,
    dataFolder: '/data',
    platform: 'linux',
  });

const choose = (...findingIds: readonly string[]) => migrationChoicesSchema.parse({ findingIds });

it('gives ports that nobody has: no program, no instance, not the studio itself', async () => {
  const plan = await openDesk().plan(choose(running.id));
  expect(plan.instances.map(({ draft }) => draft.port)).toEqual([8189, 8192]);
  // It asks about what could be needed, not about every port there is.
  expect(new Set(asked).size).toBeLessThan(20);
});

it('refuses a finding that the last scan did not see', async () => {
  await expect(openDesk().plan(choose('git-gone'))).rejects.toMatchObject({
    code: 'MIGRATION_FINDING_GONE',
    details: { findingId: 'git-gone' },
  });
});

it('finds a plan as long as the machine gives the same one', async () => {
  const desk = openDesk();
  const { id } = await desk.plan(choose(running.id));
  freeBytes -= 1;
  expect((await desk.findPlan(id))?.plan.id).toBe(id);
  expect(await desk.findPlan('unknown')).toBeNull();
  taken.set(8189, 99);
  expect(await desk.findPlan(id)).toBeNull();
  taken.delete(8189);
  findings.clear();
  expect(await desk.findPlan(id)).toBeNull();
});

it('keeps the last plans of a wizard that goes back and forth, and forgets the oldest', async () => {
  const desk = openDesk();
  const first = await desk.plan(choose(running.id));
  for (let index = 0; index < 20; index += 1) {
    await desk.plan(migrationChoicesSchema.parse({ findingIds: [running.id], pythonPath: `/python${index}` }));
  }
  expect(await desk.findPlan(first.id)).toBeNull();
});

it('hands passwords to whoever carries a plan out, and to nobody else (002-H4)', async () => {
  const desk = openDesk();
  const plan = await desk.plan(choose(running.id, servers.id));
  const found = await desk.findPlan(plan.id);
  const remote = plan.instances.find(({ draft }) => draft.kind === 'remote');
  expect(await found?.secretOf(remote?.draft.id ?? '')).toBe(password);
  expect(await found?.secretOf('nobody')).toBeNull();
  expect(JSON.stringify([plan, found])).not.toContain(password);
});

it('names the running server that the legacy instance stands for', async () => {
  const desk = openDesk();
  const plan = await desk.plan(choose(running.id));
  expect((await desk.findPlan(plan.id))?.oldServers).toEqual({
    [plan.instances[0]?.draft.id ?? '']: 'http://127.0.0.1:8188',
  });
});

it('shows neither tokens among variables nor keys among arguments', async () => {
  const spoken = finding('instances-file', [
    install(home, {
      environmentVariables: { HF_TOKEN: password, PROXY: `http://anna:${password}@proxy:1`, HF_HOME: '/hf' },
      arguments: ['--comfy-api-key', password, '--lowvram'],
    }),
  ]);
  findings.set(spoken.id, spoken);
  const plan = await openDesk().plan(choose(spoken.id));
  // What is carried out has to be whole.
  expect(plan.instances[0]?.draft.environmentVariables).toMatchObject({ HF_TOKEN: password });
  const shown = [shownPlan(plan), shownFinding(spoken)];
  expect(JSON.stringify(shown)).not.toContain(password);
  expect(shownFinding(spoken).candidates[0]).toMatchObject({
    environmentVariables: { HF_HOME: '/hf' },
    arguments: ['--comfy-api-key', '••••••', '--lowvram'],
  });
});
