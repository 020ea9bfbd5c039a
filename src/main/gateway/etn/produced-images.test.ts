import { describe, expect, it } from 'vitest';
import { createFakeFleet, fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { JobFrame } from '#core/jobs/jobs-interface.ts';
import { createManualClock } from '#core/jobs/manual-clock.fixture.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { jobRecord } from '../truth/record.fixture.ts';
import { createProducedImages } from './produced-images.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const setUp = (answer: (id: string) => Promise<FileAnswer>) => {
  const frames = createEmitter<JobFrame>();
  const asked: string[] = [];
  const held = new Map<string, number>();
  let underWay = 0;
  let most = 0;
  const produced = createProducedImages(
    {
      jobs: {
        onFrame: (listener) => frames.on(listener),
        record: (jobId) => jobRecord(jobId, { view: { instanceId: jobId === 'on-b' ? 'b' : 'a' } }),
      },
      fleet: createFakeFleet([fakeCandidate('a'), fakeCandidate('b')]),
      reader: {
        get: async ({ baseUrl }, path) => {
          asked.push(`${baseUrl}${path}`);
          underWay += 1;
          most = Math.max(most, underWay);
          try {
            return await answer(decodeURIComponent(path.split('/').at(-1) ?? ''));
          } finally {
            underWay -= 1;
          }
        },
      },
      inputs: {
        put: async (body) => {
          const chunks: Uint8Array[] = [];
          for await (const chunk of body) chunks.push(chunk);
          const bytes = Buffer.concat(chunks);
          return { uploadId: `up-${bytes.toString()}`, sizeBytes: bytes.length };
        },
        hold: (uploadId) => {
          held.set(uploadId, (held.get(uploadId) ?? 0) + 1);
          return () => held.set(uploadId, (held.get(uploadId) ?? 0) - 1);
        },
      },
      clock: createManualClock(),
      logger,
    },
    { maxImages: 3 },
  );
  const execute = (jobId: string, ...ids: readonly string[]): void => {
    const output = { images: ids.map((id) => ({ source: 'http', id })) };
    frames.emit({ jobId, frame: { kind: 'message', type: 'executed', data: { output } } });
  };
  return { produced, execute, asked, held, most: () => most };
};

const bytesOf = (text: string, status = 200): Promise<FileAnswer> =>
  Promise.resolve({
    status,
    headers: { 'content-type': 'image/png' },
    body: (async function* body() {
      yield Buffer.from(text);
    })(),
  });

describe('images in the memory of an instance', () => {
  it('are copied as soon as it tells of them, a few at once, and the latest are kept', async () => {
    const world = setUp(bytesOf);
    world.execute('on-b', 'x', 'y', 'z', 'last/one');
    await expect.poll(() => world.produced.find('last/one')).toEqual({ uploadId: 'up-last/one' });
    expect(world.asked).toEqual(['x', 'y', 'z', 'last%2Fone'].map((id) => `http://b/api/etn/image/${id}`));
    expect(world.most()).toBe(2);
    expect(world.produced.find('x')).toBeNull();
    expect(world.produced.instanceOf('x')).toBe('b');
    expect(world.held.get('up-x')).toBe(0);
    world.produced.close();
    expect([...world.held.values()]).toEqual([0, 0, 0, 0]);
  });

  it('of the same id take the place of the earlier one', async () => {
    let text = 'first';
    const world = setUp(() => bytesOf(text));
    world.execute('on-a', 'x');
    await expect.poll(() => world.produced.find('x')).toEqual({ uploadId: 'up-first' });
    text = 'second';
    world.execute('on-b', 'x');
    expect(world.produced.find('x')).toBeNull();
    await expect.poll(() => world.produced.find('x')).toEqual({ uploadId: 'up-second' });
  });

  it('that cannot be had stay with their producer, and hold up no other', async () => {
    const world = setUp((id) =>
      id === 'gone' ? bytesOf('', 404) : id === 'silent' ? Promise.reject(new Error('ECONNRESET')) : bytesOf(id),
    );
    world.execute('on-a', 'gone', 'silent', 'gone', 'silent', 'here');
    await expect.poll(() => world.produced.find('here')).not.toBeNull();
    expect([world.produced.find('gone'), world.produced.find('silent')]).toEqual([null, null]);
    expect(world.produced.instanceOf('silent')).toBe('a');
  });

  it('are not asked for without end', async () => {
    const { promise, resolve } = Promise.withResolvers<FileAnswer>();
    const world = setUp(() => promise);
    world.execute('on-a', ...Array.from({ length: 1000 }, (_, index) => String(index)));
    resolve(await bytesOf('', 404));
    await expect.poll(() => world.asked.length).toBe(202);
    expect(world.asked.at(-1)).toBe('http://a/api/etn/image/999');
    world.produced.close();
  });
});
