import type { Disk, DiskLoad } from './disk.ts';
import type { CardView } from './policy.ts';
import { createCardMemory } from './residency.ts';
import { loadTimeMs, runTimeMs, type Trace, type TraceCard, type TraceJob, type TraceWorkflow } from './trace.ts';

export interface CardListener {
  /** Files are read; `durationMs` is the time that it takes while the host reads nothing else. */
  onLoad(durationMs: number): void;
  onStart(job: TraceJob, now: number): void;
  onRun(job: TraceJob, now: number): void;
  onEnd(job: TraceJob, now: number): void;
  onPreloaded(now: number): void;
}

export interface CardParts {
  readonly trace: Trace;
  readonly card: TraceCard;
  readonly disk: Disk;
  readonly callAt: (at: number, call: (now: number) => void) => void;
  readonly listener: CardListener;
}

/** A card with its ComfyUI: a queue that is worked off in order, one graph at a time, loads before the run. */
export interface Card {
  give(job: TraceJob, releaseFirst: boolean, now: number): void;
  preload(workflow: TraceWorkflow, now: number): void;
  /** Answers the jobs that were with it, the running one first. */
  die(now: number): readonly TraceJob[];
  revive(): void;
  isUp(): boolean;
  view(): CardView;
}

interface Task {
  /** null for a load without a job. */
  readonly job: TraceJob | null;
  readonly files: TraceWorkflow['files'];
  readonly releaseFirst: boolean;
}

export const createCard = ({ trace, card, disk, callAt, listener }: CardParts): Card => {
  const memory = createCardMemory(trace.residency, card.memoryBytes);
  const waiting: Task[] = [];
  let current: Task | null = null;
  let load: DiskLoad | null = null;
  let isUp = true;
  /** Grows with every death, so that what was planned before does not happen. */
  let life = 0;

  const finish = (now: number): void => {
    const ended = current;
    current = null;
    if (ended?.job) listener.onEnd(ended.job, now);
    else listener.onPreloaded(now);
    begin(now);
  };

  const run = (task: Task, now: number): void => {
    load = null;
    if (task.job === null) {
      finish(now);
      return;
    }
    listener.onRun(task.job, now);
    const begun = life;
    callAt(now + runTimeMs(task.job, card), (at) => {
      if (begun === life) finish(at);
    });
  };

  const begin = (now: number): void => {
    if (current !== null) return;
    const task = waiting.shift();
    if (task === undefined) return;
    current = task;
    if (task.job !== null) listener.onStart(task.job, now);
    if (task.releaseFirst) memory.clear();
    const missing = memory.missing(task.files);
    memory.use(task.files);
    if (missing.length === 0) {
      run(task, now);
      return;
    }
    const chance = task.job ?? { loadFactor: 1 };
    const durationMs = missing.reduce((sum, file) => sum + loadTimeMs(trace, file, chance, card), 0);
    listener.onLoad(durationMs);
    load = disk.read(now, durationMs, (at) => run(task, at));
  };

  const add = (task: Task, now: number): void => {
    waiting.push(task);
    begin(now);
  };

  return {
    give: (job, releaseFirst, now) => add({ job, files: job.workflow.files, releaseFirst }, now),
    preload: ({ model, files }, now) =>
      add({ job: null, files: files.filter(({ name }) => name === model), releaseFirst: false }, now),
    die(now) {
      const lost = [...(current === null ? [] : [current]), ...waiting.splice(0)];
      load?.cancel(now);
      load = null;
      current = null;
      isUp = false;
      life += 1;
      memory.clear();
      return lost.flatMap(({ job }) => (job === null ? [] : [job]));
    },
    revive() {
      isUp = true;
    },
    isUp: () => isUp,
    view: () => ({
      id: card.id,
      hostId: card.hostId,
      deviceKey: card.deviceKey,
      memoryBytes: card.memoryBytes,
      up: isUp,
      assigned: waiting.length + (current === null ? 0 : 1),
    }),
  };
};
