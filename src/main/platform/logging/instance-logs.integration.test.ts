import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { LogChunk } from '#contract/topics.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { InstanceLogs } from '#core/ports/instance-log.ts';
import { createSystemClock } from '../system/system-clock.ts';
import { createInstanceLogs } from './instance-logs.ts';

const mebibyte = 1024 ** 2;

/** What is alive counts, not when the engine last cleaned up. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
};

/**
 * Makes short work of the looks while something happens. The slow looks of a quiet time are counted and wait for `lookNow`, so that
 * a test knows that it is quiet.
 */
const createQuickClock = () => {
  const system = createSystemClock();
  const idle = { looks: 0, busyLooks: 0, lookNow: (): void => undefined };
  const clock: Clock = {
    ...system,
    schedule: (delayMs, task) => {
      if (delayMs < 1000) {
        idle.busyLooks += 1;
        return system.schedule(Math.min(delayMs, 1), task);
      }
      idle.looks += 1;
      idle.lookNow = task;
      return () => undefined;
    },
  };
  return { clock, idle };
};

describe('instance logs', () => {
  let folder: string;
  let path: string;
  let logs: InstanceLogs;
  const opened: InstanceLogs[] = [];
  const limits = { maxFileBytes: 64 * mebibyte, filesKept: 3 };
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-logs-'));
    path = join(folder, 'comfyui_instance_one.log');
    Object.assign(limits, { maxFileBytes: 64 * mebibyte, filesKept: 3 });
    logs = createInstanceLogs({ logFolder: folder, clock: createSystemClock(), logger, limits: () => limits });
  });
  afterEach(async () => {
    await Promise.all([logs, ...opened.splice(0)].map((each) => each.close()));
    rmSync(folder, { recursive: true, force: true });
    expect(logger.warn).not.toHaveBeenCalled();
  });

  const collect = (id = 'one', source = logs): { chunks: LogChunk[]; text: () => string } => {
    const chunks: LogChunk[] = [];
    source.open(id).onChunk((chunk) => chunks.push(chunk));
    return { chunks, text: () => chunks.map(({ text }) => text).join('') };
  };
  /** Runs a script whose stdout is the log file, opened for appending as an instance has it. */
  const write = async (script: string): Promise<void> => {
    const log = openSync(path, 'a');
    const writer = spawn(process.execPath, ['-e', script], { stdio: ['ignore', log, 'inherit'] });
    const { closeSync } = await import('node:fs');
    closeSync(log);
    const [code] = await once(writer, 'exit');
    expect(code).toBe(0);
  };
  const expectWithin = (check: () => void, timeout = 5000) => vi.waitFor(check, { timeout, interval: 10 });

  it('opens one object an instance, creates the folder, and forgets it when it is closed', async () => {
    const log = logs.open('one');
    expect(logs.open('one')).toBe(log);
    expect(log.path).toBe(path);
    await log.close();
    expect(logs.open('one')).not.toBe(log);
    const deep = createInstanceLogs({
      logFolder: join(folder, 'a', 'b'),
      clock: createSystemClock(),
      logger,
      limits: () => limits,
    });
    deep.open('one');
    await deep.close();
    expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
  });

  it('tells text as it is written, with byte offsets, to every listener', async () => {
    const first = collect();
    const second = collect();
    appendFileSync(path, 'one ä\n');
    await expectWithin(() => expect(first.text()).toBe('one ä\n'));
    appendFileSync(path, 'two\n');
    await expectWithin(() => expect(first.text()).toBe('one ä\ntwo\n'));
    expect(first.chunks.map(({ startByte, endByte }) => [startByte, endByte])).toEqual([
      [0, 7],
      [7, 11],
    ]);
    expect(second.chunks).toEqual(first.chunks);
    expect(logs.open('one').snapshot()).toEqual([{ startByte: 0, endByte: 11, text: 'one ä\ntwo\n' }]);
  });

  it('still hears of text after a long quiet time', async () => {
    const { clock, idle } = createQuickClock();
    const quick = createInstanceLogs({ logFolder: folder, clock, logger, limits: () => limits });
    opened.push(quick);
    const { text } = collect('one', quick);
    appendFileSync(path, 'a');
    await expectWithin(() => expect(text()).toBe('a'));
    await expectWithin(() => expect(idle.looks).toBe(1));
    // The look by the clock is held back, so that only the watch of the folder can tell.
    appendFileSync(path, 'b');
    await expectWithin(() => expect(text()).toBe('ab'));
  });

  it('shows the end of a log that is there already, from a whole character on, without telling it as news', async () => {
    writeFileSync(path, `${'█'.repeat(200_000)}end`);
    const { chunks, text } = collect();
    const shown = logs.open('one').snapshot();
    expect(shown.map((chunk) => chunk.text).join('')).toMatch(/^█+end$/);
    expect(shown.at(-1)?.endByte).toBe(600_003);
    expect((shown.at(0)?.startByte ?? 0) % 3).toBe(0);
    expect(shown.at(0)?.startByte).toBeGreaterThan(600_003 - 256 * 1024 - 1);
    appendFileSync(path, ' and more');
    await expectWithin(() => expect(text()).toBe(' and more'));
    expect(chunks[0]?.startByte).toBe(600_003);
  });

  it('waits for the rest of a character', async () => {
    const { chunks, text } = collect();
    const bytes = Buffer.from('a█😀é');
    for (const byte of bytes) {
      appendFileSync(path, Buffer.of(byte));
      await logs.open('one').flush();
    }
    expect(text()).toBe('a█😀é');
    expect(chunks.map(({ startByte, endByte }) => [startByte, endByte])).toEqual([
      [0, 1],
      [1, 4],
      [4, 8],
      [8, 10],
    ]);
  });

  it('has the last words of an ended process after a flush', async () => {
    const log = logs.open('one');
    await write(`process.stdout.write('\\u001b[31mTraceback\\u001b[0m\\nlast words')`);
    await log.flush();
    expect(log.tail(10)).toEqual(['Traceback', 'last words']);
    expect(log.tail(1)).toEqual(['last words']);
  });

  it('reads any piece of the file at character borders', async () => {
    const log = logs.open('one');
    expect(await log.read(undefined, 100)).toEqual({ startByte: 0, endByte: 0, text: '' });
    writeFileSync(path, 'a█b😀c');
    expect(await log.read(undefined, 100)).toEqual({ startByte: 0, endByte: 10, text: 'a█b😀c' });
    expect(await log.read(undefined, 7)).toEqual({ startByte: 4, endByte: 10, text: 'b😀c' });
    expect(await log.read(8, 5)).toEqual({ startByte: 4, endByte: 5, text: 'b' });
    expect(await log.read(4, 100)).toEqual({ startByte: 0, endByte: 4, text: 'a█' });
    expect(await log.read(0, 100)).toEqual({ startByte: 0, endByte: 0, text: '' });
    expect(await log.read(9999, 1)).toEqual({ startByte: 9, endByte: 10, text: 'c' });
    expect((await log.read(9, 2)).endByte).toBe(9);
  });

  it('walks a large file back to its start without losing a character', async () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `${index} ▉😀é\n`).join('');
    writeFileSync(path, text);
    const pieces: string[] = [];
    for (let before: number | undefined; before !== 0; ) {
      const piece = await logs.open('one').read(before, 1000);
      pieces.unshift(piece.text);
      before = piece.startByte;
    }
    expect(pieces.join('')).toBe(text);
  });

  it('starts at 0 again when somebody truncates or replaces the file', async () => {
    const { chunks, text } = collect();
    appendFileSync(path, 'before\n');
    await expectWithin(() => expect(text()).toBe('before\n'));
    truncateSync(path);
    appendFileSync(path, 'x\n');
    await expectWithin(() => expect(text()).toBe('before\nx\n'));
    expect(chunks.at(-1)).toEqual({ startByte: 0, endByte: 2, text: 'x\n' });
    renameSync(path, join(folder, 'moved'));
    writeFileSync(path, 'a longer text\n');
    await expectWithin(() => expect(chunks.at(-1)).toEqual({ startByte: 0, endByte: 14, text: 'a longer text\n' }));
  });

  it('takes a burst of 50 MB in small pieces without keeping it', async () => {
    const log = logs.open('one');
    const seen = { bytes: 0, lines: 0, largest: 0, chunks: 0, gaps: 0 };
    log.onChunk(({ startByte, endByte, text }) => {
      if (startByte !== seen.bytes) seen.gaps += 1;
      seen.bytes = endByte;
      seen.largest = Math.max(seen.largest, endByte - startByte);
      seen.chunks += 1;
      for (const character of text) if (character === '\n') seen.lines += 1;
    });
    collectGarbage();
    const before = process.memoryUsage();
    let peakBytes = 0;
    const watcher = setInterval(() => {
      collectGarbage();
      const { external } = process.memoryUsage();
      peakBytes = Math.max(peakBytes, external - before.external);
    }, 10);
    await write(`
      const { writeSync } = require('node:fs');
      const block = ('x'.repeat(99) + '\\n').repeat(1000);
      for (let i = 0; i < 500; i += 1) writeSync(1, block);
    `);
    await log.flush();
    clearInterval(watcher);
    expect(seen).toMatchObject({ bytes: 50_000_000, lines: 500_000, gaps: 0 });
    expect(seen.largest).toBeLessThanOrEqual(32 * 1024);
    const ringBytes = log.snapshot().reduce((sum, chunk) => sum + chunk.endByte - chunk.startByte, 0);
    expect(ringBytes).toBeLessThanOrEqual(2 * mebibyte);
    expect(ringBytes).toBeGreaterThan(1.9 * mebibyte);
    expect(peakBytes).toBeLessThan(6 * mebibyte);
  });

  it('batches a writer of single lines', async () => {
    const { chunks, text } = collect();
    await write(`
      const { writeSync } = require('node:fs');
      const end = Date.now() + 1000;
      let n = 0;
      while (Date.now() < end) { writeSync(1, 'line ' + n++ + '\\n'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); }
    `);
    await logs.open('one').flush();
    expect(text()).toBe(readFileSync(path, 'utf8'));
    expect(chunks.length).toBeLessThan(20);
    expect(chunks.length).toBeGreaterThan(4);
  });

  it('rotates while a process writes, and loses nothing but what falls into the truncation itself', async () => {
    Object.assign(limits, { maxFileBytes: mebibyte, filesKept: 4 });
    const log = logs.open('one');
    const state = { chunks: new Array<LogChunk>() };
    const texts: string[] = [];
    let rotations = 0;
    log.onChunk((chunk) => {
      if (chunk.startByte === 0) rotations += 1;
      texts.push(chunk.text);
      Object.assign(state, applyTopicEvent('log', state, chunk));
    });
    await write(`
      const { writeSync } = require('node:fs');
      for (let i = 0; i < 120000; i += 1) {
        writeSync(1, 'line ' + i + ' ' + '█'.repeat(20) + '\\n');
        if (i % 500 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    `);
    await log.flush();
    const numbers = texts
      .join('')
      .split('\n')
      .flatMap((line) => (/^line (\d+) █{20}$/.exec(line) === null ? [] : [Number(line.split(' ')[1])]));
    expect(numbers.every((value, index) => index === 0 || value > (numbers[index - 1] ?? 0))).toBe(true);
    expect(rotations).toBeGreaterThanOrEqual(4);
    // The window of each truncation may take a handful of lines of a writer that never pauses.
    expect(numbers.length).toBeGreaterThan(120_000 - rotations * 20);
    expect(numbers.at(-1)).toBe(119_999);
    const files = [4, 3, 2, 1].map((index) => readFileSync(`${path}.${index}`));
    const onDisk = Buffer.concat([...files, readFileSync(path)]);
    expect(onDisk.length).toBeGreaterThan(3 * mebibyte);
    expect(Buffer.from(texts.join('')).subarray(-onDisk.length).equals(onDisk)).toBe(true);
    expect(existsSync(`${path}.5`)).toBe(false);
    expect(existsSync(`${path}.rotating`)).toBe(false);
    // A watcher that folds the chunks as the contract says sees the newest text only, without a seam in it.
    expect(state.chunks.map(({ text }) => text).join('')).toBe(
      texts.join('').slice(-state.chunks.map(({ text }) => text).join('').length),
    );
  });

  it('rotates a quiet file without losing a byte, even within a character', async () => {
    Object.assign(limits, { maxFileBytes: 1000, filesKept: 2 });
    const { text, chunks } = collect();
    const log = logs.open('one');
    const written: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const line = `${round}${'█'.repeat(400)}\n`;
      written.push(line);
      const bytes = Buffer.from(line);
      appendFileSync(path, bytes.subarray(0, 1003));
      await log.flush();
      appendFileSync(path, bytes.subarray(1003));
      await log.flush();
    }
    expect(text()).toBe(written.join(''));
    expect(chunks.filter(({ startByte }) => startByte === 0).length).toBeGreaterThan(3);
    const files = [2, 1].map((index) => readFileSync(`${path}.${index}`));
    expect(Buffer.from(written.join('')).subarray(-Buffer.concat([...files, readFileSync(path)]).length)).toEqual(
      Buffer.concat([...files, readFileSync(path)]),
    );
  });

  it('keeps following when a rotation fails', async () => {
    Object.assign(limits, { maxFileBytes: 1000 });
    mkdirSync(`${path}.rotating`);
    const { text } = collect();
    appendFileSync(path, 'x'.repeat(1500));
    await expectWithin(() => expect(text()).toHaveLength(1500));
    expect(logger.warn).toHaveBeenCalledOnce();
    appendFileSync(path, 'y'.repeat(10));
    await expectWithin(() => expect(text()).toHaveLength(1510));
    expect(logger.warn).toHaveBeenCalledOnce();
    rmSync(`${path}.rotating`, { recursive: true });
    appendFileSync(path, 'z'.repeat(500));
    await expectWithin(() => expect(readFileSync(`${path}.1`, 'utf8')).toHaveLength(2010));
    logger.warn.mockClear();
  });

  it('costs one slow look for all of them while 64 instances say nothing', async () => {
    const { clock, idle } = createQuickClock();
    const quick = createInstanceLogs({ logFolder: folder, clock, logger, limits: () => limits });
    opened.push(quick);
    for (let index = 0; index < 64; index += 1) {
      writeFileSync(join(folder, `comfyui_instance_i${index}.log`), 'a line\n');
      quick.open(`i${index}`);
    }
    expect(quick.open('i63').snapshot()).toHaveLength(1);
    await expectWithin(() => expect(idle.looks).toBe(1));
    const { busyLooks } = idle;
    for (const looks of [2, 3, 4]) {
      idle.lookNow();
      expect(idle.looks).toBe(looks);
    }
    expect(idle.busyLooks).toBe(busyLooks);
  });
});
