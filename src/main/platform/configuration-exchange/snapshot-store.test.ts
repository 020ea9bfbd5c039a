import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import { createFleetStore } from '../files/fleet-store.ts';
import { createSettingsStore } from '../files/settings-store.ts';
import { createSnapshotStore } from './snapshot-store.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const settings = settingsSchema.parse({});
const fleetOf = (...ids: string[]) => ({
  instances: ids.map((id) => instanceConfigurationSchema.parse({ id, name: id })),
  activeInstanceId: null,
});

const open = async (kept = 30) => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-snapshots-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  let now = 1000;
  const store = createSnapshotStore({ dataFolder: folder, now: () => (now += 1), logger: silent, kept });
  return { folder, store };
};

describe('snapshots', () => {
  it('are kept with both documents, newest first', async () => {
    const { store } = await open();
    const first = await store.add('before-import', { fleet: fleetOf('a'), settings });
    const second = await store.add('by-hand', { fleet: fleetOf('a', 'b'), settings });
    expect((await store.list()).map(({ id, instanceCount }) => [id, instanceCount])).toEqual([
      [second.id, 2],
      [first.id, 1],
    ]);
    expect(await store.read(first.id)).toEqual({ fleet: fleetOf('a'), settings });
  });

  it('include what the stores keep of every save', async () => {
    const { folder, store } = await open();
    const stored = { folder, now: () => 1, makeId: () => 'x', logger: silent };
    await createFleetStore(stored).save(fleetOf('a'));
    await createSettingsStore(stored).save(settings);
    const listed = await store.list();
    expect(listed.map(({ id, reason }) => `${id} ${reason}`).toSorted()).toEqual([
      'fleet-00000001 stored',
      'settings-00000001 stored',
    ]);
    expect(await store.read('fleet-00000001')).toEqual({ fleet: fleetOf('a'), settings: null });
    expect(await store.read('settings-00000001')).toEqual({ fleet: null, settings });
  });

  it('let the oldest ones go', async () => {
    const { folder, store } = await open(3);
    for (let count = 0; count < 5; count += 1) await store.add('by-hand', { fleet: fleetOf(), settings });
    expect((await readdir(join(folder, 'snapshots'))).toSorted()).toEqual([
      'snapshot-00000003.json',
      'snapshot-00000004.json',
      'snapshot-00000005.json',
    ]);
  });

  it('that are damaged are left out of the list, and said when asked for', async () => {
    const { folder, store } = await open();
    const { id } = await store.add('by-hand', { fleet: fleetOf(), settings });
    await writeFile(join(folder, 'snapshots', `${id}.json`), '{"version": 1, "document":');
    await writeFile(join(folder, 'snapshots', 'snapshot-00000009.json'), '{"version": 7, "document": {}}');
    expect(await store.list()).toEqual([]);
    await expect(store.read(id)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await expect(store.read('snapshot-00000009')).rejects.toMatchObject({ code: 'STORE_NEWER_VERSION' });
    await expect(store.read('snapshot-00000099')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
  });
});
