import { randomUUID } from 'node:crypto';
import { Comfy } from '@comfyorg/sdk';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { type GatewayFleet, openFleet, reopenFleet, shareFleet } from './gateway/fleet.ts';
import { callStudio, waitFor } from './studio-client.ts';
import { samplingPrompt } from './studio-jobs.ts';

const fleet = shareFleet({ count: 1, clock: 10 });

/** The kit reads where it talks to when it is made. */
const connect = ({ address }: Pick<GatewayFleet, 'address'>): Comfy => {
  process.env['COMFY_BASE_URL'] = address;
  return new Comfy();
};
afterEach(() => {
  delete process.env['COMFY_BASE_URL'];
});

/** A picture that is a file of its own. */
const picture = async (): Promise<Uint8Array> => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width: 24, height: 16, channels: 3, background: 'black', noise } })
    .png()
    .toBuffer();
};

const loading = (image: unknown) => ({
  '1': { class_type: 'LoadImage', inputs: { image } },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'asset' } },
});

/** Works on a picture for so many steps. */
const working = (image: unknown, steps: number) => {
  const graph = samplingPrompt(`asset-${randomUUID()}`, steps);
  return {
    ...graph,
    '101': { class_type: 'LoadImage', inputs: { image } },
    '102': { class_type: 'PreviewImage', inputs: { images: ['101', 0] } },
  };
};

const documentOf = async ({ address }: GatewayFleet, jobId: string) =>
  (await (await fetch(`${address}/api/v2/jobs/${jobId}`)).json()) as Record<
    'status' | 'expires_at' | 'completed_at',
    string
  >;

describe('an asset of the official kit', () => {
  it('can be deleted once the job that used it has ended, and not before', async () => {
    const comfy = connect(fleet());
    const asset = comfy.assets.fromBytes(await picture(), { filename: 'photo.png' });
    const job = await comfy.submit(comfy.workflows.fromJson(working(asset, 4000)));
    const assetId = asset.id ?? '';
    await expect(asset.delete()).rejects.toMatchObject({ code: 'asset_in_use', httpStatus: 409 });
    await job.cancel();
    await waitFor(
      'the job to stop',
      () => job.refresh(),
      ({ status }) => status === 'canceled',
    );
    await asset.delete();
    await expect(comfy.assets.get(assetId)).rejects.toMatchObject({ code: 'not_found' });
    const shown = await (await fetch(`${fleet().address}/object_info/LoadImage`)).text();
    expect(shown).not.toContain('photo.png');
  });

  it('is still held by the job that needs it, and by nobody else, after a restart', async ({ onTestFinished }) => {
    const first = await openFleet(onTestFinished, { count: 1, clock: 10 });
    const before = connect(first);
    const ended = before.assets.fromBytes(await picture(), { filename: 'ended.png' });
    await before.run(before.workflows.fromJson(loading(ended)));
    const needed = before.assets.fromBytes(await picture(), { filename: 'needed.png' });
    const job = await before.submit(before.workflows.fromJson(working(needed, 4000)));
    await first.studio.end('SIGKILL');
    const again = await reopenFleet(onTestFinished, first);
    const comfy = connect(again);
    await expect(comfy.assets.delete(needed.id ?? '')).rejects.toMatchObject({ code: 'asset_in_use' });
    await comfy.assets.delete(ended.id ?? '');
    const same = await comfy.jobs.get(job.id);
    await same.cancel();
    await waitFor(
      'the job to stop',
      () => same.refresh(),
      ({ status }) => status === 'canceled',
    );
    await comfy.assets.delete(needed.id ?? '');
  });

  it.each([
    ['name ends in dot.'],
    [`${'画'.repeat(110)}.png`],
    ['photo.png [output]'],
    ['con.png'],
    ['a:b?.png'],
    ['..'],
  ])('serves a job under whatever name: %s', async (filename) => {
    const comfy = connect(fleet());
    const asset = comfy.assets.fromBytes(await picture(), { filename, contentType: 'image/png' });
    const job = await comfy.run(comfy.workflows.fromJson(loading(asset)));
    expect([job.status, job.outputs.length]).toEqual(['succeeded', 1]);
    await asset.delete();
  });
});

describe('a job of the official kit', () => {
  it('is told its place in the queue whenever that changes', async () => {
    const comfy = connect(fleet());
    const submit = (steps: number) =>
      comfy.submit(comfy.workflows.fromJson({ ...samplingPrompt(`place-${randomUUID()}`, steps) }));
    const jobs = [await submit(4000), await submit(4000), await submit(4000), await submit(4000), await submit(1)];
    const last = jobs.at(-1);
    const places: (number | null)[] = [];
    const heard = (async () => {
      for await (const event of last?.events() ?? [])
        if (event.kind === 'statusChange') places.push(event.queuePosition);
    })();
    for (const job of jobs.slice(0, -1)) {
      const count = places.length;
      await waitFor(
        'a place',
        async () => places.length,
        (length) => length > 0,
      );
      await job.cancel();
      await waitFor(
        'another place',
        async () => places.length,
        (length) => length > count,
      );
    }
    await heard;
    const waited = places.filter((place) => place !== null);
    expect(waited.length).toBeGreaterThanOrEqual(3);
    expect(waited).toEqual(waited.toSorted((a, b) => b - a));
    expect(waited.at(-1)).toBe(0);
  });

  it('that was cancelled and is run again is not being cancelled', async () => {
    const comfy = connect(fleet());
    const job = await comfy.submit(comfy.workflows.fromJson({ ...samplingPrompt(`again-${randomUUID()}`, 4000) }));
    await waitFor(
      'the job to run',
      () => job.refresh(),
      ({ status }) => status === 'running',
    );
    await job.cancel();
    await waitFor(
      'the job to stop',
      () => callStudio(fleet().studio, 'jobs.get', { jobId: job.id }),
      ({ state }) => state === 'cancelled',
    );
    await callStudio(fleet().studio, 'jobs.retry', { jobIds: [job.id] });
    const { status } = await documentOf(fleet(), job.id);
    expect(['queued', 'running']).toContain(status);
    await job.cancel();
    await waitFor(
      'the job to stop',
      () => job.refresh(),
      (now) => now.status === 'canceled',
    );
  });

  it('names what it made by its own id, and says until when it is kept', async () => {
    const comfy = connect(fleet());
    const job = await comfy.run(comfy.workflows.fromJson({ ...samplingPrompt(`kept-${randomUUID()}`, 1) }));
    const [output] = job.outputs;
    expect(output?.id).toBe(`${job.id}-0`);
    const { completed_at, expires_at } = await documentOf(fleet(), job.id);
    expect(Date.parse(expires_at) - Date.parse(completed_at)).toBe(30 * 86_400_000);
  });
});
