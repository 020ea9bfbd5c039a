import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from '../../e2e/hosts/headless-studio.ts';
import { callStudio, waitFor } from '../../test/studio-client.ts';
import { restartOnOwnPort } from '../chaos/own-ports.ts';
import { livePrompt, liveWorkflow, sandboxBytesPerMs, stepsFor } from './live-graph.ts';
import { conditionsOf, type LiveConditions } from './live-runs.ts';
import { measure } from './measures.ts';
import { createAtelier } from './policies/atelier.ts';
import { simulate } from './simulate.ts';
import type { Trace, TraceJob } from './trace.ts';
import { generateTrace } from './traces/generate-trace.ts';
import type { TraceParameters } from './traces/trace-parameters.ts';

export interface LiveResult {
  readonly trace: string;
  readonly conditions: LiveConditions;
  readonly predictedMs: number;
  readonly measuredMs: number;
}

const starvationLimitMs = 600_000;
const maxConcurrentLoads = 2;
const limitMs = 540_000;

/** Room for the largest model and what a picture takes beside it, so that two of them never fit. */
const workingBytes = 2_000_000_000;

const loadMsOf = (trace: Trace, job: TraceJob): number =>
  job.workflow.files.reduce((sum, { bytes }) => sum + bytes / trace.loadBytesPerMs, 0);

/**
 * The trace as sandbox instances will play it: their times, their memory, a disk that feeds any number of loads, no chance, and cards
 * that all have the same name. Times are those of a clock that runs `clock` times faster, because the scheduler sees that one too.
 */
const asSandboxTrace = (trace: Trace, clock: number): Trace => {
  const jobs = trace.jobs.map((job) => ({
    ...job,
    arrivalAt: job.arrivalAt / clock,
    workflow: liveWorkflow(job.workflow, loadMsOf(trace, job), clock),
    runFactor: 1,
    loadFactor: 1,
  }));
  const largest = Math.max(...jobs.map(({ workflow }) => workflow.files.reduce((sum, { bytes }) => sum + bytes, 0)));
  return {
    ...trace,
    jobs,
    cards: trace.cards.map((card) => ({
      ...card,
      loadSpeed: card.speed,
      memoryBytes: largest + workingBytes,
      deviceKey: 'sandbox',
    })),
    loadBytesPerMs: sandboxBytesPerMs * clock,
    diskStreams: Number.POSITIVE_INFINITY,
    residency: 'memory',
    outages: [],
  };
};

const predict = (trace: Trace): number => {
  const options = { strategy: 'fastest-finish', maxConcurrentLoads, starvationLimitMs } as const;
  const policy = createAtelier(options, { random: () => 0.5, residency: 'last-set', workflows: [] });
  return measure(trace, simulate(trace, policy, { stopwatch: null, starvationLimitMs })).makespanMs;
};

/** Model files that are as long as they should be and take no place on the disk. */
const writeModels = async (folder: string, trace: Trace): Promise<void> => {
  const sizes = new Map(
    trace.jobs.map(({ workflow }) => [workflow.model, workflow.files.reduce((sum, { bytes }) => sum + bytes, 0)]),
  );
  await mkdir(join(folder, 'checkpoints'), { recursive: true });
  for (const [model, bytes] of sizes) {
    const file = await open(join(folder, model), 'w');
    await file.truncate(bytes);
    await file.close();
  }
};

const setUp = async (studio: HeadlessStudio, trace: Trace, clock: number, models: string): Promise<void> => {
  await callStudio(studio, 'settings.update', { changes: { maxConcurrentLoads, starvationLimitMs } });
  const { instances } = await callStudio(studio, 'instances.list', {});
  for (const [index, { configuration }] of instances.entries()) {
    const instanceId = configuration.id;
    const card = trace.cards[index];
    if (card === undefined) throw new Error('there are more instances than cards');
    const sandbox = { speed: card.speed, clock, vramBytes: card.memoryBytes };
    await restartOnOwnPort(studio, instanceId, { sandbox, folders: { models } });
  }
};

const submitAll = async (studio: HeadlessStudio, trace: Trace, plan: Trace): Promise<void> => {
  const begin = performance.now();
  for (const [index, job] of plan.jobs.entries()) {
    const original = trace.jobs[index];
    if (original === undefined) throw new Error('the plan has more jobs than the trace');
    await wait(Math.max(0, begin + job.arrivalAt - performance.now()));
    const steps = stepsFor(original.workflow.runMs);
    const prompt = livePrompt(job.workflow.model.slice('checkpoints/'.length), steps, index + 1);
    // Pictures of every step would be painted by the processors, which are not part of the trace.
    const extraData = { preview_method: 'none' };
    await callStudio(studio, 'jobs.submit', { prompt, kind: job.kind, extraData });
  }
};

/** Plays a trace on real sandbox processes behind a real studio, and through the simulator; one batch, without deaths. */
export const playLive = async (parameters: TraceParameters, seed: number, clock: number): Promise<LiveResult> => {
  const trace = generateTrace(parameters, seed);
  const plan = asSandboxTrace(trace, clock);
  const folder = await temporaryFolder();
  const models = await temporaryFolder();
  await writeModels(models.path, plan);
  const studio = await startHeadlessStudio({
    dataFolder: folder.path,
    arguments: ['--sandbox', String(plan.cards.length), '--sandbox-clock', String(clock)],
    startLimitMs: 120_000,
    // Checks of the studio's answers take time that no user pays.
    checkOutput: false,
  });
  try {
    await setUp(studio, plan, clock, models.path);
    const startedAt = Date.now();
    await submitAll(studio, trace, plan);
    const { counts } = await waitFor(
      'the end of all jobs',
      () => callStudio(studio, 'queue.get', {}),
      ({ counts }) => counts.queued + counts.assigned + counts.running === 0,
      limitMs,
    );
    if (counts.succeeded !== plan.jobs.length) throw new Error(`jobs were lost: ${JSON.stringify(counts)}`);
    const { jobs } = await callStudio(studio, 'jobs.list', { states: ['succeeded'], limit: 200 });
    const measuredMs = Math.max(...jobs.map(({ finishedAt }) => finishedAt ?? 0)) - startedAt;
    const conditions = conditionsOf(plan, clock, maxConcurrentLoads);
    return { trace: trace.name, conditions, predictedMs: predict(plan), measuredMs };
  } finally {
    await studio.end('SIGTERM');
    await folder.remove();
    await models.remove();
  }
};
