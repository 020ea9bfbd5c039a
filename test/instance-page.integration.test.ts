import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InstanceEventBody } from '#contract/models/instance-event.ts';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { callStudio, pidOf, waitFor, waitForInstance } from './studio-client.ts';
import { createSandbox, openDataFolder, openStudio, runSandbox, shareStudio, stopInstance } from './studio-fixture.ts';

const studio = shareStudio();

const eventsOf = async (of: HeadlessStudio, instanceId: string): Promise<InstanceEventBody[]> => {
  const { events } = await callStudio(of, 'instances.events', { instanceId, limit: 200 });
  return events.toReversed().map(({ event }) => event);
};

const typesOf = async (of: HeadlessStudio, instanceId: string): Promise<string[]> =>
  (await eventsOf(of, instanceId)).map(({ type }) => type);

describe('the events of an instance', () => {
  it('tell a kill -9 with its cause and its log, and the start that followed', async () => {
    const running = await runSandbox(studio(), 'killed');
    process.kill(pidOf(running), 'SIGKILL');
    await waitForInstance(
      studio(),
      'killed',
      ({ status, statistics }) => status === 'running' && statistics.restarts === 1,
    );
    const events = await eventsOf(studio(), 'killed');
    expect(events).toMatchObject([
      { type: 'created' },
      { type: 'started', by: 'user', attempt: 1 },
      { type: 'ready', tookMs: expect.any(Number) },
      {
        type: 'crashed',
        reason: {
          code: 'PROCESS_KILLED',
          evidence: expect.arrayContaining([expect.stringContaining('To see the GUI')]),
        },
        exit: { code: null, signal: 'SIGKILL', requested: false },
        wasReady: true,
        ranMs: expect.any(Number),
        attempt: 1,
        restartAt: expect.any(Number),
      },
      { type: 'started', by: 'restart-policy', attempt: 2 },
      { type: 'ready' },
    ]);
  });

  it('say who stopped it, what was changed and that it was deleted', async () => {
    await runSandbox(studio(), 'changed');
    await callStudio(studio(), 'instances.update', { instanceId: 'changed', changes: { name: 'Renamed', weight: 3 } });
    await callStudio(studio(), 'instances.pause', { instanceId: 'changed' });
    await callStudio(studio(), 'instances.resume', { instanceId: 'changed' });
    await stopInstance(studio(), 'changed');
    expect((await eventsOf(studio(), 'changed')).slice(3)).toMatchObject([
      { type: 'configured', fields: ['name', 'weight'], restartNeeded: false },
      { type: 'paused', by: 'user' },
      { type: 'resumed', by: 'user' },
      { type: 'stopped', by: 'user', ranMs: expect.any(Number) },
    ]);
    await callStudio(studio(), 'instances.delete', { instanceId: 'changed' });
    await expect(eventsOf(studio(), 'changed')).rejects.toThrow('INSTANCE_NOT_FOUND');
    await createSandbox(studio(), 'changed');
    expect((await typesOf(studio(), 'changed')).slice(-2)).toEqual(['removed', 'created']);
  });

  it('outlive the studio, together with its measurements', async () => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    await runSandbox(first, 'kept', { draft: { autoStart: true } });
    const measured = await waitFor(
      'a measurement',
      () => callStudio(first, 'telemetry.series', { instanceId: 'kept', range: 'day' }),
      ({ instance }) => instance.memoryBytes.average.some((value) => value !== null),
    );
    await first.end('SIGTERM');
    const second = await openStudio(onTestFinished, { dataFolder });
    await waitForInstance(second, 'kept', ({ status }) => status === 'running');
    expect(await eventsOf(second, 'kept')).toMatchObject([
      { type: 'created' },
      { type: 'started', by: 'user' },
      { type: 'ready' },
      { type: 'stopped', by: 'studio-end' },
      { type: 'started', by: 'launch' },
      { type: 'ready' },
    ]);
    const { at, instance } = await waitFor(
      'the measurements of before',
      () => callStudio(second, 'telemetry.series', { instanceId: 'kept', range: 'day' }),
      (series) => series.at.includes(measured.at[0] ?? -1),
    );
    expect(instance.memoryBytes.average[at.indexOf(measured.at[0] ?? -1)]).toBeGreaterThan(0);
  });
});

describe('what an instance has on the disk', () => {
  it('is told with who else uses it', async () => {
    await runSandbox(studio(), 'first');
    await createSandbox(studio(), 'second');
    const { files } = await callStudio(studio(), 'instances.files', { instanceId: 'first' });
    const place = (name: string) => files.find((file) => file.place === name);
    const root = join(studio().dataFolder, 'instances', 'first');
    expect(place('base')).toMatchObject({ path: root, kind: 'folder', writable: true, chosen: false, sharedWith: [] });
    expect(place('output')).toMatchObject({ path: join(root, 'output'), kind: 'folder', fileCount: 0, sizeBytes: 0 });
    expect(place('models')?.sharedWith).toContain('second');
    expect(place('log')).toMatchObject({ kind: 'file', sizeBytes: expect.any(Number) });
    expect(place('base')?.freeBytes).toBeGreaterThan(0);
  });

  it('is no part of a remote one', async () => {
    await callStudio(studio(), 'instances.create', {
      draft: { id: 'far', name: 'Far', kind: 'remote', url: 'http://127.0.0.1:9' },
    });
    await expect(callStudio(studio(), 'instances.files', { instanceId: 'far' })).rejects.toThrow('INSTANCE_REMOTE');
  });
});

describe('the whole log of an instance', () => {
  it('is counted, read by lines, searched and downloaded', async () => {
    await runSandbox(studio(), 'talking');
    const { lineCount } = await callStudio(studio(), 'instances.logInfo', { instanceId: 'talking' });
    const { lines } = await callStudio(studio(), 'instances.readLogLines', { instanceId: 'talking', from: 0 });
    expect(lines).toHaveLength(lineCount);
    expect(lines[0]?.text).toContain('=== Atelier starts talking at ');
    const found = await callStudio(studio(), 'instances.searchLog', { instanceId: 'talking', text: 'to see the gui' });
    expect(found.matchCount).toBe(1);
    const answer = await fetch(`${studio().ready.studio}/content/logs/talking`);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="talking.log"');
    expect((await answer.text()).split('\n')).toHaveLength(lineCount + 1);
    expect((await fetch(`${studio().ready.studio}/content/logs/nobody`)).status).toBe(404);
  });

  it('may have a million lines', async () => {
    await createSandbox(studio(), 'verbose');
    const path = join(studio().dataFolder, 'logs', 'comfyui_instance_verbose.log');
    const lines = Array.from({ length: 1_000_000 }, (_, index) => `[INFO] ${index}`);
    lines[654_321] = '[ERROR] the one that matters';
    await writeFile(path, `${lines.join('\n')}\n`);
    expect(await callStudio(studio(), 'instances.logInfo', { instanceId: 'verbose' })).toMatchObject({
      lineCount: 1_000_000,
    });
    const errors = await callStudio(studio(), 'instances.searchLog', { instanceId: 'verbose', levels: ['error'] });
    expect(errors).toMatchObject({ matchCount: 1, lines: [654_321] });
    const around = await callStudio(studio(), 'instances.readLogLines', {
      instanceId: 'verbose',
      from: 654_320,
      count: 3,
    });
    expect(around.lines.map(({ text, level }) => [text, level])).toEqual([
      ['[INFO] 654320', 'info'],
      ['[ERROR] the one that matters', 'error'],
      ['[INFO] 654322', 'info'],
    ]);
  });
});
