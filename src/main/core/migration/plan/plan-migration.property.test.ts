import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { instanceDraftSchema } from '#contract/models/instance.ts';
import { type MigrationCandidate, migrationPlanSchema } from '#contract/models/migration.ts';
import { existing, factsOf, finding, gpu, install, listed, type World } from './plan-facts.fixture.ts';
import { planMigration } from './plan-migration.ts';

const device = fc.constantFrom('auto', 'cpu', 'cuda:0', 'cuda:1', 'cuda:9', 'cuda:0,cuda:1', 'directml:1', 'free text');
const port = fc.option(fc.constantFrom(8001, 8188, 8189, 8190, 9000, 65_535), { nil: null });
const name = fc.oneof(
  fc.constantFrom('ComfyUI', 'comfyui', 'Legacy Instance', ''),
  fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.slice(0, 200)),
);

const local = fc
  .record({
    root: fc.constantFrom('/a', '/b', '/c'),
    name,
    port,
    gpuDevice: device,
    isActive: fc.boolean(),
    runningPid: fc.constantFrom(null, 4120),
  })
  .map(({ root, ...more }) => install(root, more));
const remote = fc
  .record({
    host: fc.constantFrom('far.example', '127.0.0.1'),
    name,
    port,
    hasSecret: fc.boolean(),
    isLocked: fc.boolean(),
    isActive: fc.boolean(),
  })
  .map(({ host, isLocked, ...more }) =>
    listed('r', {
      ...more,
      host,
      url: `http://${host}:${more.port ?? 80}`,
      authentication: isLocked ? { type: 'bearer' } : { type: 'none' },
    }),
  );
const bare = fc.record({ name, port, gpuDevice: device, autoStart: fc.boolean() }).map((more) => listed('b', more));

const withKeys = (candidates: readonly MigrationCandidate[]): readonly MigrationCandidate[] =>
  candidates.map((candidate, index) => ({ ...candidate, key: `${index}` }));

const worlds: fc.Arbitrary<World> = fc
  .record({
    lists: fc.array(fc.array(fc.oneof(local, remote, bare), { maxLength: 5 }), { maxLength: 3 }),
    gpuCount: fc.nat(3),
    existing: fc
      .tuple(
        fc.record({
          id: fc.constant('one'),
          name: fc.constant('ComfyUI'),
          port: fc.constantFrom(8188, 9000),
          gpuDevice: device,
        }),
        fc.record({
          id: fc.constant('two'),
          name: fc.constant('Legacy Instance'),
          port: fc.constant(8190),
          gpuDevice: device,
        }),
      )
      .chain((both) => fc.subarray(both)),
    taken: fc.dictionary(fc.constantFrom('8188', '8189', '9000'), fc.constantFrom(4120, 77, null)),
    choices: fc.record({
      onePerGpu: fc.boolean(),
      shareInput: fc.boolean(),
      copyInput: fc.boolean(),
      copyUserFolder: fc.boolean(),
      shareCustomNodes: fc.boolean(),
      takeOverPort: fc.boolean(),
      gpuIndexes: fc.option(fc.array(fc.nat(4), { maxLength: 3 }), { nil: null }),
      comfyuiFolder: fc.constantFrom('', '/chosen'),
    }),
  })
  .map(({ lists, gpuCount, existing: instances, taken, choices }) => ({
    findings: lists.map((candidates, index) => finding('instances-file', withKeys(candidates), { id: `f${index}` })),
    gpus: Array.from({ length: gpuCount }, (_, index) => gpu(index)),
    existing: instances.map((more) => existing(more)),
    taken,
    choices,
  }));

const oldPlaces = ['/a', '/b', '/c', '/chosen'];
const isOld = (path: string): boolean => oldPlaces.some((place) => path === place || path.startsWith(`${place}/`));

it('never gives two the same port, name, id or folder to write to, and never touches an old place', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const facts = factsOf(world);
      const plan = planMigration(facts);
      const locals = plan.instances.filter(({ draft }) => draft.kind === 'local');
      const ports = locals.map(({ draft }) => draft.port ?? 0);
      expect(new Set(ports).size).toBe(ports.length);
      for (const each of ports) {
        expect(each).toBeGreaterThan(0);
        expect(facts.ownPorts).not.toContain(each);
        expect(facts.existing.map((instance) => instance.port)).not.toContain(each);
        expect(facts.wantedPorts.get(each)?.free ?? true).toBe(true);
        if (facts.choices.takeOverPort) expect(each).not.toBe(8188);
      }
      const names = [...facts.existing, ...plan.instances.map(({ draft }) => draft)].map((each) =>
        each.name.toLowerCase(),
      );
      expect(new Set(names).size).toBe(names.length);
      const ids = [...facts.existing.map(({ id }) => id), ...plan.instances.map(({ draft }) => draft.id)];
      expect(new Set(ids).size).toBe(ids.length);
      const folders = plan.instances.flatMap((instance) => instance.folders);
      const written = folders
        .filter(({ treatment }) => treatment === 'isolated' || treatment === 'copied')
        .map(({ to }) => to);
      expect(new Set(written).size).toBe(written.length);
      expect(written.filter(isOld)).toEqual([]);
      expect(folders.filter(({ role, treatment }) => role === 'models' && treatment !== 'referenced')).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('fits the contract, is the same for the same facts, and loses no candidate in silence', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const facts = factsOf(world);
      const plan = planMigration(facts);
      expect(migrationPlanSchema.safeParse(plan).error).toBeUndefined();
      for (const { draft } of plan.instances) expect(instanceDraftSchema.safeParse(draft).error).toBeUndefined();
      expect(planMigration(facts)).toEqual(plan);
      expect(plan.instances.filter(({ isLegacy }) => isLegacy).length).toBe(plan.instances.length === 0 ? 0 : 1);
      const planned = new Set(plan.instances.map(({ findingId, candidateKey }) => `${findingId} ${candidateKey}`));
      const lost = facts.findings.flatMap(({ id, candidates }) =>
        candidates.filter(({ key }) => !planned.has(`${id} ${key}`)),
      );
      const said = plan.conflicts.filter(
        ({ code, resolution }) => code === 'same-server' || (code === 'install-missing' && resolution === ''),
      );
      expect(said.length).toBe(lost.length);
      const isBlocked = plan.conflicts.some(({ severity, resolution }) => severity === 'error' && resolution === '');
      expect(plan.canApply).toBe(!isBlocked);
    }),
    { numRuns: 300 },
  );
});
