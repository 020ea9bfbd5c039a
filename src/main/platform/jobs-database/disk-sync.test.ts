import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiskSync } from './disk-sync.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-sync-'));
  path = join(folder, 'log');
  writeFileSync(path, 'text');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A disk that is as slow as the test wants. */
const createSlowDisk = () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const syncFile = (): Promise<void> => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  };
  return { runs, syncFile };
};

describe('bringing a log to disk', () => {
  it('shares one run between all that come while another is under way, since that one may have begun too early', async () => {
    const { runs, syncFile } = createSlowDisk();
    const disk = createDiskSync(path, syncFile);
    const done: string[] = [];
    const call = (name: string): Promise<number> => disk.sync().then(() => done.push(name));
    const calls = [call('first'), call('second'), call('third')];
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await calls[0];
    expect([done, runs.length]).toEqual([['first'], 2]);
    runs[1]?.resolve();
    await Promise.all(calls);
    expect([done, runs.length]).toEqual([['first', 'second', 'third'], 2]);
    await disk.close();
  });

  it('fails those whose run failed, and tries again for the others', async () => {
    const { runs, syncFile } = createSlowDisk();
    const disk = createDiskSync(path, syncFile);
    const [first, second] = [disk.sync(), disk.sync()];
    runs[0]?.reject(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    runs[1]?.resolve();
    await second;
    await disk.close();
  });

  it('works on a real file, and says when there is none', async () => {
    const disk = createDiskSync(path);
    await Promise.all([disk.sync(), disk.sync()]);
    expect(disk.isPossible).toBe(true);
    await disk.close();
    const none = createDiskSync(`${path}-missing`);
    expect(none.isPossible).toBe(false);
    await none.sync();
    await none.close();
  });
});
