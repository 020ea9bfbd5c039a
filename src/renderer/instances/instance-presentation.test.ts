import { describe, expect, it } from 'vitest';
import type { InstanceState } from '#contract/models/instance.ts';
import { instance, ready, reason, stopped } from '../testing/instance-fixtures.ts';
import { cardActions, healthColour, isSelectable, presentInstance, presentState } from './instance-presentation.ts';

const serving = { pid: 1, readyAt: 0, failures: 0, version: '' };
const states: Readonly<Record<InstanceState['kind'], InstanceState>> = {
  stopped,
  starting: { kind: 'starting', pid: 1, startedAt: 0, phase: 'imports', attempt: 1 },
  ready: ready(),
  unresponsive: { kind: 'unresponsive', since: 0, reason: reason('INSTANCE_UNREACHABLE'), ...serving },
  paused: { kind: 'paused', pausedAt: 0, health: 'healthy', ...serving },
  stopping: { kind: 'stopping', pid: 1, step: 'interrupt', deadlineAt: 0, thenRestart: false },
  waiting: { kind: 'waiting', attempt: 1, restartAt: 0, reason: reason('PROCESS_EXITED'), lastExit: null },
  failed: { kind: 'failed', since: 0, reason: reason('PROCESS_CRASH_LOOP'), lastExit: null },
};
const viewIn = (kind: InstanceState['kind']) => instance({ configuration: { id: 'one' }, state: states[kind] });
const actionsIn = (kind: InstanceState['kind'], active: string | null = null) => cardActions(viewIn(kind), active);

describe('what a card offers (002-A6)', () => {
  const kinds = Object.keys(states) as InstanceState['kind'][];

  it('offers start only when stopped', () => {
    expect(kinds.filter((kind) => actionsIn(kind).includes('start'))).toEqual(['stopped']);
  });

  it('offers stop when running or paused', () => {
    expect(kinds.filter((kind) => actionsIn(kind).includes('stop'))).toEqual(['ready', 'unresponsive', 'paused']);
  });

  it('offers set active only when running and healthy and not active already', () => {
    expect(kinds.filter((kind) => actionsIn(kind).includes('setActive'))).toEqual(['ready']);
    expect(actionsIn('ready', 'one')).not.toContain('setActive');
    const degraded = instance({ configuration: { id: 'one' }, state: ready({ health: 'degraded' }) });
    expect(cardActions(degraded, null)).not.toContain('setActive');
  });

  it('offers to clear the active one in any state', () => {
    for (const kind of kinds) expect(actionsIn(kind, 'one')).toContain('clearActive');
  });

  it('offers edit and delete always', () => {
    for (const kind of kinds) expect(actionsIn(kind)).toEqual(expect.arrayContaining(['edit', 'delete']));
  });

  it('has a way out of every state but stopping, which ends by itself', () => {
    const ways = ['start', 'startNow', 'retry', 'restart', 'stop', 'cancelStart', 'resume'];
    for (const kind of kinds.filter((one) => one !== 'stopping')) {
      expect(
        actionsIn(kind).some((action) => ways.includes(action)),
        kind,
      ).toBe(true);
    }
  });

  it('neither starts nor stops a remote instance and has no log of it', () => {
    for (const kind of kinds) {
      const view = instance({ configuration: { id: 'one', kind: 'remote', url: 'http://box:1' }, state: states[kind] });
      for (const action of ['start', 'stop', 'restart', 'retry', 'logs'] as const) {
        expect(cardActions(view, null), kind).not.toContain(action);
      }
    }
  });

  it('does not start a disabled instance', () => {
    const view = instance({ configuration: { id: 'one', enabled: false } });
    expect(cardActions(view, null)).not.toContain('start');
  });
});

describe('how a state looks', () => {
  it('tells groups of states apart by shape alone', () => {
    const shapes = Object.fromEntries(Object.values(states).map((state) => [state.kind, presentState(state).shape]));
    expect(shapes).toEqual({
      stopped: 'hollow',
      starting: 'ring',
      ready: 'disc',
      unresponsive: 'disc',
      paused: 'bars',
      stopping: 'ring',
      waiting: 'triangle',
      failed: 'triangle',
    });
  });

  it('has the colours of the legend (002-B3)', () => {
    expect(Object.values(states).map((state) => presentState(state).colour)).toEqual([
      'stopped',
      'changing',
      'running',
      'running',
      'paused',
      'changing',
      'error',
      'error',
    ]);
    expect((['healthy', 'degraded', 'unhealthy'] as const).map(healthColour)).toEqual(['running', 'changing', 'error']);
  });

  it('lets the switcher offer running instances that answer (002-D3)', () => {
    expect(
      Object.values(states).filter((state) => isSelectable(instance({ configuration: { id: 'x' }, state }))),
    ).toEqual([states.ready]);
  });
});

describe('an instance that finishes its running jobs', () => {
  const draining = instance({
    configuration: { id: 'a' },
    state: ready(),
    view: { draining: 'stop', runningJobIds: ['x'] },
  });

  it('says so instead of running, and can be taken back, stopped or restarted', () => {
    expect(presentInstance(draining).word).toBe('draining');
    expect(presentInstance({ ...draining, draining: null }).word).toBe('running');
    expect(cardActions(draining, null).slice(0, 3)).toEqual(['resume', 'stop', 'restart']);
    expect(cardActions({ ...draining, draining: null }, null)).toContain('drainRestart');
  });

  it('offers to free its memory only while it serves', () => {
    expect(cardActions({ ...draining, draining: null }, null)).toContain('free');
    expect(cardActions(instance({ configuration: { id: 'a' } }), null)).not.toContain('free');
  });
});
