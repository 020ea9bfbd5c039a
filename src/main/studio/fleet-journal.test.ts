import { beforeEach, describe, expect, it } from 'vitest';
import {
  type InstanceReason,
  type InstanceState,
  type InstanceView,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import { createTopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { FleetEvent } from '#core/instances/fleet-interface.ts';
import { pidOf, statusOf } from '#core/instances/instance-view.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { keepFleetJournal } from './fleet-journal.ts';

const reason: InstanceReason = { code: 'INSTANCE_HUNG', details: {}, evidence: ['secret of a user'] };
const lastExit = { code: 1, signal: null, at: 5, requested: false };
const ready: InstanceState = {
  kind: 'ready',
  pid: 7,
  readyAt: 1,
  health: 'healthy',
  failures: 0,
  version: '1',
  adopted: false,
};
const starting: InstanceState = { kind: 'starting', pid: null, startedAt: 0, phase: 'launching', attempt: 1 };
const hung: InstanceState = { kind: 'unresponsive', pid: 7, since: 2, readyAt: 1, failures: 3, reason, version: '1' };
const waiting: InstanceState = { kind: 'waiting', attempt: 1, restartAt: 9, reason, lastExit };

const viewOf = (state: InstanceState, changes: Partial<InstanceView> = {}): InstanceView => ({
  configuration: instanceConfigurationSchema.parse({ id: 'two', name: 'Second card' }),
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

describe('the journal of the fleet', () => {
  let lines: string[];
  let feed: ReturnType<typeof createTopicFeed<TopicState<'instances'>, TopicEvent<'instances'>>>;
  let events: ReturnType<typeof createEmitter<FleetEvent>>;
  let end: () => void;

  beforeEach(() => {
    lines = [];
    const write =
      (level: string) =>
      (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
        lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
      };
    feed = createTopicFeed(() => ({ instances: [], activeInstanceId: null }));
    events = createEmitter();
    end = keepFleetJournal(
      { feed, onEvent: (listener) => events.on(listener) },
      { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    );
  });
  const show = (...states: readonly InstanceState[]): void => {
    for (const state of states) feed.publish({ type: 'changed', instance: viewOf(state) });
  };

  it('tells each change of a state once, with the pid, and trouble as a warning', () => {
    show(starting, { ...starting, pid: 7, phase: 'imports' }, ready, { ...ready, failures: 1 });
    show({ ...ready, health: 'degraded' }, hung, hung, waiting);
    expect(lines).toEqual([
      'info An instance changed its state {"instanceId":"two","name":"Second card","from":"stopped","to":"starting","pid":null}',
      'info An instance changed its state {"instanceId":"two","name":"Second card","from":"starting","to":"ready","pid":7}',
      'info An instance changed its state {"instanceId":"two","name":"Second card","from":"ready","to":"degraded","pid":7}',
      'warn An instance changed its state {"instanceId":"two","name":"Second card","from":"degraded","to":"unresponsive","reason":"INSTANCE_HUNG","pid":7}',
      'warn An instance changed its state {"instanceId":"two","name":"Second card","from":"unresponsive","to":"waiting","reason":"INSTANCE_HUNG","exitCode":1,"pid":7}',
    ]);
  });

  it.each([
    ['failed', { kind: 'failed', reason, lastExit: { ...lastExit, code: null, signal: 'SIGKILL' }, since: 3 }, 'warn'],
    ['ended by itself', { kind: 'stopped', lastExit, reason: null }, 'warn'],
    ['stopped on request', { kind: 'stopped', lastExit: { ...lastExit, requested: true }, reason: null }, 'info'],
    [
      'stopped for want of work',
      { kind: 'stopped', lastExit: { ...lastExit, requested: true }, reason: null, idle: true },
      'info',
    ],
  ] as const)('tells an instance that %s', (_, state, level) => {
    show(ready, { ...state });
    expect(lines.at(-1)).toMatch(new RegExp(`^${level} .*"from":"ready","to":"${state.kind}"`));
    expect(lines.at(-1)?.includes('"idle":true')).toBe('idle' in state);
    if (state.kind === 'failed') expect(lines.at(-1)).toContain('"reason":"INSTANCE_HUNG","signal":"SIGKILL","pid":7');
  });

  it('tells an adoption once', () => {
    show({ ...ready, adopted: true }, { ...ready, adopted: true, health: 'degraded' }, { ...ready, adopted: true });
    expect(lines.filter((line) => line.startsWith('info An instance was adopted'))).toHaveLength(1);
    expect(lines).toHaveLength(3);
  });

  it('says nothing of an instance that is only stored', () => {
    show({ kind: 'stopped', lastExit: null, reason: null });
    feed.publish({ type: 'active', instanceId: 'two' });
    expect(lines).toEqual([]);
  });

  it('tells a warning when it comes, and again after it was gone', () => {
    const mismatch = { ...reason, code: 'GPU_MISMATCH' as const };
    show(ready);
    for (const warnings of [[mismatch], [mismatch], [], [mismatch]])
      feed.publish({ type: 'changed', instance: viewOf(ready, { warnings }) });
    const line = 'warn An instance has a warning {"instanceId":"two","name":"Second card","warning":"GPU_MISMATCH"}';
    expect(lines.slice(1)).toEqual([line, line]);
  });

  it('tells which jobs went with an instance, and nothing where none did', () => {
    const lost = { type: 'lost', instanceId: 'two', reason, runsOn: false } as const;
    events.emit({ ...lost, cause: 'hung', jobIds: ['j1'] });
    events.emit({ ...lost, cause: 'stopped', jobIds: ['j2'] });
    events.emit({ ...lost, cause: 'crashed', jobIds: [] });
    events.emit({ type: 'available', instanceId: 'two' });
    expect(lines).toEqual([
      'warn An instance lost its jobs {"instanceId":"two","cause":"hung","reason":"INSTANCE_HUNG","jobIds":["j1"]}',
      'info An instance gave up its jobs {"instanceId":"two","cause":"stopped","reason":"INSTANCE_HUNG","jobIds":["j2"]}',
    ]);
  });

  it('forgets an instance that was removed, never tells its evidence, and ends', () => {
    show(hung);
    feed.publish({ type: 'removed', instanceId: 'two' });
    show(hung);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('info An instance was removed {"instanceId":"two"}');
    expect(lines.join('')).not.toContain('secret of a user');
    end();
    show(ready);
    events.emit({ type: 'lost', instanceId: 'two', reason, runsOn: false, cause: 'hung', jobIds: ['j'] });
    expect(lines).toHaveLength(3);
  });
});
