import { inflateRawSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callStudio } from './studio-client.ts';
import { freePort, openStudio } from './studio-fixture.ts';

const secret = 'hf_abcdefghijklmnopqrstuvwx';

const open = async (...more: readonly string[]) => {
  const studio = await openStudio(onTestFinished, { arguments: more });
  const ports = [await freePort(), await freePort()];
  const [first = 0, second = 0] = ports;
  const drafts = [
    {
      id: 'one',
      name: 'One',
      program: 'sandbox' as const,
      port: first,
      environmentVariables: { HF_TOKEN: secret, OMP_NUM_THREADS: '4' },
    },
    { id: 'two', name: 'Two', program: 'sandbox' as const, port: second, description: 'the second 🎨' },
  ];
  for (const draft of drafts) await callStudio(studio, 'instances.create', { draft });
  await callStudio(studio, 'instances.setActive', { instanceId: 'two' });
  return { studio, ports };
};

/** Names and texts of an archive that was written as a stream: the sizes stand in its directory at the end. */
const unpack = (archive: Buffer): Map<string, string> => {
  const files = new Map<string, string>();
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, nameLength] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28)];
    const [extraLength, commentLength] = [archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)];
    const local = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    files.set(name, inflateRawSync(archive.subarray(start, start + packed)).toString('utf8'));
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
};

describe('configurations of a real studio', () => {
  it('come in as they went out, without a clash and without their secrets (002-H3, 002-3c 6)', async () => {
    const { studio } = await open();
    const { text } = await callStudio(studio, 'configuration.export', {});
    expect(text).not.toContain(secret);
    const same = await callStudio(studio, 'configuration.previewImport', { text });
    expect(same.entries.map(({ action, clashes }) => [action, clashes])).toEqual([
      ['unchanged', []],
      ['unchanged', []],
    ]);

    const there = await openStudio(onTestFinished);
    const plan = await callStudio(there, 'configuration.previewImport', { text });
    expect(plan.entries.map(({ action }) => action)).toEqual(['create', 'create']);
    const result = await callStudio(there, 'configuration.import', { text, basis: plan.basis });
    expect(result).toMatchObject({ created: ['one', 'two'], failed: [] });
    const listed = await callStudio(there, 'instances.list', {});
    expect(listed.activeInstanceId).toBe('two');
    expect(listed.instances.map(({ configuration }) => configuration)).toMatchObject([
      { id: 'one', environmentVariables: { OMP_NUM_THREADS: '4' } },
      { id: 'two', description: 'the second 🎨' },
    ]);
  });

  it('go by way of instances.json and change only what it says (000-A1 to A5)', async () => {
    const { studio, ports } = await open();
    const { text } = await callStudio(studio, 'configuration.export', { format: 'instances-json' });
    const file = JSON.parse(text);
    expect(file.instances.map(({ id, port }: { id: number; port: number }) => [id, port])).toEqual([
      [0, ports[0]],
      [1, ports[1]],
    ]);
    file.instances[0].description = 'changed elsewhere';
    file.global_settings.startup_delay = 2;
    const changed = JSON.stringify(file);
    const { basis, entries } = await callStudio(studio, 'configuration.previewImport', { text: changed });
    expect(entries.map(({ action }) => action)).toEqual(['update', 'unchanged']);
    await callStudio(studio, 'configuration.import', { text: changed, basis });
    const { configuration } = await callStudio(studio, 'instances.get', { instanceId: 'one' });
    expect(configuration).toMatchObject({
      description: 'changed elsewhere',
      environmentVariables: { HF_TOKEN: secret, OMP_NUM_THREADS: '4' },
    });
    expect((await callStudio(studio, 'settings.get', {})).startupDelayMs).toBe(2000);
  });

  it('come back from the snapshot before an import', async () => {
    const { studio } = await open();
    const before = await callStudio(studio, 'instances.list', {});
    const list = JSON.stringify({ instances: [{ id: 0, port: await freePort(), name: 'Third' }], global_settings: {} });
    const { basis } = await callStudio(studio, 'configuration.previewImport', { text: list });
    const { snapshotId, created } = await callStudio(studio, 'configuration.import', { text: list, basis });
    await callStudio(studio, 'instances.update', { instanceId: 'two', changes: { description: 'other' } });
    const { snapshots } = await callStudio(studio, 'configuration.snapshots', {});
    expect(snapshots.find(({ id }) => id === snapshotId)).toMatchObject({ reason: 'before-import', instanceCount: 2 });

    const plan = await callStudio(studio, 'configuration.previewRestore', { snapshotId });
    expect(plan.entries.map(({ instanceId, action }) => [instanceId, action])).toEqual([
      ['one', 'unchanged'],
      ['two', 'update'],
      [created[0], 'remove'],
    ]);
    const restored = await callStudio(studio, 'configuration.restore', {
      snapshotId,
      basis: plan.basis,
      removeOthers: true,
    });
    expect(restored).toMatchObject({ updated: ['two'], removed: created, failed: [] });
    const after = await callStudio(studio, 'instances.list', {});
    expect(after.instances.map(({ configuration }) => configuration)).toEqual(
      before.instances.map(({ configuration }) => configuration),
    );
  });

  it('that name no known format change nothing', async () => {
    const { studio } = await open();
    const refused = callStudio(studio, 'configuration.previewImport', { text: 'hello' });
    await expect(refused).rejects.toThrow('HTTP 400 {"code":"CONFIGURATION_UNREADABLE"');
    expect((await callStudio(studio, 'instances.list', {})).instances).toHaveLength(2);
  });
});

describe('the diagnostics bundle of a real studio (002-H5)', () => {
  it('holds what it showed, and no secret', async () => {
    const { studio } = await open();
    const { files, redactions } = await callStudio(studio, 'diagnostics.preview', {});
    expect(redactions).toBeGreaterThan(0);
    const answer = await fetch(`${studio.ready.studio}/content/diagnostics.zip`);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toMatch(/filename="atelier-diagnostics-[\d-T]+\.zip"/);
    const unpacked = unpack(Buffer.from(await answer.arrayBuffer()));
    expect([...unpacked.keys()]).toEqual(files.map(({ name }) => name));
    const text = [...unpacked.values()].join('\n');
    expect(text).not.toContain(secret);
    const { instances } = JSON.parse(unpacked.get('instances.json') ?? '{}');
    expect(instances).toHaveLength(2);
    expect(instances[0].configuration.environmentVariables).toEqual({ HF_TOKEN: '[redacted]', OMP_NUM_THREADS: '4' });
    expect(unpacked.get('logs/atelier.log')).toContain('"level"');
    expect(unpacked.get('README.txt')).toContain('sent to nobody');
  });
});
