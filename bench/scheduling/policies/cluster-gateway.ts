import type { FleetMoment, Policy, PolicyAction, PolicyJob, PolicyKind, PolicySetup } from '../policy.ts';
import { createLinesByModel } from './lines-by-model.ts';

/**
 * comfyui-cluster-gateway, as published in its source, 2026.
 *
 * - One slot per worker; a tick every 250 ms. Each tick sorts the idle workers by effective seconds, minus 1000 where the worker's
 *   preferred model is resident, and lets each take one job: jobs of the resident model first, then the oldest.
 * - Effective seconds: as configured until 10 samples, then their moving average with α = 0.25 per worker.
 * - A model is the full set of loader files. When it changes the worker is asked to release its memory.
 * - The end of a job is seen by looking into the worker's history every 500 ms; a worker that failed is probed every 10 s.
 * - A job that vanished with its worker keeps the slot until 900 s after its submission; then it fails.
 *
 * In its favour: the configured seconds are the true means of its workers, the preferred models are spread over the workers by popularity,
 * and a job that failed is sent again by its user at once.
 */
const tickMs = 250;
const historyPollMs = 500;
const probeMs = 10_000;
const vanishedMs = 900_000;
const preferredBonus = 1000;
const samplesNeeded = 10;
const newSampleShare = 0.25;

interface Worker {
  readonly preferred: string;
  readonly configuredSeconds: number;
  averageSeconds: number;
  samples: number;
  resident: string | null;
  submittedAt: number;
  /** When the slot is seen to be free; Infinity while its job is under way. */
  freeAt: number;
  /** The job that was with it when it died. */
  vanished: PolicyJob | null;
}

const setKey = (files: readonly string[]): string => files.toSorted().join('\n');

const nextMultiple = (at: number, step: number): number => Math.ceil(at / step) * step;

const buildWorkers = ({ cards, workflows, meanRunMs }: PolicySetup): ReadonlyMap<string, Worker> => {
  const models = [...new Set(workflows.map(({ files }) => setKey(files.map(({ name }) => name))))];
  return new Map(
    cards.map(({ id, speed }, index) => [
      id,
      {
        preferred: models[index % models.length] ?? '',
        configuredSeconds: meanRunMs / speed / 1000,
        averageSeconds: 0,
        samples: 0,
        resident: null,
        submittedAt: 0,
        freeAt: 0,
        vanished: null,
      },
    ]),
  );
};

const effectiveSeconds = ({ samples, averageSeconds, configuredSeconds, preferred, resident }: Worker): number =>
  (samples < samplesNeeded ? configuredSeconds : averageSeconds) - (preferred === resident ? preferredBonus : 0);

export const createClusterGateway = (setup: PolicySetup): Policy => {
  const workers = buildWorkers(setup);
  const lines = createLinesByModel((job) => setKey(job.workflow.files));

  const workerOf = (cardId: string): Worker => {
    const worker = workers.get(cardId);
    if (worker === undefined) throw new Error(`there is no worker ${cardId}`);
    return worker;
  };

  /** Jobs that vanished long enough ago have failed, and come again. */
  const giveUpVanished = (now: number): void => {
    for (const worker of workers.values()) {
      if (worker.vanished === null || now < worker.freeAt) continue;
      lines.add(worker.vanished);
      worker.vanished = null;
    }
  };

  const takeOne = ({ now, cards }: FleetMoment): PolicyAction | null => {
    const idle = cards
      .filter(({ id, up }) => up && workerOf(id).freeAt <= now)
      .sort((one, other) => effectiveSeconds(workerOf(one.id)) - effectiveSeconds(workerOf(other.id)));
    for (const { id } of idle) {
      const worker = workerOf(id);
      const job = lines.head(worker.resident ?? '') ?? lines.heads()[0];
      if (job === undefined) return null;
      const key = setKey(job.workflow.files);
      const releaseFirst = worker.resident !== null && worker.resident !== key;
      lines.take(job);
      Object.assign(worker, { resident: key, submittedAt: now, freeAt: Number.POSITIVE_INFINITY });
      return { kind: 'assign', jobId: job.id, cardId: id, releaseFirst };
    }
    return null;
  };

  /** The next tick at which there may be something to do. */
  const wakeAt = (now: number): number | null => {
    const times = [...workers.values()].flatMap(({ freeAt, vanished }) => {
      if (freeAt === Number.POSITIVE_INFINITY) return [];
      if (vanished !== null) return [Math.max(freeAt, now + 1e-6)];
      return freeAt > now && lines.size > 0 ? [freeAt] : [];
    });
    if (lines.size > 0) times.push(now + 1e-6);
    return times.length === 0 ? null : nextMultiple(Math.min(...times), tickMs);
  };

  return {
    arrived: (job) => lines.add(job),
    lost(job, cardId) {
      const worker = workerOf(cardId);
      Object.assign(worker, { vanished: job, freeAt: worker.submittedAt + vanishedMs });
    },
    next(moment) {
      const isTick = moment.now % tickMs === 0;
      if (isTick) giveUpVanished(moment.now);
      return (isTick ? takeOne(moment) : null) ?? { kind: 'wait', wakeAt: wakeAt(moment.now) };
    },
    ended(_, cardId, now) {
      const worker = workerOf(cardId);
      const seconds = (now - worker.submittedAt) / 1000;
      worker.averageSeconds =
        worker.samples === 0 ? seconds : worker.averageSeconds + newSampleShare * (seconds - worker.averageSeconds);
      worker.samples += 1;
      worker.freeAt = worker.submittedAt + nextMultiple(now - worker.submittedAt, historyPollMs);
    },
    cardDown(cardId) {
      workerOf(cardId).resident = null;
    },
    cardUp(cardId, now) {
      const worker = workerOf(cardId);
      worker.freeAt = Math.max(worker.freeAt, nextMultiple(now, probeMs));
    },
  };
};

export const clusterGateway: PolicyKind = { name: 'cluster-gw', create: createClusterGateway };
