import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Prompt } from '#contract/models/workflow.ts';
import { shareFleet } from './gateway/fleet.ts';
import { failing, steps, textToImage } from './gateway/graphs.ts';
import { colorOf } from './gateway/pictures.ts';
import { type FileReference, type History, historyOf, imagesOf, viewFile } from './gateway/plain-client.ts';
import { waitFor } from './studio-client.ts';

/*
 * The three scripts that ComfyUI ships as examples of its API, step by step as they do it (comfyui-protocol.md 9.1): many programs began
 * as a copy of one of them.
 */

const fleet = shareFleet({ count: 3 });

/** urllib's habit: no word about the type but its own, no other header. */
const queuePrompt = async (body: object): Promise<Readonly<Record<string, unknown>>> => {
  const answer = await fetch(`${fleet().address}/prompt`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
};

/** One frame after the other, as a blocking `recv` gives them. */
const connect = async (clientId: string) => {
  const socket = new WebSocket(`${fleet().address.replace('http', 'ws')}/ws?clientId=${clientId}`);
  const frames: (string | Buffer)[] = [];
  const waiting: ((frame: string | Buffer) => void)[] = [];
  socket.on('message', (data, isBinary) => {
    if (!Buffer.isBuffer(data)) return;
    const frame = isBinary ? data : data.toString('utf8');
    const next = waiting.shift();
    if (next === undefined) frames.push(frame);
    else next(frame);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const receive = (): Promise<string | Buffer> => {
    const frame = frames.shift();
    return frame === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(frame);
  };
  return { receive, close: () => socket.close() };
};

interface Executing {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const parse = (frame: string): Executing => JSON.parse(frame) as Executing;

describe('basic_api_example', () => {
  it('sends a prompt and does not look back', async () => {
    const before = Object.keys(await historyOf(fleet().address)).length;
    await queuePrompt({ prompt: textToImage(1) });
    await waitFor(
      'the picture',
      () => historyOf(fleet().address),
      (history) => Object.keys(history).length === before + 1,
    );
    const [last] = Object.values(await historyOf(fleet().address)).slice(-1);
    if (last === undefined) throw new Error('nothing in the history');
    const [image] = imagesOf(last);
    expect(image?.filename).toMatch(/^fox_\d+_\.png$/);
  });
});

describe('websockets_api_example', () => {
  const getImages = async (clientId: string, prompt: Prompt) => {
    const socket = await connect(clientId);
    const promptId = crypto.randomUUID();
    await queuePrompt({ prompt, client_id: clientId, prompt_id: promptId });
    for (;;) {
      const frame = await socket.receive();
      if (typeof frame !== 'string') continue;
      const { type, data } = parse(frame);
      if (type !== 'executing' || data['node'] !== null) continue;
      // The script reads the key without asking for it.
      expect(data).toHaveProperty('prompt_id');
      if (data['prompt_id'] === promptId) break;
    }
    const answer = await fetch(`${fleet().address}/history/${promptId}`);
    const history = (await answer.json()) as History;
    const images: Record<string, readonly Buffer[]> = {};
    for (const [node, output] of Object.entries(history[promptId]?.outputs ?? {}))
      images[node] = await Promise.all(
        (output.images ?? []).map((image: FileReference) => viewFile(fleet().address, image)),
      );
    socket.close();
    return images;
  };

  it('hears of the end and finds its pictures in the history at once', async () => {
    for (const seed of [41, 42, 43]) {
      const images = await getImages(crypto.randomUUID(), steps({ seed, steps: 3, preview: true }));
      expect(Object.keys(images)).toEqual(['2']);
      expect(await colorOf(images['2']?.[0] ?? Buffer.alloc(0))).toEqual([seed, seed, seed]);
    }
  });

  it('gets its own when it runs several times over', async () => {
    const seeds = [51, 52, 53, 54, 55];
    const results = await Promise.all(
      seeds.map((seed) => getImages(crypto.randomUUID(), steps({ seed, steps: 5, preview: true }))),
    );
    const colors = await Promise.all(
      results.map(async (images) => (await colorOf(images['2']?.[0] ?? Buffer.alloc(0)))[0]),
    );
    expect(colors).toEqual(seeds);
  });

  it('comes to an end when a node fails, without pictures', async () => {
    expect(await getImages(crypto.randomUUID(), failing('no luck'))).toEqual({});
  });
});

describe('websockets_api_example_ws_images', () => {
  const overWebsocket = (seed: number): Prompt => ({
    '1': { class_type: 'RSteps', inputs: { steps: 4, delay: 0.05, preview: true, seed } },
    save_image_websocket_node: { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
  });

  const getImages = async (clientId: string, prompt: Prompt): Promise<Readonly<Record<string, readonly Buffer[]>>> => {
    const socket = await connect(clientId);
    const { prompt_id: promptId } = await queuePrompt({ prompt, client_id: clientId });
    const images: Record<string, Buffer[]> = {};
    let currentNode: unknown = '';
    for (;;) {
      const frame = await socket.receive();
      if (typeof frame !== 'string') {
        if (currentNode !== 'save_image_websocket_node') continue;
        images[currentNode] = [...(images[currentNode] ?? []), frame.subarray(8)];
        continue;
      }
      const { type, data } = parse(frame);
      if (type !== 'executing') continue;
      expect(data).toHaveProperty('prompt_id');
      if (data['prompt_id'] !== promptId) continue;
      if (data['node'] === null) break;
      currentNode = data['node'];
    }
    socket.close();
    return images;
  };

  it('gets its result as a frame behind the executing of its node', async () => {
    const images = await getImages(crypto.randomUUID(), overWebsocket(61));
    const [picture] = images['save_image_websocket_node'] ?? [];
    if (picture === undefined) throw new Error('no picture');
    expect(picture.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(await colorOf(picture)).toEqual([61, 61, 61]);
    expect(images['save_image_websocket_node']).toHaveLength(1);
  });

  it('gets its own when it runs several times over', async () => {
    const seeds = [71, 72, 73, 74];
    const results = await Promise.all(seeds.map((seed) => getImages(crypto.randomUUID(), overWebsocket(seed))));
    for (const [index, images] of results.entries()) {
      const seed = seeds[index] ?? -1;
      const frames = images['save_image_websocket_node'] ?? [];
      expect(frames).toHaveLength(1);
      expect(await colorOf(frames[0] ?? Buffer.alloc(0))).toEqual([seed, seed, seed]);
    }
  });
});
