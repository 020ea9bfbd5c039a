import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GalleryItem } from '#contract/models/gallery.ts';
import { makeFiles } from '../bench/gallery/make-files.ts';
import { type HeadlessStudio, temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { callStudio, waitFor } from './studio-client.ts';
import { openStudio, runSandbox } from './studio-fixture.ts';
import { readOutput, samplingPrompt, submit, waitForEnd } from './studio-jobs.ts';

let trashHome: { path: string; remove: () => Promise<void> } | null = null;
const usualHome = process.env['XDG_DATA_HOME'];

// The trash of whoever runs the tests is left alone.
beforeAll(async () => {
  trashHome = await temporaryFolder();
  process.env['XDG_DATA_HOME'] = trashHome.path;
});
afterAll(async () => {
  if (usualHome === undefined) delete process.env['XDG_DATA_HOME'];
  else process.env['XDG_DATA_HOME'] = usualHome;
  await trashHome?.remove();
});

const trashed = (): string[] => {
  const folder = join(trashHome?.path ?? '', 'Trash', 'files');
  return existsSync(folder) ? readdirSync(folder) : [];
};

const outputOf = (studio: HeadlessStudio, instanceId: string): string =>
  join(studio.dataFolder, 'instances', instanceId, 'output');

const list = async (studio: HeadlessStudio, filter = {}): Promise<GalleryItem[]> =>
  (await callStudio(studio, 'gallery.list', filter)).items;

const waitForItems = (
  studio: HeadlessStudio,
  fits: (items: readonly GalleryItem[]) => boolean,
  filter = {},
): Promise<GalleryItem[]> => waitFor('results in the gallery', () => list(studio, filter), fits);

const read = async (studio: HeadlessStudio, path: string): Promise<Response> =>
  fetch(`${studio.ready.studio}/content/gallery/${path}`);

const runJob = async (studio: HeadlessStudio, instanceId: string, prefix: string): Promise<string> => {
  const { id } = await submit(studio, samplingPrompt(prefix, 4), instanceId);
  expect(await waitForEnd(studio, id)).toMatchObject({ state: 'succeeded' });
  return id;
};

/** An item that must be there. */
const only = (items: readonly GalleryItem[]): GalleryItem => {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} results instead of one`);
  return item;
};

describe('the gallery', () => {
  it('has what a job made, with how it was made, and keeps it when the job is forgotten', async ({
    onTestFinished,
  }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'maker', { clock: 100 });
    const jobId = await runJob(studio, 'maker', 'shown');
    const [found] = await waitForItems(studio, (items) => items.length === 1 && items[0]?.state === 'ready');
    expect(found).toMatchObject({ kind: 'image', jobId, instanceId: 'maker', width: 256, height: 256, isFile: true });
    const itemId = found?.id ?? 0;
    const details = await callStudio(studio, 'gallery.get', { itemId });
    expect(details.samplers[0]).toMatchObject({ steps: 4, classType: 'KSampler' });
    expect(details.models.some((model) => model.startsWith('checkpoints/'))).toBe(true);
    expect(details.positive).not.toBe('');
    expect(details).toMatchObject({ knownFrom: 'job', folder: outputOf(studio, 'maker') });
    const word = details.positive.split(/\W+/u).find((part) => part.length > 3) ?? '';
    expect(await list(studio, { text: word, model: details.models[0] })).toHaveLength(1);
    expect(await list(studio, { text: 'no such word' })).toEqual([]);
    const facets = await callStudio(studio, 'gallery.facets', {});
    expect(facets.instances).toEqual([{ instanceId: 'maker', count: 1 }]);
    expect(facets.workflows).toMatchObject([{ key: details.workflow?.key, kind: 'text-to-image', count: 1 }]);

    const content = await read(studio, String(itemId));
    expect(new Uint8Array(await content.arrayBuffer())).toEqual(await readOutput(studio, jobId));
    const small = await read(studio, `${itemId}/thumbnail`);
    expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(await sharp(Buffer.from(await small.arrayBuffer())).metadata()).toMatchObject({
      format: 'webp',
      width: 256,
    });
    expect(readdirSync(join(studio.dataFolder, 'thumbnails'))).toHaveLength(1);

    const { prompt } = await callStudio(studio, 'gallery.prompt', { itemId });
    expect(Object.values(prompt ?? {}).map(({ class_type }) => class_type)).toContain('KSampler');
    await callStudio(studio, 'jobs.remove', { jobIds: [jobId] });
    const [kept] = await waitForItems(studio, (items) => items[0]?.jobId === null);
    expect(kept).toMatchObject({ id: itemId, title: found?.title });
    const again = await callStudio(studio, 'gallery.prompt', { itemId });
    expect(again.prompt).toEqual(prompt);
  });

  it('finds files that no job made, half-written and damaged ones among them, and follows what becomes of them', async ({
    onTestFinished,
  }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'maker', { clock: 100 });
    const output = outputOf(studio, 'maker');
    await mkdir(join(output, 'older'), { recursive: true });
    await makeFiles(output, 3);
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    await writeFile(join(output, 'half.png'), picture.subarray(0, picture.length - 20));
    await writeFile(join(output, 'broken.png'), 'this is no picture');
    const longAgo = Date.now() / 1000 - 3600;
    await utimes(join(output, 'broken.png'), longAgo, longAgo);
    await writeFile(join(output, 'older', 'poem.txt'), 'the lamp turns once');
    await writeFile(join(output, 'older', 'notes.json'), '{}');
    await symlink('/etc/hostname', join(output, 'away.png'));
    await symlink(output, join(output, 'older', 'round'));
    await callStudio(studio, 'gallery.scan', {});
    const items = await waitForItems(
      studio,
      (found) => found.length === 6 && found.every(({ state }) => state !== 'unread'),
    );
    const byName = new Map(items.map((item) => [item.name, item]));
    expect([...byName.keys()].sort()).toEqual(
      [
        'ComfyUI_000000_.png',
        'ComfyUI_000001_.png',
        'ComfyUI_000002_.png',
        'broken.png',
        'half.png',
        'poem.txt',
      ].sort(),
    );
    expect(byName.get('half.png')).toMatchObject({ state: 'writing', width: 40 });
    expect(byName.get('broken.png')).toMatchObject({ state: 'damaged' });
    expect(byName.get('poem.txt')).toMatchObject({ kind: 'text', text: 'the lamp turns once' });
    const made = byName.get('ComfyUI_000001_.png');
    expect(made).toMatchObject({ jobId: null, instanceId: 'maker' });
    expect(await callStudio(studio, 'gallery.get', { itemId: made?.id ?? 0 })).toMatchObject({
      knownFrom: 'file',
      positive: 'a lighthouse number 1, studio light',
      models: ['checkpoints/sdxl_base.safetensors'],
    });
    expect(await list(studio, { text: 'lighthouse' })).toHaveLength(1);
    expect((await read(studio, `${byName.get('broken.png')?.id}/thumbnail`)).status).toBe(404);
    expect((await read(studio, '999999')).status).toBe(404);

    await writeFile(join(output, 'half.png'), picture);
    await rm(join(output, 'broken.png'));
    await callStudio(studio, 'gallery.scan', {});
    const after = await waitForItems(studio, (found) =>
      found.every(({ name, state }) => name !== 'broken.png' && state !== 'writing' && state !== 'unread'),
    );
    expect(after.find(({ name }) => name === 'half.png')).toMatchObject({ state: 'ready', width: 40, height: 30 });
  });

  it('moves files to the trash and back, and nothing else', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'maker', { clock: 100 });
    const output = outputOf(studio, 'maker');
    await makeFiles(output, 2);
    await callStudio(studio, 'gallery.scan', {});
    await waitForItems(studio, (items) => items.length === 2 && items.every(({ state }) => state !== 'unread'));
    const item = only(await list(studio, { text: '000001' }));
    const before = trashed().length;
    const outcome = await callStudio(studio, 'gallery.trash', { itemIds: [item.id, 424_242] });
    expect(outcome).toMatchObject({ moved: 1, failed: [{ itemId: 424_242, reason: 'not-found' }] });
    expect(existsSync(join(output, item.name))).toBe(false);
    expect(trashed()).toHaveLength(before + 1);
    expect(await list(studio)).toHaveLength(1);
    expect((await read(studio, String(item.id))).status).toBe(404);
    expect(await callStudio(studio, 'gallery.restore', { trashId: outcome.trashId ?? '' })).toEqual({
      restored: 1,
      failed: 0,
    });
    expect(existsSync(join(output, item.name))).toBe(true);
    expect(trashed()).toHaveLength(before);
    expect(await list(studio)).toHaveLength(2);
    await expect(callStudio(studio, 'gallery.restore', { trashId: outcome.trashId ?? '' })).rejects.toThrow();

    // A place that is taken by now keeps what is there.
    const second = await callStudio(studio, 'gallery.trash', { itemIds: [item.id] });
    await writeFile(join(output, item.name), 'somebody else');
    expect(await callStudio(studio, 'gallery.restore', { trashId: second.trashId ?? '' })).toEqual({
      restored: 0,
      failed: 1,
    });
    expect(trashed()).toHaveLength(before + 1);
  });

  it('is there again after a restart, and after its index was lost', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const { dataFolder } = studio;
    await runSandbox(studio, 'maker', { clock: 100 });
    const jobId = await runJob(studio, 'maker', 'kept');
    const [item] = await waitForItems(studio, (items) => items[0]?.state === 'ready');
    await studio.end('SIGKILL');
    const second = await openStudio(onTestFinished, { dataFolder });
    expect(await list(second)).toEqual([item]);
    await second.end('SIGTERM');
    for (const end of ['', '-wal', '-shm']) await rm(join(dataFolder, `gallery.sqlite${end}`), { force: true });
    const third = await openStudio(onTestFinished, { dataFolder });
    const again = only(await waitForItems(third, (items) => items[0]?.state === 'ready' && items[0].jobId !== null));
    expect(again).toMatchObject({ jobId, title: item?.title, createdAt: item?.createdAt });
  });
});
