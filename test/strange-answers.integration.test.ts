import { describe, expect, it } from 'vitest';
import type { Telemetry } from '#contract/models/gpu.ts';
import { isListening } from './processes.ts';
import { callStudio, getInstance, waitFor, waitForInstance } from './studio-client.ts';
import { createSandbox, runSandbox, shareStudio, stopInstance } from './studio-fixture.ts';
import { plainPrompt, submit, waitForEnd } from './studio-jobs.ts';
import { watchTopic } from './studio-topics.ts';

const studio = shareStudio();

const numbersOf = (reading: Telemetry['instances'][string] | undefined): readonly number[] =>
  Object.values(reading ?? {}).filter((value) => value !== null);

describe.concurrent('numbers in /system_stats that make no sense', () => {
  it.for(['nan', 'huge'])(
    '(%s) neither keep an instance from running nor get into the telemetry',
    async (kind, { onTestFinished }) => {
      const id = `stats-${kind}`;
      const instance = await runSandbox(studio(), id, { faults: ['--fault-stats', kind] });
      expect(instance).toMatchObject({ health: 'healthy', state: { kind: 'ready', version: '0.33.0' } });
      const { id: jobId } = await submit(studio(), plainPrompt(id), id);
      expect(await waitForEnd(studio(), jobId)).toMatchObject({ state: 'succeeded', instanceId: id });
      const telemetry = await watchTopic(studio(), 'telemetry', { onFinished: onTestFinished });
      const { instances } = await telemetry.until((sample) => numbersOf(sample.instances[id]).length >= 3);
      const reading = instances[id];
      for (const value of numbersOf(reading)) {
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(0);
      }
      expect((reading?.vramUsedBytes ?? 0) <= (reading?.vramTotalBytes ?? 0)).toBe(true);
      await stopInstance(studio(), id);
    },
  );
});

describe.concurrent('an instance that never becomes ready', () => {
  it.each(['--fault-http-mute', '--fault-http-500'])('(%s) is shown as starting, and can be stopped', async (fault) => {
    const id = `never${fault}`;
    const { configuration } = await createSandbox(studio(), id, { faults: [fault] });
    await callStudio(studio(), 'instances.start', { instanceId: id });
    const open = await waitForInstance(
      studio(),
      id,
      ({ state }) => state.kind === 'starting' && state.phase === 'verifying',
    );
    expect(open).toMatchObject({ status: 'starting', health: null });
    await waitFor('the port', () => isListening(configuration.port), Boolean);
    expect((await getInstance(studio(), id)).status).toBe('starting');
    const stopped = await stopInstance(studio(), id);
    expect(stopped.warnings).toEqual([]);
    expect(await isListening(configuration.port)).toBe(false);
  });
});
