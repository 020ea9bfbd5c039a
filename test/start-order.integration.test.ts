import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { callStudio } from './studio-client.ts';
import { createSandbox, openStudio } from './studio-fixture.ts';
import { watchTopic } from './studio-topics.ts';

const ids = ['first', 'second', 'third', 'fourth'];
const importsMs = 500;

/** When the process of an instance was started, from the line that opens its log. */
const launchedAt = (studio: HeadlessStudio, id: string): number => {
  const log = readFileSync(join(studio.dataFolder, 'logs', `comfyui_instance_${id}.log`), 'utf8');
  return Date.parse(/=== Atelier starts \S+ at (\S+) ===/.exec(log)?.[1] ?? '');
};

const openFleet = async (
  onTestFinished: Parameters<typeof openStudio>[0],
  settings: { readonly maxConcurrentStarts: number; readonly startupDelayMs: number },
) => {
  const studio = await openStudio(onTestFinished);
  await callStudio(studio, 'settings.update', { changes: settings });
  for (const id of ids)
    await createSandbox(studio, id, { faults: ['--sandbox-start-delay', String(importsMs / 1000)] });
  const watched = await watchTopic(studio, 'instances', { onFinished: onTestFinished });
  expect((await callStudio(studio, 'instances.startAll', {})).started).toEqual(ids);
  const allRun = await watched.until(({ instances }) => instances.every(({ status }) => status === 'running'), 30_000);
  const importing = watched.states.map(
    ({ instances }) => instances.filter(({ state }) => state.kind === 'starting' && state.phase !== 'queued').length,
  );
  const readyAt = new Map(
    allRun.instances.map(({ configuration, state }) => [configuration.id, state.kind === 'ready' ? state.readyAt : 0]),
  );
  return { studio, importing, readyAt, launches: ids.map((id) => launchedAt(studio, id)) };
};

describe.concurrent('starting a fleet', () => {
  it('takes one instance at a time through its imports, in order', async ({ onTestFinished }) => {
    const { importing, launches, readyAt } = await openFleet(onTestFinished, {
      maxConcurrentStarts: 1,
      startupDelayMs: 0,
    });
    expect(Math.max(...importing)).toBe(1);
    for (const [index, id] of ids.slice(0, -1).entries()) {
      expect(launches[index + 1]).toBeGreaterThanOrEqual(readyAt.get(id) ?? Number.POSITIVE_INFINITY);
    }
  });

  it('takes as many at once as it may, and no more', async ({ onTestFinished }) => {
    const { importing } = await openFleet(onTestFinished, { maxConcurrentStarts: 2, startupDelayMs: 0 });
    expect(Math.max(...importing)).toBe(2);
  });

  it('keeps the pause between two starts', async ({ onTestFinished }) => {
    const startupDelayMs = 1500;
    const { launches } = await openFleet(onTestFinished, { maxConcurrentStarts: 4, startupDelayMs });
    const pauses = launches.slice(1).map((at, index) => at - (launches[index] ?? 0));
    // The pause is exact from one grant to the next; a launch after it takes its moment, the first one the longest.
    for (const pause of pauses) expect(pause).toBeGreaterThan(startupDelayMs / 2);
    expect((launches.at(-1) ?? 0) - (launches[0] ?? 0)).toBeGreaterThan((ids.length - 1.5) * startupDelayMs);
  });
});
