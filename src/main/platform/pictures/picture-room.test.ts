import { describe, expect, it } from 'vitest';
import { createPictureRoom } from './picture-room.ts';

const tooLarge = (): Error => new Error('too large');
const chunk = (bytes: number): Buffer => Buffer.alloc(bytes, 1);

async function* fileOf(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield chunk(size);
}

/** A source that gives its bytes when a test says so. */
const createSlowFile = () => {
  const gate = Promise.withResolvers<void>();
  const state = { isClosed: false, give: gate.resolve };
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      yield chunk(60);
      await gate.promise;
      yield chunk(40);
    } finally {
      state.isClosed = true;
    }
  }
  return Object.assign(state, { file: read() });
};

const limits = { maxFileBytes: 100, maxHeldBytes: 150, waitMs: 10_000 };

describe('the room for pictures', () => {
  it('holds files until they are released', async () => {
    const room = createPictureRoom(limits);
    const held = room.hold();
    expect(await held.read(fileOf(30, 40), tooLarge)).toEqual(chunk(70));
    expect(room.heldBytes).toBe(70);
    held.release();
    held.release();
    expect(room.heldBytes).toBe(0);
  });

  it('refuses a file beyond its size without reading the rest', async () => {
    const room = createPictureRoom(limits);
    const held = room.hold();
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; given < 1000; given += 1) yield chunk(10);
    }
    await expect(held.read(endless(), tooLarge)).rejects.toThrow('too large');
    expect(given).toBe(10);
    held.release();
    expect(room.heldBytes).toBe(0);
  });

  it('lets others read while a source is slow, and keeps what does not fit beside it waiting for a limited time', async () => {
    const room = createPictureRoom({ ...limits, waitMs: 1 });
    const slow = createSlowFile();
    const reading = room.hold().read(slow.file, tooLarge);
    await expect.poll(() => room.heldBytes).toBe(60);
    const second = room.hold();
    expect(await second.read(fileOf(80), tooLarge)).toEqual(chunk(80));
    second.release();
    await expect(room.hold().read(fileOf(95), tooLarge)).rejects.toMatchObject({ code: 'CALL_TOO_MANY' });
    slow.give();
    expect(await reading).toEqual(chunk(100));
  });

  it('takes in what waits as soon as it fits, but for a client that is gone', async () => {
    const room = createPictureRoom(limits);
    const [first, second, third] = [room.hold(), room.hold(), room.hold()];
    await first.read(fileOf(40), tooLarge);
    await second.read(fileOf(100), tooLarge);
    const gone = new AbortController();
    const slow = createSlowFile();
    const left = room.hold(gone.signal).read(slow.file, tooLarge);
    const waiting = third.read(fileOf(90), tooLarge);
    await new Promise((resolve) => setImmediate(resolve));
    // Not yet enough.
    first.release();
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(slow.isClosed).toBe(true);
    expect(room.heldBytes).toBe(100);
    second.release();
    expect(await waiting).toEqual(chunk(90));
    third.release();
    expect(room.heldBytes).toBe(0);
  });
});
