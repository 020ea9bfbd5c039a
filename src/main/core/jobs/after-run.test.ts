import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { afterRun, type EndedRun } from './after-run.ts';
import type { InstanceLoss } from './fleet-view.ts';
import type { MemoryAdvice } from './memory-policy.ts';
import type { RunEnd } from './run.ts';

const loss = (fields: Partial<InstanceLoss> = {}): InstanceLoss => ({
  instanceId: 'a',
  requested: false,
  runsOn: false,
  code: 'PROCESS_EXITED',
  details: {},
  ...fields,
});

const lost: RunEnd = { kind: 'lost', code: 'PROCESS_EXITED', details: {} };
const unreachable: RunEnd = { kind: 'lost', code: 'INSTANCE_UNREACHABLE', details: {} };
const vanished: RunEnd = { kind: 'lost', code: 'JOB_LOST', details: {} };
const succeeded: RunEnd = { kind: 'settled', settlement: { kind: 'succeeded', outputs: [] }, entry: null };
const cancelled: RunEnd = { kind: 'settled', settlement: { kind: 'cancelled', outputs: [] }, entry: null };
const failedWith = (code: 'GPU_OUT_OF_MEMORY' | 'JOB_NODE_FAILED'): RunEnd => ({
  kind: 'settled',
  settlement: { kind: 'failed', outputs: [], rejection: { error: new StudioError(code), nodeErrors: [] } },
  entry: null,
});
const rejected = (code: 'WORKFLOW_NODE_UNKNOWN' | 'WORKFLOW_REJECTED'): RunEnd => ({
  kind: 'rejected',
  status: 400,
  body: {},
  rejection: { error: new StudioError(code), nodeErrors: [] },
});

const after = (end: RunEnd, fields: Partial<EndedRun> = {}) =>
  afterRun({
    end,
    view: { deaths: 0 },
    losses: 0,
    excluded: ['x'],
    unfit: ['u'],
    instanceId: 'a',
    timeoutMs: 1000,
    loss: null,
    cancelWanted: false,
    recovered: false,
    hangs: false,
    mayHaveActed: false,
    spared: false,
    othersMayRun: false,
    memoryAdvice: () => ({ kind: 'park', tooSmall: false }),
    ...fields,
  });

describe('a run that was lost', () => {
  it.each<[string, RunEnd, Partial<EndedRun>, object]>([
    ['with its instance', lost, { loss: loss() }, { kind: 'again', deaths: 1, reason: { code: 'instance-died' } }],
    [
      'with an instance of this machine that hangs',
      unreachable,
      { hangs: true },
      { kind: 'again', deaths: 1, reason: { code: 'instance-died' } },
    ],
    [
      'with the second instance that hangs',
      unreachable,
      { hangs: true, view: { deaths: 1 } },
      { kind: 'park', deaths: 2, error: { code: 'JOB_LOST', details: { cause: 'INSTANCE_UNREACHABLE' } } },
    ],
    [
      'with its second instance',
      lost,
      { loss: loss(), view: { deaths: 1 } },
      { kind: 'park', deaths: 2, reason: { code: 'too-many-deaths' }, error: { code: 'JOB_LOST' } },
    ],
    [
      'with the instance that another one took along, before it began itself',
      lost,
      { loss: loss(), spared: true, view: { deaths: 1 } },
      { kind: 'again', deaths: 1, reason: { code: 'instance-died' } },
    ],
    [
      'by a stop that somebody asked for',
      lost,
      { loss: loss({ requested: true }), view: { deaths: 1 } },
      { kind: 'again', deaths: 1, reason: { code: 'instance-stopped' } },
    ],
    [
      'as the instance is looked at no longer',
      lost,
      { loss: loss({ runsOn: true }), view: { deaths: 1 } },
      { kind: 'again', deaths: 1 },
    ],
    [
      'to the network',
      unreachable,
      { view: { deaths: 1 } },
      { kind: 'again', deaths: 1, reason: { code: 'uncertain' } },
    ],
    [
      'to the network, the last time that it may be',
      unreachable,
      { view: { deaths: 1 }, losses: 4 },
      {
        kind: 'park',
        deaths: 1,
        reason: { code: 'too-many-losses', details: { instanceId: 'a', losses: 5, cause: 'INSTANCE_UNREACHABLE' } },
        error: { code: 'JOB_LOST', details: { losses: 5 } },
      },
    ],
    ['to the network behind another job', unreachable, { spared: true, losses: 9 }, { kind: 'again', losses: 9 }],
    [
      'by a stop that somebody asked for, however often',
      lost,
      { loss: loss({ requested: true }), losses: 9 },
      { kind: 'again', losses: 9 },
    ],
    ['with its instance, which is no loss of the other kind', lost, { loss: loss() }, { kind: 'again', losses: 0 }],
    ['by an instance that forgot it', vanished, {}, { kind: 'again', deaths: 1, reason: { code: 'instance-died' } }],
    [
      'before this studio looked for it',
      vanished,
      { recovered: true, view: { deaths: 1 } },
      { kind: 'again', deaths: 1, reason: { code: 'studio-restarted' } },
    ],
    [
      'after this studio found it',
      lost,
      { recovered: true, loss: loss() },
      { kind: 'again', deaths: 1, reason: { code: 'instance-died' } },
    ],
    [
      'after somebody cancelled it',
      lost,
      { loss: loss(), cancelWanted: true },
      { kind: 'finish', fields: { state: 'cancelled' }, reason: { code: 'cancelled-by-user' } },
    ],
  ])('%s', (_name, end, fields, decision) => {
    expect(after(end, fields)).toMatchObject(decision);
  });

  it('may go to any instance again, but for those that would refuse it', () => {
    expect(after(lost, { loss: loss() })).toMatchObject({ excluded: ['u'] });
  });
});

describe('a run that ended', () => {
  it.each<[string, RunEnd, Partial<EndedRun>, object]>([
    ['well', succeeded, {}, { kind: 'finish', fields: { state: 'succeeded' }, reason: null }],
    ['by a cancel', cancelled, { cancelWanted: true }, { kind: 'finish', reason: { code: 'cancelled-by-user' } }],
    [
      'by an interrupt of somebody else',
      cancelled,
      {},
      { kind: 'finish', fields: { state: 'cancelled' }, reason: null },
    ],
    ['by an error of a node', failedWith('JOB_NODE_FAILED'), {}, { kind: 'finish', fields: { state: 'failed' } }],
    ['without progress', { kind: 'timed-out' }, {}, { kind: 'finish', fields: { error: { code: 'JOB_TIMEOUT' } } }],
    ['by a refusal that all would repeat', rejected('WORKFLOW_REJECTED'), {}, { kind: 'finish' }],
    ['for want of a node that nobody has', rejected('WORKFLOW_NODE_UNKNOWN'), {}, { kind: 'finish' }],
    [
      'by a refusal of what another one may take',
      rejected('WORKFLOW_REJECTED'),
      { othersMayRun: true },
      { kind: 'again', excluded: ['x', 'a'], deaths: 0, tooSmall: false },
    ],
    [
      'for want of a node, and was cancelled',
      rejected('WORKFLOW_NODE_UNKNOWN'),
      { othersMayRun: true, cancelWanted: true },
      { kind: 'finish' },
    ],
  ])('%s', (_name, end, fields, decision) => {
    expect(after(end, fields)).toMatchObject(decision);
  });

  it.each<[MemoryAdvice, object]>([
    [
      { kind: 'larger', excluded: ['a', 'b'] },
      { kind: 'again', excluded: ['x', 'a', 'b'], tooSmall: true, reason: { details: { step: 'larger' } } },
    ],
    [
      { kind: 'free', excluded: ['b'] },
      { kind: 'free', excluded: ['x', 'b'], reason: { code: 'out-of-memory', details: { step: 'free' } } },
    ],
    [
      { kind: 'park', tooSmall: true },
      { kind: 'park', error: { code: 'GPU_OUT_OF_MEMORY' }, deaths: 0, tooSmall: true },
    ],
  ])('out of memory, with the advice %o', (advice, decision) => {
    expect(after(failedWith('GPU_OUT_OF_MEMORY'), { memoryAdvice: () => advice })).toMatchObject(decision);
  });

  it('out of memory, and was cancelled', () => {
    expect(after(failedWith('GPU_OUT_OF_MEMORY'), { cancelWanted: true })).toMatchObject({ kind: 'finish' });
  });
});
