import { describe, expect, test } from 'vitest';
import type { SystemStats } from '#core/ports/comfy-client.ts';
import { defaultLifePolicy } from '../policy.ts';
import { createFakeClock } from '../testing/fake-clock.fixture.ts';
import { createFakeComfyServers } from '../testing/fake-comfy-servers.fixture.ts';
import { createProber, type SteadyFinding } from './prober.ts';
import type { Vitals } from './vitals.ts';

const address = 'http://127.0.0.1:8188';

const setUp = () => {
  const clock = createFakeClock();
  const comfy = createFakeComfyServers(clock);
  const server = comfy.at(address);
  const prober = createProber({
    comfyClient: comfy.client,
    clock,
    random: () => 0,
    policy: defaultLifePolicy,
    endpoint: () => ({ baseUrl: address, authorization: null }),
  });
  const findings: (SteadyFinding & { readonly at: number })[] = [];
  const begunAt = clock.now();
  const vitals: { current: Vitals } = { current: { gpuLoadPercent: 0, cpuTimeMs: 1_000 } };
  const watchSteady = (
    options: { readonly isLocal?: boolean; readonly watchQueue?: boolean; readonly isUnheard?: boolean } = {},
  ): void =>
    prober.watchSteady({
      readVitals: options.isLocal === false ? null : () => Promise.resolve(vitals.current),
      watchQueue: options.watchQueue ?? true,
      isUnheard: options.isUnheard ?? false,
      onFinding: (finding) => findings.push({ ...finding, at: clock.now() - begunAt }),
    });
  return { clock, comfy, server, prober, findings, vitals, watchSteady };
};

const hungAt = (findings: readonly (SteadyFinding & { readonly at: number })[]): number | undefined =>
  findings.find(({ verdict }) => verdict.hung)?.at;

describe('the watch over a start', () => {
  const answers: SystemStats[] = [];
  const watch = (prober: ReturnType<typeof setUp>['prober'], accepts: () => boolean, failures: string[] = []): void => {
    answers.length = 0;
    prober.watchStart({
      intervalMs: 250,
      onAnswer: (stats) => {
        answers.push(stats);
        return Promise.resolve(accepts());
      },
      onFailure: ({ code }) => failures.push(code),
    });
  };

  test('asks until an answer is accepted, and not again', async () => {
    const { clock, comfy, server, prober } = setUp();
    const failures: string[] = [];
    watch(prober, () => answers.length === 2, failures);
    await clock.advance(500);
    expect(failures).toEqual(['INSTANCE_UNREACHABLE', 'INSTANCE_UNREACHABLE', 'INSTANCE_UNREACHABLE']);
    server.mode = 'answers';
    await clock.advance(10_000);
    expect(answers).toHaveLength(2);
    expect(comfy.requests).toHaveLength(5);
    expect(clock.pending()).toBe(0);
  });

  test('ends when it is told to, an answer on its way included', async () => {
    const { clock, server, prober } = setUp();
    const failures: string[] = [];
    server.mode = 'mute';
    watch(prober, () => true, failures);
    await clock.advance(1_000);
    prober.off();
    await clock.advance(10_000);
    expect([answers, failures, clock.pending()]).toEqual([[], [], 0]);
  });

  test('forgets the numbers of the run before', async () => {
    const { clock, server, prober, watchSteady } = setUp();
    server.mode = 'answers';
    watchSteady();
    await clock.advance(0);
    expect(prober.reading().queueRemaining).toBe(0);
    watch(prober, () => false);
    expect(prober.reading()).toEqual({ queueRemaining: null, responseTimeMs: null });
  });
});

describe('the steady watch', () => {
  test('asks every five seconds, and tells what it found', async () => {
    const { clock, server, prober, findings, watchSteady } = setUp();
    server.mode = 'answers';
    watchSteady();
    await clock.advance(12_000);
    expect(findings).toEqual([0, 5_000, 10_000].map((at) => ({ at, failure: null, verdict: { hung: false } })));
    expect(prober.reading()).toEqual({ queueRemaining: 0, responseTimeMs: 0 });
  });

  test('tells a missed answer after its limit, and forgets the numbers', async () => {
    const { clock, server, prober, findings, watchSteady } = setUp();
    server.mode = 'answers';
    watchSteady();
    await clock.advance(0);
    server.mode = 'mute';
    await clock.advance(14_000);
    expect(findings.slice(1).map(({ at, failure }) => [at, failure?.code])).toEqual([
      [9_000, 'INSTANCE_UNREACHABLE'],
      [14_000, 'INSTANCE_UNREACHABLE'],
    ]);
    expect(prober.reading()).toEqual({ queueRemaining: null, responseTimeMs: null });
  });

  test('is the only watch: a second one takes the place of the first', async () => {
    const { clock, comfy, server, prober, watchSteady } = setUp();
    server.mode = 'answers';
    watchSteady();
    watchSteady();
    await clock.advance(5_000);
    expect(comfy.requests).toHaveLength(2);
    prober.off();
    await clock.advance(20_000);
    expect(comfy.requests).toHaveLength(2);
    expect(clock.pending()).toBe(0);
  });

  test('tells nothing of a probe that is on its way when it is told to end', async () => {
    const { clock, server, prober, findings, watchSteady } = setUp();
    server.mode = 'mute';
    watchSteady();
    await clock.advance(1_000);
    prober.off();
    await clock.advance(20_000);
    expect(findings).toEqual([]);
  });

  test('gives one that was never heard half the time, until it answers', async () => {
    const { clock, server, findings, watchSteady } = setUp();
    server.mode = 'mute';
    watchSteady({ isUnheard: true });
    await clock.advance(40_000);
    expect(hungAt(findings)).toBe(19_000);
    findings.length = 0;
    server.mode = 'answers';
    watchSteady({ isUnheard: true });
    await clock.advance(1_000);
    server.mode = 'mute';
    await clock.advance(25_000);
    expect(findings[0]).toMatchObject({ failure: null });
    expect(hungAt(findings)).toBeUndefined();
  });

  test('outlives a listener that fails', async () => {
    const { clock, comfy, server, prober } = setUp();
    server.mode = 'answers';
    prober.watchSteady({
      readVitals: null,
      watchQueue: true,
      isUnheard: false,
      onFinding: () => {
        throw new Error('a bug of the listener');
      },
    });
    await clock.advance(10_000);
    expect(comfy.requests).toHaveLength(3);
  });

  test('takes what came over the websocket within the last interval for an answer', async () => {
    const { clock, server, prober, findings, watchSteady } = setUp();
    watchSteady({ watchQueue: false });
    await clock.advance(1);
    prober.noteActivity();
    await clock.advance(15_000);
    expect(server.mode).toBe('refuses');
    expect(findings.map(({ failure }) => failure?.code ?? 'alive')).toEqual([
      'INSTANCE_UNREACHABLE',
      'alive',
      'INSTANCE_UNREACHABLE',
      'INSTANCE_UNREACHABLE',
    ]);
  });

  test('does not count activity that is a whole interval old, or of an earlier run', async () => {
    const { clock, prober, findings, watchSteady } = setUp();
    prober.noteActivity();
    watchSteady();
    await clock.advance(0);
    prober.noteActivity();
    await clock.advance(5_000);
    expect(findings.map(({ failure }) => failure?.code)).toEqual(['INSTANCE_UNREACHABLE', 'INSTANCE_UNREACHABLE']);
  });

  test('does not take the log for an answer', async () => {
    const { clock, prober, findings, watchSteady } = setUp();
    watchSteady();
    await clock.advance(4_999);
    prober.noteProgress();
    await clock.advance(1);
    expect(findings.at(-1)?.failure?.code).toBe('INSTANCE_UNREACHABLE');
  });
});

describe('a hang', () => {
  test('of an answering instance is found when its window ends', async () => {
    const { clock, server, findings, watchSteady } = setUp();
    server.mode = 'answers';
    watchSteady();
    await clock.advance(2_000);
    server.queueRemaining = 1;
    await clock.advance(60_000);
    // The queue has last moved at the look after 5 s.
    expect(hungAt(findings)).toBe(35_000);
  });

  test('of a mute instance is found when its window ends', async () => {
    const { clock, server, findings, watchSteady } = setUp();
    server.mode = 'answers';
    watchSteady();
    await clock.advance(0);
    server.mode = 'mute';
    await clock.advance(60_000);
    expect(hungAt(findings)).toBe(30_000);
  });

  test('is given more time while a sampler steps, and that stays until it is known to be over', async () => {
    const { clock, server, prober, findings, watchSteady } = setUp();
    server.mode = 'answers';
    server.queueRemaining = 1;
    watchSteady();
    await clock.advance(1);
    prober.noteProgress(true);
    prober.noteActivity();
    await clock.advance(60_000);
    expect(hungAt(findings)).toBe(60_001);
  });

  test('has the short window again when the sampler is done, and in a new run', async () => {
    const done = setUp();
    done.server.mode = 'answers';
    done.server.queueRemaining = 1;
    done.watchSteady();
    await done.clock.advance(1);
    done.prober.noteProgress(true);
    done.prober.noteActivity(false);
    await done.clock.advance(60_000);
    expect(hungAt(done.findings)).toBe(30_001);

    const fresh = setUp();
    fresh.server.mode = 'answers';
    fresh.server.queueRemaining = 1;
    fresh.prober.noteProgress(true);
    fresh.watchSteady();
    await fresh.clock.advance(60_000);
    expect(hungAt(fresh.findings)).toBe(30_000);
  });

  test('is none while the queue is empty, is not watched, or nobody can look inside', async () => {
    for (const options of [{ queueRemaining: 0 }, { watchQueue: false }, { isLocal: false }]) {
      const { clock, server, findings, watchSteady } = setUp();
      server.mode = 'answers';
      server.queueRemaining = options.queueRemaining ?? 1;
      watchSteady(options);
      await clock.advance(600_000);
      expect(hungAt(findings)).toBeUndefined();
      expect(findings).toHaveLength(121);
    }
  });

  test('is none while the machine shows work', async () => {
    const { clock, server, findings, vitals, watchSteady } = setUp();
    server.mode = 'answers';
    server.queueRemaining = 1;
    vitals.current = { gpuLoadPercent: 80, cpuTimeMs: null };
    watchSteady();
    await clock.advance(300_000);
    expect(hungAt(findings)).toBeUndefined();
  });
});
