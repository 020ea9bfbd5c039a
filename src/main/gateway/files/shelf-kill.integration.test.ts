import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { openUploadNames } from '#main/platform/comfy/input-store-names.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { createUploadShelf } from './upload-shelf.ts';

const fixture = fileURLToPath(new URL('put-often.fixture.ts', import.meta.url));
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface Told {
  readonly fileName: string;
  readonly text: string;
  readonly sizeBytes: number;
}

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'atelier-kill-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Kills a process that puts uploads after so many answers, and tells what it had answered for each name last. */
const putAndKill = async (answers: number): Promise<ReadonlyMap<string, Told>> => {
  const child = spawn(process.execPath, [fixture, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told = new Map<string, Told>();
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const answer: Told = JSON.parse(line);
    told.set(answer.fileName, answer);
    count += 1;
    if (count === answers) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return told;
};

it.each([1, 7, 40])(
  'what was answered is there after a kill behind %i answers, and nothing is half there',
  async (answers) => {
    const told = await putAndKill(answers);
    const clock = createSystemClock();
    const inputs = await createInputStore({ folder: path.join(root, 'uploads'), clock, logger });
    const names = await openUploadNames({ file: path.join(root, 'names.jsonl'), logger });
    const shelf = createUploadShelf({ inputs, names, clock, logger });
    try {
      expect(told.size).toBeGreaterThan(0);
      for (const { fileName, text } of told.values()) {
        const entry = shelf.find({ name: fileName, subfolder: '', type: 'input' });
        if (entry === null) throw new Error(`${fileName} is gone`);
        const chunks: Uint8Array[] = [];
        for await (const chunk of (await shelf.open(entry)).body) chunks.push(chunk);
        const content = Buffer.concat(chunks).toString();
        // The one that was on its way when the kill came may have taken the name already; it is whole, too.
        expect(content).toHaveLength(entry.sizeBytes);
        const [lane, number] = content.split('-').map(Number);
        const [toldLane, toldNumber] = text.split('-').map(Number);
        expect(lane).toBe(toldLane);
        expect(number).toBeGreaterThanOrEqual(toldNumber ?? 0);
      }
      expect((await readdir(path.join(root, 'uploads'))).filter((name) => name.endsWith('.part'))).toEqual([]);
    } finally {
      shelf.close();
      await names.close();
      await inputs.close();
    }
  },
);
