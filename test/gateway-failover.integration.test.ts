import { describe, expect, it } from 'vitest';
import { killInstanceOf, openFleet, reopenFleet } from './gateway/fleet.ts';
import { steps } from './gateway/graphs.ts';
import { cachedPicture, type ImageCacheInstance, startImageCacheInstance } from './gateway/image-cache-instance.ts';
import { colorOf, pngOf } from './gateway/pictures.ts';
import {
  ask,
  imagesOf,
  type Listener,
  listen,
  post,
  queueOf,
  submitPrompt,
  untilInHistory,
  viewFile,
} from './gateway/plain-client.ts';
import { callStudio, waitFor, waitForInstance } from './studio-client.ts';
import { type OnFinished, openStudio } from './studio-fixture.ts';

/* What a client sees when something behind its one ComfyUI dies (field.md 5.7): nothing. The numbers are those of that list. */

const onlyOnce = ['executed', 'execution_success'];

const failureTypes = ['execution_error', 'execution_interrupted'];

/** One result, no error, progress that never goes back. */
const expectOneResult = (client: Listener, promptId: string): void => {
  const messages = client.messages(promptId);
  const types = messages.map(({ type }) => type);
  for (const type of onlyOnce) expect(types.filter((name) => name === type)).toHaveLength(1);
  for (const type of failureTypes) expect(types).not.toContain(type);
  expect(messages.filter(({ type, data }) => type === 'executing' && data['node'] === null)).toHaveLength(1);
  const progress = messages.filter(({ type }) => type === 'progress').map(({ data }) => Number(data['value']));
  expect(progress).toEqual(progress.toSorted((one, other) => one - other));
};

describe('a GPU that dies', () => {
  it('14 kill -9 of the GPU process in mid-job: the client sees one result and no error', async ({
    onTestFinished,
  }) => {
    const fleet = await openFleet(onTestFinished, { count: 2 });
    const client = await listen(fleet.address, 'fourteenth');
    const id = crypto.randomUUID();
    const prompt = steps({ seed: 14, steps: 30, delaySeconds: 0.05, preview: true });
    await submitPrompt(fleet.address, { prompt, client_id: 'fourteenth', prompt_id: id });
    await client.until('progress', () =>
      client.messages(id).some(({ type, data }) => type === 'progress' && Number(data['value']) >= 5),
    );
    const killed = await killInstanceOf(fleet, id);
    const queued = await queueOf(fleet.address);
    expect([...queued.queue_running, ...queued.queue_pending].map((item) => item[1])).toEqual([id]);
    await client.untilOver(id, 45_000);
    expectOneResult(client, id);
    const entry = await untilInHistory(fleet.address, id);
    expect(entry.status).toMatchObject({ status_str: 'success', completed: true });
    const [image] = imagesOf(entry);
    if (image === undefined) throw new Error('no picture');
    expect(await colorOf(await viewFile(fleet.address, image))).toEqual([14, 14, 14]);
    expect(await callStudio(fleet.studio, 'jobs.get', { jobId: id })).toMatchObject({ tries: 2, deaths: 1 });
    expect(killed.configuration.id).not.toBe((await callStudio(fleet.studio, 'jobs.get', { jobId: id })).instanceId);
    await client.close();
  });
});

describe('a gateway that dies', () => {
  it('20 a restart of the gateway in mid-job: the job finishes and its history is served', async ({
    onTestFinished,
  }) => {
    const fleet = await openFleet(onTestFinished, { count: 1 });
    const client = await listen(fleet.address, 'twentieth');
    const before = await submitPrompt(fleet.address, { prompt: steps({ seed: 19, steps: 2 }), client_id: 'twentieth' });
    await untilInHistory(fleet.address, before);
    const id = await submitPrompt(fleet.address, {
      prompt: steps({ seed: 20, steps: 60, delaySeconds: 0.06, preview: true }),
      client_id: 'twentieth',
      extra_data: { extra_pnginfo: { workflow: { id: 'kept' } } },
    });
    const behind = await submitPrompt(fleet.address, { prompt: steps({ seed: 21, steps: 2 }), client_id: 'twentieth' });
    await client.until('progress', () => client.messages(id).some(({ type }) => type === 'progress'));
    await fleet.studio.end('SIGKILL');
    client.cut();
    const again = await reopenFleet(onTestFinished, fleet);
    const queue = await queueOf(again.address);
    expect([...queue.queue_running, ...queue.queue_pending].map((item) => item[1])).toEqual([id, behind]);
    const returned = await listen(again.address, 'twentieth');
    await returned.untilOver(id, 45_000);
    const types = returned.messages(id).map(({ type }) => type);
    expect(types).toContain('execution_success');
    expect(types).not.toContain('execution_error');
    const entry = await untilInHistory(again.address, id);
    expect(entry.status).toMatchObject({ status_str: 'success', completed: true });
    expect(entry.prompt[3]).toMatchObject({
      client_id: 'twentieth',
      extra_pnginfo: { workflow: { id: 'kept' } },
    });
    await untilInHistory(again.address, behind);
    const known = await ask(again.address, '/history');
    expect(Object.keys(known.json as object)).toEqual([before, id, behind]);
    for (const jobId of [before, id, behind])
      expect(await callStudio(again.studio, 'jobs.get', { jobId })).toMatchObject({ state: 'succeeded', tries: 1 });
    await returned.close();
  });
});

describe('pictures that were put into the memory of "the server"', () => {
  const openPair = async (onFinished: OnFinished, delayMs: () => number) => {
    const studio = await openStudio(onFinished);
    await callStudio(studio, 'settings.update', { changes: { balancingStrategy: 'least-loaded' } });
    const instances = new Map<string, ImageCacheInstance>();
    for (const id of ['left', 'right']) {
      const instance = await startImageCacheInstance(id, delayMs);
      onFinished(() => instance.die());
      instances.set(id, instance);
      await callStudio(studio, 'instances.create', {
        draft: { id, name: id, kind: 'remote', url: instance.url },
      });
      await waitForInstance(studio, id, ({ status }) => status === 'running', 30_000);
    }
    const { gateway: address } = studio.ready;
    await waitFor(
      'node classes',
      async () => (await ask(address, '/object_info/ETN_LoadImageCache')).json,
      (info) => info !== null && Object.keys(info as object).length === 1,
    );
    return { studio, address, instances };
  };

  const put = async (address: string, id: string, bytes: Uint8Array): Promise<void> => {
    const answer = await ask(address, `/api/etn/image/${id}`, { method: 'PUT', body: Uint8Array.from(bytes) });
    expect(answer.status).toBe(200);
  };

  it('10 a picture that was put before the prompt is on the GPU that runs it', async ({ onTestFinished }) => {
    const { address, instances } = await openPair(onTestFinished, () => 300);
    const pictures = await Promise.all([pngOf([200, 0, 0]), pngOf([0, 200, 0])]);
    const ids = await Promise.all(
      pictures.map(async (bytes, index) => {
        await put(address, `krita-${index}`, bytes);
        // Two clients, so that both GPUs are at work.
        return submitPrompt(address, { prompt: cachedPicture(`krita-${index}`), client_id: `tenth-${index}` });
      }),
    );
    for (const [index, id] of ids.entries()) {
      const entry = await untilInHistory(address, id);
      expect(entry.status.status_str).toBe('success');
      const [result] = entry.outputs['2']?.images ?? [];
      const resultId = (result as unknown as { id: string }).id;
      const answer = await fetch(`${address}/api/etn/image/${resultId}`);
      expect(answer.status).toBe(200);
      expect(Buffer.from(await answer.arrayBuffer()).equals(pictures[index] ?? Buffer.alloc(0))).toBe(true);
    }
    expect([...instances.values()].map(({ begun }) => begun.length)).toEqual([1, 1]);
  });

  it('10 and after its GPU died, on the next one', async ({ onTestFinished }) => {
    const delay = { ms: 60_000 };
    const { address, instances } = await openPair(onTestFinished, () => delay.ms);
    const picture = await pngOf([0, 0, 200]);
    await put(address, 'kept', picture);
    const client = await listen(address, 'tenth-again');
    const id = await submitPrompt(address, { prompt: cachedPicture('kept'), client_id: 'tenth-again' });
    const first = await waitFor(
      'a begin',
      () => [...instances.values()].find(({ begun }) => begun.includes(id)) ?? null,
      (found) => found !== null,
      30_000,
    );
    delay.ms = 100;
    await first?.die();
    await client.untilOver(id, 50_000);
    expectOneResult(client, id);
    const second = [...instances.values()].find((instance) => instance !== first);
    expect(second?.begun).toEqual([id]);
    expect(second?.images.get('kept')?.equals(picture)).toBe(true);
    await client.close();
  });

  it('10 a prompt whose picture nobody has put fails as it does on one ComfyUI', async ({ onTestFinished }) => {
    const { address } = await openPair(onTestFinished, () => 10);
    const answer = await post(address, '/prompt', { prompt: cachedPicture('never-put'), client_id: 'tenth-missing' });
    expect(answer.status).toBe(200);
    const { prompt_id: id } = answer.json as { prompt_id: string };
    expect((await untilInHistory(address, id)).status.status_str).toBe('error');
  });
});
