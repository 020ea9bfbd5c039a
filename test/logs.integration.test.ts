import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { logRingMaxBytes } from '#contract/topic-state.ts';
import type { LogChunk } from '#contract/topics.ts';
import { callStudio, getInstance, pidOf, waitFor, waitForInstance } from './studio-client.ts';
import { createSandbox, openStudio, runSandbox, startInstance, strike } from './studio-fixture.ts';
import { plainPrompt, submit, waitForEnd } from './studio-jobs.ts';
import { watchTopic } from './studio-topics.ts';

const floodBytes = 50_000_000;
const mebibyte = 1024 ** 2;

/** A number of a file such as /proc/<pid>/status: `VmHWM:   12345 kB`. */
const procNumber = (pid: number, file: 'status' | 'io', name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]);

const textOf = (chunks: readonly LogChunk[]): string => chunks.map(({ text }) => text).join('');

const bytesOf = (chunks: readonly LogChunk[]): number =>
  chunks.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);

describe('fifty megabytes of log', () => {
  it('stay within the ring and the rotated files, and the studio in its memory', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const logFileMaxBytes = 4 * mebibyte;
    const logFilesKept = 2;
    await callStudio(studio, 'settings.update', { changes: { logFileMaxBytes, logFilesKept } });
    const instance = await runSandbox(studio, 'talker', { faults: ['--sandbox-control'] });
    const watched = await watchTopic(studio, 'log', { onFinished: onTestFinished, key: 'talker', kept: 500 });
    const before = procNumber(studio.ready.pid, 'status', 'VmRSS');

    await strike(instance, 'log-flood', floodBytes);
    await waitFor(
      'the end of the flood',
      () => procNumber(pidOf(instance), 'io', 'wchar'),
      (bytes) => bytes >= floodBytes,
      60_000,
    );
    const { id } = await submit(studio, plainPrompt('after'));
    expect(await waitForEnd(studio, id)).toMatchObject({ state: 'succeeded' });
    const shown = await watched.until(({ chunks }) => textOf(chunks).includes('got prompt'), 30_000);

    const growthMebibytes = (procNumber(studio.ready.pid, 'status', 'VmHWM') - before) / 1024;
    expect(growthMebibytes).toBeLessThan(100);
    expect(bytesOf(shown.chunks)).toBeLessThanOrEqual(logRingMaxBytes);
    const fresh = await watchTopic(studio, 'log', { onFinished: onTestFinished, key: 'talker' });
    const [snapshot = { chunks: [] }] = fresh.states;
    expect(bytesOf(snapshot.chunks)).toBeLessThanOrEqual(logRingMaxBytes);
    expect(bytesOf(snapshot.chunks)).toBeGreaterThan(logRingMaxBytes / 2);

    const folder = join(studio.dataFolder, 'logs');
    const files = readdirSync(folder).filter((name) => name.startsWith('comfyui_instance_talker.log'));
    expect(files.sort()).toEqual(['', '.1', '.2'].map((end) => `comfyui_instance_talker.log${end}`));
    // A file takes up to twice its limit in a burst, and the last piece of it.
    for (const file of files) {
      expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(2 * logFileMaxBytes + 6 * mebibyte);
    }
    const read = await callStudio(studio, 'instances.readLog', { instanceId: 'talker' });
    expect(read.endByte).toBeLessThanOrEqual(2 * logFileMaxBytes);
    expect(Buffer.byteLength(read.text)).toBe(read.endByte - read.startByte);
    expect(textOf(snapshot.chunks)).toContain('got prompt');
    expect(await getInstance(studio, 'talker')).toMatchObject({ pid: instance.pid, health: 'healthy' });
  }, 120_000);
});

describe('a log that comes in halves of characters', () => {
  it('is whole in the topic, in the file and in the evidence', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const instance = await createSandbox(studio, 'torn', { faults: ['--fault-split-utf8'] });
    const watched = await watchTopic(studio, 'log', { onFinished: onTestFinished, key: 'torn' });
    const running = await startInstance(studio, 'torn');
    await watched.until(({ chunks }) => /To see the GUI go to.* größe ✓\n/.test(textOf(chunks)));
    for (const { chunks } of watched.states) expect(textOf(chunks)).not.toContain('\uFFFD');
    const { text } = await callStudio(studio, 'instances.readLog', { instanceId: 'torn' });
    expect(text).toContain(' größe ✓\n');
    expect(text).not.toContain('\uFFFD');
    process.kill(pidOf(running), 'SIGKILL');
    const { state } = await waitForInstance(studio, 'torn', (view) => view.state.kind === 'waiting');
    const evidence = state.kind === 'waiting' ? state.reason.evidence : [];
    expect(evidence.length).toBeGreaterThan(3);
    expect(evidence.filter((line) => line.endsWith(' größe ✓'))).not.toEqual([]);
    expect(evidence.join('\n')).not.toContain('\uFFFD');
    expect(instance.configuration.id).toBe('torn');
  });
});
