import { setTimeout as wait } from 'node:timers/promises';
import { CallWrapper, ComfyApi, PromptBuilder } from '@saintno/comfyui-sdk';
import { describe, expect, it } from 'vitest';
import { instanceOfJob, shareFleet, untilAllRun, untilRunning } from './gateway/fleet.ts';
import { endless, square, steps } from './gateway/graphs.ts';
import { showsSeed } from './gateway/pictures.ts';
import {
  type Heard,
  historyOf,
  imagesOf,
  type Listener,
  listen,
  post,
  submitPrompt,
  untilInHistory,
} from './gateway/plain-client.ts';
import { strike } from './studio-fixture.ts';

/* What clients hear over the websocket of one ComfyUI (field.md 5.7), with three behind it. The numbers are those of that list. */

const fleet = shareFleet({ count: 3 });

const typesOf = (listener: Listener, promptId: string): readonly string[] =>
  listener.messages(promptId).map(({ type }) => type);

const withoutRepeats = (types: readonly string[]): readonly string[] =>
  types.filter((type) => type !== 'progress' && type !== 'progress_state');

/** Where a message of a type for a prompt stands among everything that was heard. */
const placeOf = (heard: readonly Heard[], type: string, promptId: string): number =>
  heard.findIndex(
    (item) => item.kind === 'message' && item.message.type === type && item.message.data['prompt_id'] === promptId,
  );

const endPlaceOf = (heard: readonly Heard[], promptId: string): number =>
  heard.findIndex(
    (item) =>
      item.kind === 'message' &&
      item.message.type === 'executing' &&
      item.message.data['node'] === null &&
      item.message.data['prompt_id'] === promptId,
  );

/** Two jobs of a test ran at the same time: one began before the other was over, both ways round. */
const overlapped = (heard: readonly Heard[], [first, second]: readonly [string, string]): boolean =>
  placeOf(heard, 'execution_start', first) < endPlaceOf(heard, second) &&
  placeOf(heard, 'execution_start', second) < endPlaceOf(heard, first);

describe('what a client hears', () => {
  it('6 ten quiet seconds do not cost the client of @saintno/comfyui-sdk its connection', async () => {
    const api = new ComfyApi(fleet().address, 'quiet-saintno');
    const lost: string[] = [];
    api.on('disconnected', () => lost.push('disconnected'));
    api.on('reconnecting', () => lost.push('reconnecting'));
    await api.init().waitForReady();
    try {
      const prompt = steps({ seed: 66, steps: 1, delaySeconds: 13 });
      const builder = new PromptBuilder(prompt as never, [], ['picture']).setRawOutputNode('picture', '2');
      const failures: string[] = [];
      const result = await new CallWrapper(api, builder).onFailed((error) => failures.push(String(error))).run();
      expect(failures).toEqual([]);
      expect(result).toMatchObject({ picture: { images: [{ type: 'output' }] } });
      expect(lost).toEqual([]);
    } finally {
      api.destroy();
    }
  });

  it('7 two clients with previews at the same time get their own only', async () => {
    const { address } = fleet();
    const clients = await Promise.all(['seventh-a', 'seventh-b'].map((id) => listen(address, id)));
    const seeds = [70, 190];
    const ids = await Promise.all(
      clients.map(({ clientId }, index) =>
        submitPrompt(address, {
          prompt: steps({ seed: seeds[index] ?? 0, steps: 12, delaySeconds: 0.08, preview: true }),
          client_id: clientId,
        }),
      ),
    );
    await Promise.all(clients.map((client, index) => client.untilOver(ids[index] ?? '')));
    expect(await instanceOfJob(fleet(), ids[0] ?? '')).not.toBe(await instanceOfJob(fleet(), ids[1] ?? ''));
    for (const [index, client] of clients.entries()) {
      const foreign = client.messages().filter(({ data }) => 'prompt_id' in data && data['prompt_id'] !== ids[index]);
      expect(foreign).toEqual([]);
      const previews = client.previews();
      expect(previews.length).toBeGreaterThan(3);
      for (const { picture, promptId } of previews) {
        expect(promptId).toBe(ids[index]);
        expect(await showsSeed(picture, seeds[index] ?? 0)).toBe(true);
      }
      await client.close();
    }
  });

  it('8 previews of one client from two GPUs stand behind an executing of their own job', async () => {
    const { address } = fleet();
    const client = await listen(address, 'eighth');
    const seeds = new Map<string, number>();
    for (const seed of [40, 215]) {
      const prompt = steps({ seed, steps: 15, delaySeconds: 0.07, preview: true });
      seeds.set(await submitPrompt(address, { prompt, client_id: 'eighth' }), seed);
    }
    const [first = '', second = ''] = [...seeds.keys()];
    await client.untilOver(first);
    await client.untilOver(second);
    expect(overlapped(client.heard, [first, second])).toBe(true);
    const previews = client.previews();
    expect(new Set(previews.map(({ promptId }) => promptId))).toEqual(new Set([first, second]));
    for (const { promptId, picture } of previews)
      expect(await showsSeed(picture, seeds.get(String(promptId)) ?? -1)).toBe(true);
    for (const id of [first, second]) {
      const order = withoutRepeats(typesOf(client, id));
      expect([order[0], order[1]]).toEqual(['execution_start', 'execution_cached']);
      expect(order.slice(-3)).toEqual(['executed', 'execution_success', 'executing']);
    }
    await client.close();
  });

  it('8 previews with metadata name their own job, for a client that asked for them', async () => {
    const { address } = fleet();
    const client = await listen(address, 'eighth-modern');
    client.send({ type: 'feature_flags', data: { supports_preview_metadata: true } });
    await client.until('flags', (heard) =>
      heard.some((item) => item.kind === 'message' && item.message.type === 'feature_flags'),
    );
    const seeds = new Map<string, number>();
    for (const seed of [60, 120]) {
      const prompt = steps({ seed, steps: 10, delaySeconds: 0.07, preview: true });
      seeds.set(await submitPrompt(address, { prompt, client_id: 'eighth-modern' }), seed);
    }
    for (const id of seeds.keys()) await client.untilOver(id);
    const frames = client.heard.flatMap((item) => (item.kind === 'binary' ? [item.bytes] : []));
    expect(frames.length).toBeGreaterThan(3);
    const shown = new Set<string>();
    for (const frame of frames) {
      expect(frame.readUInt32BE(0)).toBe(4);
      const length = frame.readUInt32BE(4);
      const { prompt_id: promptId } = JSON.parse(frame.toString('utf8', 8, 8 + length)) as { prompt_id: string };
      shown.add(promptId);
      expect(await showsSeed(frame.subarray(8 + length), seeds.get(promptId) ?? -1)).toBe(true);
    }
    expect(shown).toEqual(new Set(seeds.keys()));
    await client.close();
  });
});

describe('a client that expects one thing after the other', () => {
  const krita = { 'user-agent': 'krita-ai-diffusion/1.53.0' };

  it('9 two prompts of Krita never run in parallel, whatever is idle', async () => {
    const { address } = fleet();
    const client = await listen(address, 'ninth', krita);
    const ids: string[] = [];
    for (const seed of [91, 92, 93]) {
      const prompt_id = crypto.randomUUID();
      const prompt = steps({ seed, steps: 5, delaySeconds: 0.06, preview: true });
      const answer = await post(address, '/prompt', { prompt, client_id: 'ninth', prompt_id }, krita);
      expect(answer).toMatchObject({ status: 200, json: { prompt_id } });
      ids.push(prompt_id);
    }
    for (const id of ids) await client.untilOver(id);
    for (const [index, id] of ids.entries()) {
      const before = ids[index - 1];
      if (before === undefined) continue;
      expect(endPlaceOf(client.heard, before)).toBeLessThan(placeOf(client.heard, 'execution_start', id));
      const entries = [await historyOf(address, before), await historyOf(address, id)];
      const times = entries.map((entry) =>
        Object.values(entry)[0]?.status.messages.map(([, data]) => data['timestamp']),
      );
      expect(Number(times[0]?.at(-1))).toBeLessThanOrEqual(Number(times[1]?.[0]));
    }
    await client.close();
  });

  it('9 what it asked for before comes again as its own picture, from whichever cache', async () => {
    const { address } = fleet();
    const client = await listen(address, 'ninth-again', krita);
    const prompt = (seed: number) => ({
      '1': { class_type: 'RSteps', inputs: { steps: 2, delay: 0.02, preview: false, seed } },
      '2': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
    });
    for (const seed of [30, 130, 30, 130, 30]) {
      const answer = await post(address, '/prompt', { prompt: prompt(seed), client_id: 'ninth-again' }, krita);
      const { prompt_id: id } = answer.json as { prompt_id: string };
      await client.untilOver(id);
      const pictures = client.previews().filter(({ promptId }) => promptId === id);
      expect(pictures).toHaveLength(1);
      expect(await showsSeed(pictures[0]?.picture ?? Buffer.alloc(0), seed)).toBe(true);
    }
    await client.close();
  });

  it('9 another client is served beside it', async () => {
    const { address } = fleet();
    const prompt_id = crypto.randomUUID();
    await post(address, '/prompt', { prompt: endless(95), client_id: 'ninth-long', prompt_id }, krita);
    await untilRunning(fleet(), prompt_id);
    const held = crypto.randomUUID();
    await post(address, '/prompt', { prompt: square(96), client_id: 'ninth-long', prompt_id: held }, krita);
    const id = await submitPrompt(address, { prompt: square(97), client_id: 'somebody' });
    await untilInHistory(address, id);
    expect(await historyOf(address, held)).toEqual({});
    await post(address, '/interrupt', { prompt_id });
    expect((await untilInHistory(address, held)).status.completed).toBe(true);
  });
});

describe('a connection that breaks', () => {
  it('13 a client that comes back with its id in mid-job hears the rest', async () => {
    const { address } = fleet();
    const first = await listen(address, 'thirteenth');
    const prompt = steps({ seed: 130, steps: 40, delaySeconds: 0.06, preview: true });
    const id = await submitPrompt(address, { prompt, client_id: 'thirteenth' });
    await first.until('progress', () => typesOf(first, id).includes('progress'));
    first.cut();
    // Long enough for the end of the first connection to be noticed.
    await wait(200);
    const second = await listen(address, 'thirteenth');
    await second.untilOver(id);
    const heard = typesOf(second, id);
    expect(heard).toContain('progress');
    expect(withoutRepeats(heard).slice(-3)).toEqual(['executed', 'execution_success', 'executing']);
    for (const { promptId, picture } of second.previews()) {
      expect(promptId).toBe(id);
      expect(await showsSeed(picture, 130)).toBe(true);
    }
    expect(second.previews().length).toBeGreaterThan(0);
    const [greeting] = second.messages();
    expect(greeting).toMatchObject({ type: 'status', data: { sid: 'thirteenth' } });
    await second.close();
  });

  it.each([['silence-websockets'], ['drop-websockets']])(
    '15 %s: a client is told of the end of its job all the same',
    async (fault) => {
      const { address } = fleet();
      const client = await listen(address, `fifteenth-${fault}`);
      const prompt = steps({ seed: 150, steps: 30, delaySeconds: 0.06 });
      const id = await submitPrompt(address, { prompt, client_id: client.clientId });
      const instance = await untilRunning(fleet(), id);
      await client.until('progress', () => typesOf(client, id).includes('progress'));
      await strike(instance, fault);
      await client.untilOver(id, 45_000);
      const order = withoutRepeats(typesOf(client, id));
      expect(order.slice(-3)).toEqual(['executed', 'execution_success', 'executing']);
      for (const type of ['execution_start', 'executed', 'execution_success'])
        expect(order.filter((name) => name === type)).toHaveLength(1);
      const entry = await untilInHistory(address, id);
      const shown = client.messages(id).find(({ type }) => type === 'executed')?.data['output'];
      expect(shown).toEqual({ images: imagesOf(entry) });
      await client.close();
      process.kill(instance.pid ?? 0, 'SIGKILL');
      await wait(100);
      await untilAllRun(fleet());
    },
  );
});
