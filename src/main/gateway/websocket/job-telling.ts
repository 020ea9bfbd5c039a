import type { JobRecord } from '#core/jobs/job-record.ts';
import type { JobFrame, Jobs } from '#core/jobs/jobs.ts';
import type { LiveChange } from '#core/jobs/live-jobs.ts';
import { readableOr } from '#core/jobs/stored-reads.ts';
import type { Clock } from '#core/ports/clock.ts';
import { shownOutput } from '../files/output-names.ts';
import { hasEnded } from '../truth/queue-view.ts';
import type { Client, Clients } from './clients.ts';
import { endingOf, isToldOf } from './endings.ts';
import { createJobStory, type JobStory } from './job-story.ts';
import { createLaneReplays } from './lane-replays.ts';
import { message, type NodeInWork, type Outgoing } from './outgoing.ts';
import type { QueueStatus } from './queue-status.ts';
import { type ResultNodes, resultNodesOf } from './result-nodes.ts';
import { createTurnOrder } from './turn-order.ts';

export interface JobTellingDependencies {
  readonly jobs: Pick<Jobs, 'record' | 'live'> & { readonly catalogs: Pick<Jobs['catalogs'], 'isOutput'> };
  readonly clients: Clients;
  readonly status: QueueStatus;
  readonly clock: Clock;
  readonly soleInstanceId: () => string | null;
  /** What a job's instance tells everybody is heard from that instance itself too. */
  readonly isRelayed: (instanceId: string | null) => boolean;
}

/** Tells each client of its own jobs. Jobs without a client id are told to nobody. */
export interface JobTelling {
  frame(told: JobFrame): void;
  changed(jobId: string, change: LiveChange): void;
  /** What a client that has just connected finds in work. */
  current(clientId: string): NodeInWork | null;
  close(): void;
}

/** A submission that is refused is answered as such, and its record is hidden then; one that nobody hides was taken before. */
const answerMs = 1000;

const untold = { anything: false, executed: new Set<string>() };

const isAnonymous = (item: Outgoing): item is Extract<Outgoing, { kind: 'message' }> =>
  item.kind === 'message' && !('prompt_id' in item.data);

/** It failed before any instance had taken it, so that the answer to its submission may be the one that tells. */
const wasNeverTaken = ({ view, acceptedWith }: JobRecord): boolean =>
  (view.state === 'failed' || view.state === 'parked') && view.startedAt === null && acceptedWith === null;

export const createJobTelling = (dependencies: JobTellingDependencies): JobTelling => {
  const { jobs, clients, status, clock, soleInstanceId, isRelayed } = dependencies;
  const stories = new Map<string, { readonly clientId: string; readonly story: JobStory }>();
  /** Jobs with a client whose end was not told yet. */
  const open = new Set<string>();
  const replays = createLaneReplays();
  const turns = createTurnOrder(clock);
  const answers = new Map<string, () => void>();

  /** One that has left the memory and cannot be read is gone for its client, as if it were forgotten. */
  const recordOf = (jobId: string): JobRecord | undefined => readableOr(() => jobs.record(jobId), undefined);

  const shownBy = (record: JobRecord) => {
    const { instanceId } = record.view;
    return (output: unknown): unknown => shownOutput(output, { instanceId, soleInstanceId: soleInstanceId() });
  };

  const storyOf = ({ order }: JobRecord, clientId: string): JobStory => {
    const known = stories.get(order.jobId);
    if (known !== undefined) return known.story;
    const resultNodes = (): ResultNodes => {
      const prompt = readableOr(() => order.prompt, {});
      return resultNodesOf(prompt, jobs.catalogs.isOutput);
    };
    const story = createJobStory(order.jobId, resultNodes);
    stories.set(order.jobId, { clientId, story });
    // It is at work, so that its end is still to come.
    open.add(order.jobId);
    return story;
  };

  const isNew = (client: Client, record: JobRecord, item: Outgoing): boolean => {
    if (!isAnonymous(item) || !isRelayed(record.view.instanceId)) return true;
    return client.repeated.isNew('job', JSON.stringify([item.type, item.data]), clock.now());
  };

  const tell = (record: JobRecord, clientId: string, items: readonly Outgoing[]): void => {
    const client = clients.get(clientId);
    for (const item of items) {
      if (item.kind === 'message' && item.type === 'execution_start') {
        // ComfyUI tells of the queue when it takes a prompt from it (comfyui-protocol.md 3.5).
        status.changed();
        if (client !== undefined) status.tell(client);
      }
      if (client !== undefined && isNew(client, record, item)) client.send([item]);
    }
  };

  const tellEnd = (record: JobRecord, clientId: string): void => {
    const { jobId } = record.order;
    const story = stories.get(jobId)?.story;
    stories.delete(jobId);
    const client = clients.get(clientId);
    const repeated = replays.end(record, story?.cachedNodes ?? new Set());
    if (!isToldOf(record)) {
      status.check();
      return;
    }
    const ending = endingOf(record, story?.told ?? untold, shownBy(record));
    client?.send([...ending.beginning, ...repeated, ...ending.before]);
    status.changed();
    if (client === undefined) return;
    status.tell(client);
    client.send(ending.after);
  };

  const end = (record: JobRecord, clientId: string): void => {
    const { jobId } = record.order;
    open.delete(jobId);
    turns.inTurn(record, () => {
      tellEnd(record, clientId);
      turns.done(jobId);
    });
  };

  const endUnlessAnswered = (jobId: string, clientId: string): void => {
    answers.get(jobId)?.();
    answers.set(
      jobId,
      clock.schedule(answerMs, () => {
        answers.delete(jobId);
        const record = recordOf(jobId);
        if (record === undefined || record.hidden) open.delete(jobId);
        else if (open.has(jobId) && hasEnded(record)) end(record, clientId);
      }),
    );
  };

  const changed = (record: JobRecord): void => {
    const { jobId } = record.order;
    const { clientId } = record.view;
    if (clientId === null) {
      status.check();
      return;
    }
    if (!hasEnded(record)) {
      open.add(jobId);
      if (record.view.state === 'queued') turns.done(jobId);
      status.check();
      return;
    }
    if (!open.has(jobId)) return;
    if (!wasNeverTaken(record)) {
      end(record, clientId);
      return;
    }
    status.check();
    endUnlessAnswered(jobId, clientId);
  };

  for (const jobId of [...jobs.live.waitingIds(), ...jobs.live.activeIds()]) {
    if (recordOf(jobId)?.view.clientId !== null) open.add(jobId);
  }

  return {
    frame: ({ jobId, frame }) => {
      const record = recordOf(jobId);
      const clientId = record?.view.clientId ?? null;
      if (record === undefined || clientId === null || hasEnded(record)) return;
      const story = storyOf(record, clientId);
      const items = story.hear(frame, {
        run: record.view.tries,
        isRunning: record.view.state === 'running',
        isHeard: clients.get(clientId) !== undefined,
        shown: shownBy(record),
      });
      replays.note(record, items);
      if (story.isOver) turns.over(record);
      if (items.length > 0) turns.inTurn(record, () => tell(record, clientId, items));
    },
    changed: (jobId, change) => {
      if (change === 'progress') return;
      const record = change === 'state' ? recordOf(jobId) : undefined;
      if (record !== undefined) {
        changed(record);
        return;
      }
      open.delete(jobId);
      stories.delete(jobId);
      replays.forget(jobId);
      turns.done(jobId);
    },
    current: (clientId) => {
      for (const { clientId: owner, story } of stories.values()) {
        if (owner === clientId && story.current !== null) return story.current;
      }
      return null;
    },
    close: () => {
      for (const cancel of answers.values()) cancel();
      answers.clear();
      turns.close();
    },
  };
};

/** What ComfyUI says to a client that connects while its prompt runs: neither the prompt nor the display node (comfyui-protocol.md 3.1). */
export const inWork = ({ displayNode }: NodeInWork): Outgoing => message('executing', { node: displayNode });
