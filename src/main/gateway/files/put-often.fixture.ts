import path from 'node:path';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { openUploadNames } from '#main/platform/comfy/input-store-names.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { createUploadShelf } from './upload-shelf.ts';

/** Puts one upload after the other until it is killed, and says which ones it has answered. */
const root = process.argv[2] ?? '';
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = createSystemClock();
const inputs = await createInputStore({ folder: path.join(root, 'uploads'), clock, logger });
const names = await openUploadNames({ file: path.join(root, 'names.jsonl'), logger });
const shelf = createUploadShelf({ inputs, names, clock, logger });

const putOften = async (lane: number): Promise<void> => {
  for (let count = 0; ; count += 1) {
    const text = `${lane}-${count}-${'x'.repeat(50_000)}`;
    const body = (async function* pieces() {
      yield Buffer.from(text.slice(0, 100));
      yield Buffer.from(text.slice(100));
    })();
    const stored = await inputs.put(body, { contentType: 'image/png' });
    const fileName = `${lane}-${count % 5}.png`;
    const place = { folder: 'input', subfolder: '', fileName, overwrite: true } as const;
    await shelf.put({ ...stored, ...place });
    process.stdout.write(`${JSON.stringify({ fileName, text: text.slice(0, 20), sizeBytes: text.length })}\n`);
  }
};

await Promise.all([putOften(1), putOften(2), putOften(3)]);
