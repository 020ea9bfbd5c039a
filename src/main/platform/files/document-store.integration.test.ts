import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFleetStore } from './fleet-store.ts';

const fixture = fileURLToPath(new URL('save-often.fixture.ts', import.meta.url));
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-kill-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const load = () => createFleetStore({ folder, now: () => 0, makeId: () => 'test', logger: silent }).load();

/** Runs the fixture until it has printed `lines` lines more, kills it, and answers the last line that it printed. */
const saveAndKill = async (lines: number): Promise<string> => {
  const child = spawn(process.execPath, [fixture, folder, '2000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let last = '';
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    count += 1;
    if (count === lines) child.kill('SIGKILL');
  }
  await ended;
  return last;
};

describe('a document store', () => {
  it('loads a whole state, never an older one than the last that was reported, after a kill -9 in the middle of saves', async () => {
    for (const lines of [3, 20, 41]) {
      const lastReported = Number((await saveAndKill(lines)).replace('saved ', ''));
      const { document, notices } = await load();
      expect(notices).toEqual([]);
      expect(Number(document.instances[0]?.name)).toBeGreaterThanOrEqual(lastReported);
      expect((await readdir(folder)).toSorted()).toEqual(['backups', 'fleet.json']);
    }
  });

  it.runIf(process.platform === 'linux')('keeps the last good state when a write is cut short', async () => {
    await createFleetStore({ folder, now: () => 0, makeId: () => 'test', logger: silent }).save({
      instances: [],
      activeInstanceId: null,
    });
    // 2 blocks of 1024 bytes: the beginning of the fixture's document still fits, as on a disk that is nearly full.
    const child = spawn('bash', ['-c', `ulimit -f 2; exec "$0" "$@"`, process.execPath, fixture, folder, '1900'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    expect(await once(child, 'exit')).toEqual([3, null]);
    expect(output.join('')).toBe('failed STORE_WRITE_FAILED\n');
    expect(await load()).toEqual({ document: { instances: [], activeInstanceId: null }, notices: [] });
  });
});
