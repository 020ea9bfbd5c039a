import { appendFile, mkdtemp, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, integer, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogLevel } from '#contract/models/instance-log.ts';
import { createLevelReader } from '#core/instances/log/log-level.ts';
import { stripAnsi } from '#core/instances/log/log-progress.ts';
import type { WholeLogs } from '#core/ports/whole-logs.ts';
import { createWholeLogs } from './whole-logs.ts';

const escape = String.fromCodePoint(27);
const anything = new AbortController().signal;

const reading = { plain: stripAnsi, createLevelReader };

let folder: string;
let path: string;
let logs: WholeLogs;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-logs-'));
  path = join(folder, 'comfyui_instance_one.log');
  logs = createWholeLogs({ logFolder: folder, reading });
});
afterEach(() => rm(folder, { recursive: true }));

const ask = (text: string, levels: readonly LogLevel[] = [], caseSensitive = false) =>
  logs.search('one', { text, levels, caseSensitive }, anything);
const textsOf = async (from: number, count: number): Promise<string[]> =>
  (await logs.lines('one', { from, count })).lines.map(({ text }) => text);

describe('the whole log', () => {
  it('is empty where nothing was written', async () => {
    expect(await logs.info('one')).toMatchObject({ lineCount: 0, sizeBytes: 0, files: [] });
    expect(await textsOf(0, 10)).toEqual([]);
    expect(await ask('x')).toMatchObject({ matchCount: 0, lines: [] });
  });

  it('counts whole lines and the one that is being written, and goes on from there', async () => {
    await writeFile(path, 'first\nsecond\nhalf');
    expect((await logs.info('one')).lineCount).toBe(3);
    await appendFile(path, ' a line\nmore\n');
    expect((await logs.info('one')).lineCount).toBe(4);
    expect(await textsOf(0, 10)).toEqual(['first', 'second', 'half a line', 'more']);
    expect(await textsOf(3, 1)).toEqual(['more']);
  });

  it('joins the rotated files before the live one, and keeps the numbers over a rotation', async () => {
    await writeFile(`${path}.2`, 'one\ntwo\n');
    await writeFile(`${path}.1`, 'three\n');
    await writeFile(path, 'four\nfive\n');
    const before = await logs.info('one');
    expect(before).toMatchObject({ lineCount: 5, files: [{ path: `${path}.2` }, { path: `${path}.1` }, { path }] });
    await rename(`${path}.2`, `${path}.3`);
    await rename(`${path}.1`, `${path}.2`);
    await writeFile(`${path}.1`, 'four\nfive\n');
    await truncate(path, 0);
    await appendFile(path, 'six, longer than what stood here before\n');
    expect(await textsOf(0, 10)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
      'six, longer than what stood here before',
    ]);
    expect((await logs.info('one')).generation).not.toBe(before.generation);
  });

  it('starts anew when the file was emptied', async () => {
    await writeFile(path, 'old\n'.repeat(1000));
    expect((await logs.info('one')).lineCount).toBe(1000);
    await writeFile(path, 'new\n');
    expect(await textsOf(0, 10)).toEqual(['new']);
  });

  it('shows what a terminal would show of progress bars and endless lines', async () => {
    await writeFile(
      path,
      `  0%|  | 0/2\r 50%|# | 1/2\r100%|##| 2/2\nwindows\r\n${'x'.repeat(3 * 1024 * 1024)}\nlast\n`,
    );
    const texts = await textsOf(0, 10);
    expect(texts.slice(0, 2)).toEqual(['100%|##| 2/2', 'windows']);
    expect(texts[2]).toHaveLength(16 * 1024);
    expect(texts[3]).toBe('last');
  });

  it('reads listed lines from anywhere', async () => {
    await writeFile(path, Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join(''));
    const { lines } = await logs.lines('one', { count: 1, numbers: [4999, 3, 2500, 3, 9000] });
    expect(lines.map(({ number, text }) => [number, text])).toEqual([
      [3, 'line 3'],
      [2500, 'line 2500'],
      [4999, 'line 4999'],
    ]);
  });

  it('gives every byte for a download, oldest first', async () => {
    await writeFile(`${path}.1`, 'one\n');
    await writeFile(path, 'two\n');
    const { sizeBytes, body } = await logs.read('one');
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('one\ntwo\n');
    expect(sizeBytes).toBe(8);
  });

  it('has the lines that were written, however they are cut, in whatever script', async () => {
    const line = string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\r\n]/u.test(text));
    await assert(
      asyncProperty(array(line, { maxLength: 600 }), integer({ min: 0, max: 600 }), async (written, from) => {
        await writeFile(path, written.map((text) => `${text}\n`).join(''));
        const fresh = createWholeLogs({ logFolder: folder, reading });
        expect((await fresh.info('one')).lineCount).toBe(written.length);
        const { lines } = await fresh.lines('one', { from, count: 1000 });
        expect(lines.map(({ text }) => text)).toEqual(written.slice(from).map((text) => text.toWellFormed()));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a search', () => {
  it('finds text across colours, in any case or in one', async () => {
    await writeFile(path, `${escape}[31mModule${escape}[0mNotFound\nmodulenotfound\nelse\n`);
    expect((await ask('ModuleNot')).lines).toEqual([0, 1]);
    expect((await ask('ModuleNot', [], true)).lines).toEqual([0]);
  });

  it('keeps a traceback together when it asks for errors', async () => {
    const text = [
      '[INFO] got prompt',
      '[ERROR] !!! Exception during processing !!! CUDA',
      '[ERROR] Traceback (most recent call last):',
      '  File "/home/mara/execution.py", line 349, in execute',
      '    return run()',
      'RuntimeError: CUDA error',
      'Prompt executed in 2.10 seconds',
      '[WARNING] low memory',
      '/usr/lib/x.py:3: FutureWarning: gone soon',
    ];
    await writeFile(path, `${text.join('\n')}\n`);
    expect((await ask('', ['error'])).lines).toEqual([1, 2, 3, 4, 5]);
    expect((await ask('', ['warning'])).lines).toEqual([7, 8]);
    expect((await ask('execution', ['error'])).lines).toEqual([3]);
  });

  it('ends when the caller goes away', async () => {
    await writeFile(path, 'text\n'.repeat(400_000));
    const caller = new AbortController();
    const answer = logs.search('one', { text: 'nothing', levels: [], caseSensitive: false }, caller.signal);
    caller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });
});

describe('a log of a million lines', () => {
  it('is counted, read anywhere and searched as a whole', { timeout: 60_000 }, async () => {
    const lineCount = 1_000_000;
    const file = await open(path, 'w');
    for (let start = 0; start < lineCount; start += 10_000) {
      const lines = Array.from(
        { length: 10_000 },
        (_, index) => `${escape}[32m[INFO]${escape}[0m step ${start + index} of the night run, 4.91it/s\n`,
      );
      await file.write(lines.join(''));
    }
    await file.close();
    const info = await logs.info('one');
    expect(info.lineCount).toBe(lineCount);
    expect(info.sizeBytes).toBeGreaterThan(40 * 1024 ** 2);
    expect(await textsOf(999_999, 1)).toEqual([
      `${escape}[32m[INFO]${escape}[0m step 999999 of the night run, 4.91it/s`,
    ]);
    expect((await textsOf(500_000, 3)).map((line) => line.includes('step 50000'))).toEqual([true, true, true]);
    expect(await ask('step 777777 of')).toMatchObject({ matchCount: 1, lines: [777_777] });
    const all = await ask('night run');
    expect(all.matchCount).toBe(lineCount);
    expect(all.lines).toHaveLength(100_000);
    expect(all.lines[0]).toBe(900_000);
    await appendFile(path, 'the end\n');
    expect((await logs.info('one')).lineCount).toBe(lineCount + 1);
  });
});
