import { createHash, randomUUID } from 'node:crypto';
import { Comfy } from '@comfyorg/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { shareFleet } from './gateway/fleet.ts';
import { callStudio, pidOf, waitFor } from './studio-client.ts';
import { plainPrompt, samplingPrompt } from './studio-jobs.ts';

const fleet = shareFleet({ count: 2, clock: 10 });
const studio = () => fleet().studio;
const address = (): string => fleet().address;

/** The kit reads where it talks to when it is made. */
const connect = (): Comfy => {
  process.env['COMFY_BASE_URL'] = address();
  return new Comfy();
};
afterEach(() => {
  delete process.env['COMFY_BASE_URL'];
});

/** A picture that is a file of its own. */
const picture = async (): Promise<Uint8Array> => {
  const { default: sharp } = await import('sharp');
  const [red = 0, green = 0, blue = 0] = createHash('sha256').update(randomUUID()).digest();
  return sharp({ create: { width: 32, height: 24, channels: 3, background: { r: red, g: green, b: blue } } })
    .png()
    .toBuffer();
};

const invertOf = (image: unknown) => ({
  '1': { class_type: 'LoadImage', inputs: { image } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'official' } },
});

describe('the official kit', () => {
  it('16 runs a workflow with an asset of its own', async () => {
    const comfy = connect();
    const bytes = await picture();
    const asset = comfy.assets.fromBytes(bytes, { filename: 'photo.png' });
    const workflow = comfy.workflows.fromJson(invertOf(asset));
    const job = await comfy.run(workflow);
    expect(job.status).toBe('succeeded');
    const [output] = job.getOutputs('3');
    expect(output).toMatchObject({ type: 'image', contentType: 'image/png', jobId: job.id });
    const saved = await output?.toBytes();
    expect(saved?.byteLength).toBe(output?.sizeBytes);
    const part = await output?.toBytes({ range: [1, 3] });
    expect(Buffer.from(part ?? []).toString()).toBe('PNG');
    expect((await comfy.assets.get(output?.id ?? '')).filePath).toContain('official');
    // The same bytes are not sent again.
    const again = comfy.assets.fromBytes(bytes, { filename: 'photo.png' });
    await again.commit();
    expect(again.createdNew).toBe(false);
    expect(await job.getWorkflow()).toMatchObject({ format: 'api', workflow: { '1': { class_type: 'LoadImage' } } });
  });

  it('17 hears of progress that never goes back, over the death of an instance too', async () => {
    const comfy = connect();
    const job = await comfy.submit(comfy.workflows.fromJson({ ...samplingPrompt(`monotonic-${randomUUID()}`, 60) }));
    const values: number[] = [];
    const statuses: string[] = [];
    let killed = false;
    for await (const event of job.events()) {
      if (event.kind === 'statusChange') statuses.push(event.status);
      if (event.kind !== 'progress') continue;
      values.push(event.value);
      if (killed || event.step === null || event.step < 5) continue;
      killed = true;
      const { instanceId } = await callStudio(studio(), 'jobs.get', { jobId: job.id });
      const instance = await callStudio(studio(), 'instances.get', { instanceId: instanceId ?? '' });
      process.kill(pidOf(instance), 'SIGKILL');
    }
    expect(killed).toBe(true);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(statuses.at(-1)).toBe('succeeded');
    expect(statuses).not.toContain('failed');
    await job.refresh();
    expect(job.outputs).toHaveLength(1);
    expect(await callStudio(studio(), 'jobs.get', { jobId: job.id })).toMatchObject({ tries: 2 });
  });

  it('is told why a workflow cannot run', async () => {
    const comfy = connect();
    const wrong = { ...plainPrompt('x'), '2': { class_type: 'NoSuchNode', inputs: { image: ['1', 0] } } };
    await expect(comfy.submit(comfy.workflows.fromJson(wrong))).rejects.toMatchObject({
      code: 'invalid_workflow',
      httpStatus: 422,
    });
    const failing = { ...plainPrompt('x'), '1': { class_type: 'LoadImage', inputs: { image: 'nothing.png' } } };
    await expect(comfy.submit(comfy.workflows.fromJson(failing))).rejects.toMatchObject({
      code: 'invalid_workflow',
      details: { node_errors: { '1': { errors: [{ type: 'custom_validation_failed' }] } } },
    });
  });

  it('takes a job once under one key, and cancels it', async () => {
    const comfy = connect();
    const idempotencyKey = randomUUID();
    const workflow = comfy.workflows.fromJson({ ...samplingPrompt(`cancelled-${idempotencyKey}`, 4000) });
    const job = await comfy.submit(workflow, { idempotencyKey });
    await expect(comfy.submit(workflow, { idempotencyKey })).rejects.toMatchObject({ code: 'idempotency_key_reuse' });
    await waitFor(
      'the job to run',
      () => job.refresh(),
      ({ status }) => status === 'running',
    );
    await job.cancel();
    await waitFor(
      'the job to stop',
      () => job.refresh(),
      ({ status }) => status === 'canceled',
    );
  });
});

describe('what the official kit cannot send', () => {
  const post = (path: string, body: string | FormData, headers: Record<string, string> = {}) =>
    fetch(`${address()}/api/v2${path}`, { method: 'POST', body, headers });
  const codeOf = async (answer: Response): Promise<unknown> => {
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect(error.message).not.toBe('');
    return [answer.status, error.code];
  };
  const form = (fields: Readonly<Record<string, string>>, file: Uint8Array | null): FormData => {
    const made = new FormData();
    for (const [name, value] of Object.entries(fields)) made.append(name, value);
    if (file !== null) made.append('file', new Blob([Uint8Array.from(file)]), 'x.png');
    return made;
  };

  it.each<[string, () => string | FormData, string]>([
    ['no JSON', () => '{', 'invalid_request'],
    ['a list', () => '[]', 'invalid_request'],
    ['no workflow', () => '{}', 'invalid_workflow'],
    [
      'an editor file',
      () => JSON.stringify({ workflow: { nodes: [], links: [], last_node_id: 0 } }),
      'workflow_format_ui',
    ],
    [
      'extra data of another kind',
      () => JSON.stringify({ workflow: plainPrompt('x'), extra_data: { x: 1 } }),
      'invalid_request',
    ],
    [
      'an asset that is not there',
      () => JSON.stringify({ workflow: invertOf({ __type: 'core/ASSET', info: { id: randomUUID() } }) }),
      'missing_asset',
    ],
  ])('as a job: %s', async (_name, body, code) => {
    expect(await codeOf(await post('/jobs', body()))).toEqual([422, code]);
  });

  it('as an asset', async () => {
    const bytes = await picture();
    const fields = { content_type: 'image/png', file_path: 'x.png' };
    const wrongHash = `blake3:${'0'.repeat(64)}`;
    expect(await codeOf(await post('/assets', 'text'))).toEqual([422, 'invalid_request']);
    expect(await codeOf(await post('/assets', form({}, bytes)))).toEqual([422, 'invalid_request']);
    expect(await codeOf(await post('/assets', form(fields, null)))).toEqual([422, 'invalid_request']);
    expect(await codeOf(await post('/assets', form({ ...fields, expected_hash: wrongHash }, bytes)))).toEqual([
      409,
      'hash_mismatch',
    ]);
    const torn = '--b\r\nContent-Disposition: form-data; name="content_type"\r\n\r\nimage/png\r\n--b\r\nContent-Dispo';
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect(await codeOf(await post('/assets', torn, headers))).toEqual([422, 'invalid_request']);
    const headersOf = (key: string) => ({ 'idempotency-key': key });
    const key = randomUUID();
    expect((await post('/assets', form(fields, bytes), headersOf(key))).status).toBe(201);
    expect(await codeOf(await post('/assets', form(fields, bytes), headersOf(key)))).toEqual([
      422,
      'idempotency_key_reuse',
    ]);
    expect((await post('/assets', form(fields, bytes))).status).toBe(200);
    expect(await codeOf(await post('/assets/from-hash', JSON.stringify({ hash: wrongHash })))).toEqual([
      404,
      'blob_not_found',
    ]);
    expect((await fetch(`${address()}/api/v2/assets/by-hash/${wrongHash}`, { method: 'HEAD' })).status).toBe(404);
  });

  it('as an address', async () => {
    for (const path of [
      '/jobs/nothing',
      '/jobs/nothing/events',
      '/jobs/nothing/workflow',
      '/assets/nothing',
      '/assets/nothing/content',
    ])
      expect(await codeOf(await fetch(`${address()}/api/v2${path}`)), path).toEqual([404, 'not_found']);
    expect(await codeOf(await fetch(`${address()}/api/v2/assets/nothing`, { method: 'DELETE' }))).toEqual([
      404,
      'not_found',
    ]);
  });
});
