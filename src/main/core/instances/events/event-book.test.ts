import { beforeEach, describe, expect, it } from 'vitest';
import {
  type InstanceConfiguration,
  type InstanceReason,
  type InstanceState,
  type InstanceView,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import type { InstanceActor, InstanceEvent } from '#contract/models/instance-event.ts';
import { createTopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { FleetEvent } from '#core/instances/fleet-interface.ts';
import { pidOf, statusOf } from '#core/instances/instance-view.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { createEventBook, type EventBook } from './event-book.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const lines = Array.from({ length: 60 }, (_, index) => `line ${index} ${'x'.repeat(900)}`);
const killed: InstanceReason = { code: 'PROCESS_KILLED', details: { signal: 'SIGKILL' }, evidence: lines };
const hungReason: InstanceReason = { code: 'INSTANCE_HUNG', details: {}, evidence: [] };
const exit = { code: null, signal: 'SIGKILL', at: 5, requested: false };

const stopped: InstanceState = { kind: 'stopped', lastExit: null, reason: null };
const starting = (attempt = 1, pid: number | null = null): InstanceState => ({
  kind: 'starting',
  pid,
  startedAt: 1000,
  phase: 'queued',
  attempt,
});
const ready = (changes: Partial<Extract<InstanceState, { kind: 'ready' }>> = {}): InstanceState => ({
  kind: 'ready',
  pid: 7,
  readyAt: 21_000,
  health: 'healthy',
  failures: 0,
  version: '0.33.0',
  adopted: false,
  ...changes,
});
const stopping = (thenRestart = false, step: 'interrupt' | 'kill' = 'interrupt'): InstanceState => ({
  kind: 'stopping',
  pid: 7,
  step,
  deadlineAt: 1,
  thenRestart,
});
const waiting = (reason: InstanceReason): InstanceState => ({
  kind: 'waiting',
  attempt: 1,
  restartAt: 99,
  reason,
  lastExit: exit,
});
const paused: InstanceState = {
  kind: 'paused',
  pid: 7,
  pausedAt: 1,
  readyAt: 21_000,
  health: 'healthy',
  failures: 0,
  version: '0.33.0',
};
const silentState: InstanceState = {
  kind: 'unresponsive',
  pid: 7,
  since: 50_000,
  readyAt: 21_000,
  failures: 3,
  reason: { code: 'INSTANCE_UNREACHABLE', details: {}, evidence: [] },
  version: '0.33.0',
};

const plain = instanceConfigurationSchema.parse({ id: 'two', name: 'Second card' });
const viewOf = (state: InstanceState, changes: Partial<InstanceView> = {}): InstanceView => ({
  configuration: plain,
  status: statusOf(state),
  health: null,
  state,
  endpoint: 'http://127.0.0.1:8188',
  pid: pidOf(state),
  device: null,
  runningJobIds: [],
  statistics: { totalWorkflows: 0, successfulWorkflows: 0, failedWorkflows: 0, restarts: 0, lastUsedAt: null },
  draining: null,
  warnings: [],
  ...changes,
});

describe('the book of events', () => {
  let kept: Map<string, InstanceEvent[]>;
  let isDiskFull: boolean;
  let feed: ReturnType<typeof createTopicFeed<TopicState<'instances'>, TopicEvent<'instances'>>>;
  let fleetEvents: ReturnType<typeof createEmitter<FleetEvent>>;
  let book: EventBook;
  let now: number;

  const open = async (): Promise<void> => {
    feed = createTopicFeed(() => ({ instances: [], activeInstanceId: null }));
    fleetEvents = createEmitter();
    book = createEventBook({
      fleet: { feed, list: () => [viewOf(stopped)], onEvent: (listener) => fleetEvents.on(listener) },
      store: {
        read: async (instanceId) => [...(kept.get(instanceId) ?? [])],
        append: (instanceId, event) => {
          if (isDiskFull) return false;
          kept.set(instanceId, [...(kept.get(instanceId) ?? []), event]);
          return true;
        },
      },
      clock: { now: () => now },
      logger: silent,
    });
    feed.publish({ type: 'changed', instance: viewOf(stopped) });
    await book.opened();
    book.setUsualActor(null);
  };
  beforeEach(async () => {
    kept = new Map();
    isDiskFull = false;
    now = 100_000;
    await open();
  });
  const show = (...states: readonly InstanceState[]): void => {
    for (const state of states) feed.publish({ type: 'changed', instance: viewOf(state) });
  };
  const by = (actor: InstanceActor, ...states: readonly InstanceState[]): void =>
    book.acting(actor, () => show(...states));
  const told = (): readonly unknown[] => (kept.get('two') ?? []).map(({ event }) => event);

  it('says who started it, how long that took, who stopped it and how long it had run', () => {
    by('user', starting());
    show(starting(1, 7), ready());
    by('user', stopping());
    show(stopped);
    expect(told()).toEqual([
      { type: 'started', by: 'user', attempt: 1 },
      { type: 'ready', tookMs: 20_000, version: '0.33.0' },
      { type: 'stopped', by: 'user', exit: null, ranMs: 79_000 },
    ]);
  });

  it('tells a crash with its cause, a bounded piece of its log and what follows', () => {
    show(ready(), waiting(killed), starting(2));
    const [crash, again] = told().slice(1);
    expect(crash).toMatchObject({
      type: 'crashed',
      reason: { code: 'PROCESS_KILLED' },
      exit: { signal: 'SIGKILL' },
      wasReady: true,
      attempt: 1,
      restartAt: 99,
    });
    const { evidence } = (kept.get('two') ?? []).flatMap(({ event }) =>
      event.type === 'crashed' ? [event.reason] : [],
    )[0] ?? {
      evidence: [],
    };
    expect(evidence).toHaveLength(24);
    expect(evidence.at(-1)).toHaveLength(400);
    expect(evidence.at(-1)).toContain('line 59 ');
    expect(again).toEqual({ type: 'started', by: 'restart-policy', attempt: 2 });
  });

  it('calls an end in the start what it is', () => {
    show(starting(), { kind: 'failed', reason: killed, lastExit: exit, since: 5 });
    expect(told()[1]).toMatchObject({ type: 'crashed', wasReady: false, ranMs: null, attempt: null });
  });

  it('tells a hang, the jobs that went with it and the end, and no stop that nobody asked for', () => {
    show(ready(), stopping(true, 'kill'));
    const jobIds = Array.from({ length: 70 }, (_, index) => `job-${index}`);
    fleetEvents.emit({ type: 'lost', instanceId: 'two', jobIds, cause: 'hung', reason: hungReason, runsOn: false });
    show(waiting(hungReason));
    expect(told().slice(1)).toMatchObject([
      { type: 'hung', reason: { code: 'INSTANCE_HUNG' } },
      {
        type: 'jobs-lost',
        cause: 'hung',
        code: 'INSTANCE_HUNG',
        count: 70,
        jobIds: expect.objectContaining({ length: 50 }),
      },
      { type: 'crashed', reason: { code: 'INSTANCE_HUNG' } },
    ]);
  });

  it.each([
    ['idle', { kind: 'stopped', lastExit: null, reason: null, idle: true }, null],
    ['deletion', stopped, 'deletion'],
    ['studio', stopped, null],
  ] as const)('says that a stop came by: %s', (expected, end, actor) => {
    show(ready());
    if (actor === null) show(stopping(), end);
    else book.acting(actor, () => show(stopping(), end));
    expect(told().at(-1)).toMatchObject({ type: 'stopped', by: expected });
  });

  it('says that the end of the studio stopped it, and its start started it', () => {
    book.setUsualActor('studio-end');
    show(ready(), stopping(), stopped);
    expect(told().at(-1)).toMatchObject({ type: 'stopped', by: 'studio-end' });
    book.setUsualActor('launch');
    show(starting());
    expect(told().at(-1)).toEqual({ type: 'started', by: 'launch', attempt: 1 });
  });

  it('tells pauses, drains, silences, adoptions and restarts', () => {
    show(ready({ adopted: true }));
    by('user', paused);
    by('user', ready());
    show(silentState);
    now = 71_000;
    show(ready());
    book.acting('user', () => feed.publish({ type: 'changed', instance: viewOf(ready(), { draining: 'stop' }) }));
    show(stopping(), stopped);
    show(ready());
    by('user', stopping(true));
    show(starting());
    expect(told()).toMatchObject([
      { type: 'adopted', pid: 7 },
      { type: 'paused', by: 'user' },
      { type: 'resumed', by: 'user' },
      { type: 'unresponsive', reason: { code: 'INSTANCE_UNREACHABLE' } },
      { type: 'recovered', silentMs: 21_000 },
      { type: 'draining', by: 'user', goal: 'stop' },
      { type: 'stopped', by: 'drain' },
      { type: 'ready' },
      { type: 'restarting', by: 'user' },
      { type: 'started', by: 'user' },
    ]);
  });

  it('names the fields that were changed, never their values, and new warnings once', () => {
    show(ready());
    const changed: InstanceConfiguration = { ...plain, port: 9000, environmentVariables: { TOKEN: 'very secret' } };
    const mismatch: InstanceReason = { code: 'GPU_MISMATCH', details: {}, evidence: [] };
    const warned = { configuration: changed, warnings: [mismatch] };
    for (let round = 0; round < 3; round += 1) {
      feed.publish({ type: 'changed', instance: viewOf(ready(), warned) });
    }
    expect(told().slice(1)).toMatchObject([
      { type: 'configured', fields: ['port', 'environmentVariables'], restartNeeded: true },
      { type: 'warned', reason: { code: 'GPU_MISMATCH' } },
    ]);
    expect(JSON.stringify([...kept])).not.toContain('secret');
  });

  it('goes on counting after a restart of the studio, whatever the clock does', async () => {
    show(ready());
    book.close();
    now = 5;
    await open();
    show(ready(), stopping(), stopped);
    const ids = (kept.get('two') ?? []).map(({ id }) => id);
    expect(ids).toEqual([1, 2, 3]);
    const first = await book.page('two', { beforeId: undefined, limit: 2 });
    expect(first.events.map(({ id }) => id)).toEqual([3, 2]);
    expect(first.more).toBe(true);
    const rest = await book.page('two', { beforeId: 2, limit: 2 });
    expect(rest).toMatchObject({ events: [{ id: 1 }], more: false });
  });

  it('holds the latest 32 for whoever watches, and tells each new one', () => {
    const seen: number[] = [];
    book.feed('two').listen((_revision, event) => seen.push(event.id));
    for (let round = 0; round < 40; round += 1) show(ready(), stopping(), stopped);
    expect(book.feed('two').snapshot().events).toHaveLength(32);
    expect(seen).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
  });

  it('goes on when the disk is full, and knows no instance that is not there', async () => {
    isDiskFull = true;
    show(ready());
    expect(book.feed('two').snapshot().events).toHaveLength(1);
    expect(() => book.feed('nobody')).toThrow(expect.objectContaining({ code: 'INSTANCE_NOT_FOUND' }));
    await expect(book.page('nobody', { beforeId: undefined, limit: 5 })).rejects.toMatchObject({
      code: 'INSTANCE_NOT_FOUND',
    });
  });

  it('keeps the creation of an instance that comes later, and its deletion', () => {
    const configuration = { ...plain, id: 'three' };
    feed.publish({ type: 'changed', instance: viewOf(stopped, { configuration }) });
    feed.publish({ type: 'removed', instanceId: 'three' });
    return book.opened().then(() => {
      expect((kept.get('three') ?? []).map(({ event }) => event.type)).toEqual(['created', 'removed']);
    });
  });
});
