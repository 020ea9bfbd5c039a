import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import type { MigrationRun } from '#contract/models/migration.ts';
import { createMigrationWorld } from './migration-world.fixture.ts';
import { plannedInstance, planWith } from './plan.fixture.ts';

const codesOf = ({ steps }: MigrationRun): readonly string[] =>
  steps.flatMap(({ remarks }) => remarks.map(({ code }) => code));

/** What a run of the usual plan does, in its order, and what an undo does. */
const forwards = [
  'make /data/instances/legacy',
  'copy /data/instances/legacy/user',
  'make /data/instances/legacy/output',
  'create legacy',
  'active legacy',
  'gateway 8188',
  'start legacy',
];
const backwards = [
  'gateway 8187',
  'active null',
  'delete legacy',
  'remove /data/instances/legacy/output',
  'uncopy /data/instances/legacy/user',
  'remove /data/instances/legacy',
  'documents',
];

const setUp = async () => {
  const made = createMigrationWorld();
  made.world.plan = planWith([plannedInstance('legacy')], { takeOverPort: true });
  return { ...made, runs: await made.open() };
};

describe('a run', () => {
  it('does everything in order, and an undo everything backwards', async () => {
    const { world, runs, atRest } = await setUp();
    const told: (string | undefined)[] = [];
    runs.feed.listen((_revision, run) => told.push(run?.state));
    const begun = await runs.apply('plan-1');
    expect(begun).toMatchObject({ state: 'applying', planId: 'plan-1' });
    expect(await atRest(runs)).toMatchObject({ state: 'applied', canUndo: true });
    expect(world.did).toEqual(forwards);
    world.did.length = 0;
    expect(await runs.undo(begun.id)).toMatchObject({ state: 'undoing' });
    expect(await atRest(runs)).toMatchObject({ state: 'undone', canUndo: false });
    expect(world.did).toEqual(backwards);
    expect(new Set(told)).toEqual(new Set(['applying', 'applied', 'undoing', 'undone']));
    expect(world.settings.gatewayPort).toBe(8187);
  });

  it.each(['make /data/instances/legacy', 'copy /data/instances/legacy/user', 'create legacy', 'active legacy'])(
    'that fails at "%s" says so, goes on when asked again, and does nothing twice',
    async (name) => {
      const { world, runs, atRest } = await setUp();
      const details = { systemCode: 'ENOSPC' };
      world.failures.set(name, new StudioError('STORE_WRITE_FAILED', undefined, { details }));
      await runs.apply('plan-1');
      expect(await atRest(runs)).toMatchObject({ state: 'failed', error: { code: 'STORE_WRITE_FAILED', details } });
      world.failures.clear();
      await runs.apply('plan-1');
      expect(await atRest(runs)).toMatchObject({ state: 'applied', error: null });
      expect(world.did).toEqual(forwards);
      expect(runs.list()).toHaveLength(1);
    },
  );

  it.each(forwards.filter((name) => !name.startsWith('start')))(
    'that is cancelled at "%s" is taken back',
    async (name) => {
      const { world, runs, clock, atRest } = await setUp();
      const gate = Promise.withResolvers<void>();
      world.gates.set(name, gate.promise);
      const { id } = await runs.apply('plan-1');
      await clock.advance(0);
      expect(runs.cancel(id)).toMatchObject({ state: 'undoing' });
      gate.resolve();
      expect(await atRest(runs)).toMatchObject({ state: 'undone', error: null });
      expect([...world.instances]).toEqual([]);
      expect([...world.places].toSorted()).toEqual(['/old/models', '/old/user']);
      expect(world).toMatchObject({ active: null, gatewayPort: 8187 });
      expect(world.did.at(-1)).toBe('documents');
      // Every time it was only begun, it is taken back as if it had happened.
      expect(world.journal.at(-1)?.type).toBe('undone');
    },
  );

  it('is one at a time', async () => {
    const { world, runs, clock, atRest } = await setUp();
    const gate = Promise.withResolvers<void>();
    world.gates.set('create legacy', gate.promise);
    const both = await Promise.allSettled([runs.apply('plan-1'), runs.apply('plan-1')]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await clock.advance(0);
    const id = runs.feed.snapshot()?.id ?? '';
    await expect(runs.apply('plan-1')).rejects.toMatchObject({ code: 'MIGRATION_BUSY', details: { runId: id } });
    await expect(runs.undo(id)).rejects.toMatchObject({ code: 'MIGRATION_BUSY' });
    gate.resolve();
    expect(await atRest(runs)).toMatchObject({ state: 'applied' });
  });

  it.each<[string, (made: Awaited<ReturnType<typeof setUp>>['world']) => void, string]>([
    ['is not known', (world) => void (world.plan = null), 'MIGRATION_PLAN_OUTDATED'],
    [
      'leaves something open',
      (world) => void (world.plan = { ...planWith(), canApply: false }),
      'MIGRATION_PLAN_OUTDATED',
    ],
    [
      'wants an id that somebody has by now',
      (world) => void world.instances.set('legacy', instanceConfigurationSchema.parse({ id: 'legacy', name: 'x' })),
      'MIGRATION_PLAN_OUTDATED',
    ],
    [
      'cannot be written down',
      (world) => void world.failures.set('journal', new StudioError('STORE_WRITE_FAILED')),
      'STORE_WRITE_FAILED',
    ],
  ])('of a plan that %s is refused, and nothing is done', async (_name, change, code) => {
    const { world, runs } = await setUp();
    change(world);
    await expect(runs.apply('plan-1')).rejects.toMatchObject({ code });
    expect(world.did).toEqual([]);
    expect(runs.list()).toEqual([]);
  });

  it('stops where its journal cannot be written, before the change that would not be written down', async () => {
    const { world, runs, clock, atRest } = await setUp();
    const gate = Promise.withResolvers<void>();
    world.gates.set('copy /data/instances/legacy/user', gate.promise);
    const { id } = await runs.apply('plan-1');
    await clock.advance(0);
    world.failures.set('journal', new StudioError('STORE_WRITE_FAILED'));
    gate.resolve();
    expect(await atRest(runs)).toMatchObject({ state: 'failed', error: { code: 'STORE_WRITE_FAILED' } });
    expect(world.did).toEqual(forwards.slice(0, 2));
    // Taking back needs no room.
    await runs.undo(id);
    expect(await atRest(runs)).toMatchObject({ state: 'undone' });
    expect(world.did.slice(2)).toEqual([backwards[4], backwards[5], backwards[6]]);
  });

  it('that a studio left is interrupted for the next one, which can do either', async () => {
    for (const end of ['apply', 'undo'] as const) {
      const { world, runs, clock, open, atRest } = await setUp();
      world.gates.set('create legacy', new Promise(() => {}));
      const { id } = await runs.apply('plan-1');
      await clock.advance(0);
      world.gates.clear();
      const next = await open();
      expect(next.list()).toMatchObject([{ id, state: 'interrupted', canUndo: true }]);
      await (end === 'apply' ? next.apply('plan-1') : next.undo(id));
      expect(await atRest(next)).toMatchObject({ state: end === 'apply' ? 'applied' : 'undone' });
      expect(world.instances.size).toBe(end === 'apply' ? 1 : 0);
    }
  });

  it('is left in order when the studio ends, and no new one begins', async () => {
    const { world, runs, clock } = await setUp();
    const gate = Promise.withResolvers<void>();
    world.gates.set('create legacy', gate.promise);
    await runs.apply('plan-1');
    await clock.advance(0);
    const stopping = runs.stop();
    await expect(runs.apply('plan-1')).rejects.toMatchObject({ code: 'MIGRATION_BUSY' });
    gate.resolve();
    await stopping;
    expect(runs.list()).toMatchObject([{ state: 'interrupted' }]);
    expect(world.journal.at(-1)?.type).toBe('interrupted');
  });
});

describe('the drafts of a plan', () => {
  const problem = (path: string) => ({
    field: 'customNodesPath',
    severity: 'error' as const,
    code: 'path-missing' as const,
    message: 'x',
    details: { path },
  });

  it('that would not start become instances all the same, and each is said', async () => {
    const { world, runs, atRest } = await setUp();
    world.problems = [problem('/old/custom_nodes')];
    await runs.apply('plan-1');
    const run = await atRest(runs);
    expect(run.state).toBe('applied');
    expect(run.steps.find(({ step }) => step === 'create')).toMatchObject({
      outcome: 'warning',
      remarks: [{ code: 'instance-has-problems', details: { instanceId: 'legacy', problems: world.problems } }],
    });
  });

  it('that cannot be stored are found before anything is done', async () => {
    const { world, runs, atRest } = await setUp();
    world.plan = planWith([plannedInstance('legacy', { draft: { id: 'legacy', name: 'x', port: 1_000_000 } })]);
    await runs.apply('plan-1');
    const run = await atRest(runs);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'MIGRATION_PLAN_OUTDATED' } });
    expect(run.error?.details['problems']).toMatchObject([{ code: 'instance-invalid' }]);
    expect(world.did).toEqual([]);
  });
});

describe('an undo', () => {
  it('that fails goes on where it was', async () => {
    const { world, runs, atRest } = await setUp();
    const { id } = await runs.apply('plan-1');
    await atRest(runs);
    world.did.length = 0;
    world.failures.set('delete legacy', new StudioError('STORE_WRITE_FAILED'));
    await runs.undo(id);
    expect(await atRest(runs)).toMatchObject({
      state: 'undo-failed',
      canUndo: true,
      error: { code: 'STORE_WRITE_FAILED' },
    });
    world.failures.clear();
    await runs.undo(id);
    expect(await atRest(runs)).toMatchObject({ state: 'undone' });
    expect(world.did).toEqual(backwards);
  });

  it('leaves what the user chose since, and says so', async () => {
    const { world, runs, atRest } = await setUp();
    const { id } = await runs.apply('plan-1');
    await atRest(runs);
    world.instances.set('other', instanceConfigurationSchema.parse({ id: 'other', name: 'Other' }));
    world.active = 'other';
    world.gatewayPort = 9000;
    world.settings = { ...world.settings, gatewayPort: 9000 };
    await runs.undo(id);
    expect(codesOf(await atRest(runs))).toContain('active-kept');
    expect(world).toMatchObject({ active: 'other', gatewayPort: 9000 });
    expect(world.settings.gatewayPort).toBe(9000);
    expect([...world.instances.keys()]).toEqual(['other']);
  });

  it('does not touch another instance that has got the id since', async () => {
    const { world, runs, clock, atRest } = await setUp();
    const { id } = await runs.apply('plan-1');
    await atRest(runs);
    await clock.advance(5000);
    world.instances.set(
      'legacy',
      instanceConfigurationSchema.parse({ id: 'legacy', name: 'New', createdAt: clock.now() }),
    );
    await runs.undo(id);
    const run = await atRest(runs);
    expect(codesOf(run)).toEqual(expect.arrayContaining(['instance-kept', 'folder-kept']));
    expect(world.instances.get('legacy')?.name).toBe('New');
    // Its folder is that of the new one by now.
    expect(world.places.has('/data/instances/legacy/user')).toBe(true);
    expect(world.did.filter((name) => name.startsWith('uncopy'))).toEqual([]);
  });

  it('brings back the instance that was active, and the one whose port was taken', async () => {
    const { world, runs, atRest } = await setUp();
    world.instances.set('mine', instanceConfigurationSchema.parse({ id: 'mine', name: 'Mine', port: 8188 }));
    world.active = 'mine';
    world.finding = { kind: 'instance', instanceId: 'mine', name: 'Mine', runningJobs: 0 };
    const { id } = await runs.apply('plan-1');
    await atRest(runs);
    world.instances.set('mine', instanceConfigurationSchema.parse({ id: 'mine', name: 'Mine', port: 8195 }));
    world.did.length = 0;
    await runs.undo(id);
    await atRest(runs);
    expect(world.did.slice(0, 4)).toEqual(['gateway 8187', 'port mine 8188', 'restart mine', 'active mine']);
  });
});

describe('the port of the old server', () => {
  const server = { kind: 'comfyui', version: '0.33.0', queueRemaining: 0, pid: 42, importable: true } as const;

  it('goes to the gateway, and its instance takes its place; the undo says what stays ended', async () => {
    const { world, runs, atRest } = await setUp();
    world.finding = server;
    world.oldServers = { legacy: 'http://127.0.0.1:8188' };
    const { id } = await runs.apply('plan-1');
    const run = await atRest(runs);
    expect(world.did).toContain('gateway 8188 for legacy');
    expect(codesOf(run)).toContain('old-server-ended');
    await runs.undo(id);
    expect(codesOf(await atRest(runs))).toContain('old-server-stays-ended');
    expect(world.gatewayPort).toBe(8187);
  });

  it.each([
    ['it has work', { ...server, queueRemaining: 3 }, 'port-has-work'],
    ['it is none of the plan', server, 'port-other-comfyui'],
    ['it is another program', { kind: 'other', pid: 1, name: 'nginx' } as const, 'port-other-program'],
  ])('stays where %s, and the rest is done', async (_name, finding, code) => {
    const { world, runs, atRest } = await setUp();
    world.finding = finding;
    world.oldServers =
      finding.kind === 'comfyui' && finding.queueRemaining > 0 ? { legacy: 'http://127.0.0.1:8188' } : {};
    await runs.apply('plan-1');
    const run = await atRest(runs);
    expect(run.state).toBe('applied');
    expect(run.steps.find(({ step }) => step === 'take-over')).toMatchObject({
      outcome: 'warning',
      remarks: [{ code }],
    });
    expect(world.gatewayPort).toBe(8187);
  });

  it('that cannot be had after all is no failure of the run', async () => {
    const { world, runs, atRest } = await setUp();
    world.failures.set('gateway 8188', new StudioError('GATEWAY_PORT_BUSY'));
    await runs.apply('plan-1');
    const run = await atRest(runs);
    expect(run.state).toBe('applied');
    expect(codesOf(run)).toContain('port-not-taken');
  });
});
