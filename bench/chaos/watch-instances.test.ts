import { describe, expect, it } from 'vitest';
import type { InstanceState } from '#contract/models/instance.ts';
import { createInstanceWatch } from './watch-instances.ts';

const stopped: InstanceState = { kind: 'stopped', lastExit: null, reason: null };
const failed = (code: 'PROCESS_CRASH_LOOP' | 'PROCESS_EXITED'): InstanceState => ({
  kind: 'failed',
  reason: { code, details: {}, evidence: [] },
  lastExit: null,
  since: 0,
});
const starting: InstanceState = { kind: 'starting', pid: 1, startedAt: 0, phase: 'launching', attempt: 1 };

const at = (watch: ReturnType<typeof createInstanceWatch>, state: InstanceState, now: number) =>
  watch.look([{ id: 'a', state }], now);

describe('createInstanceWatch', () => {
  it('calls an instance stuck that stays stopped', () => {
    const watch = createInstanceWatch();
    expect(at(watch, stopped, 0).stuck).toEqual([]);
    expect(at(watch, stopped, 19_999).stuck).toEqual([]);
    expect(at(watch, stopped, 20_000).stuck).toEqual(['a']);
  });

  it('counts anew when something has happened', () => {
    const watch = createInstanceWatch();
    at(watch, stopped, 0);
    at(watch, starting, 10_000);
    at(watch, stopped, 15_000);
    expect(at(watch, stopped, 30_000).stuck).toEqual([]);
    expect(at(watch, stopped, 35_000).stuck).toEqual(['a']);
  });

  it('calls a start that never ends stuck', () => {
    const watch = createInstanceWatch();
    at(watch, starting, 0);
    expect(at(watch, starting, 89_000).stuck).toEqual([]);
    expect(at(watch, starting, 90_000).stuck).toEqual(['a']);
  });

  it('tells one that gave up from one that failed', () => {
    const watch = createInstanceWatch();
    expect(at(watch, failed('PROCESS_CRASH_LOOP'), 0).gaveUp).toEqual(['a']);
    expect(at(watch, failed('PROCESS_CRASH_LOOP'), 99_000)).toEqual({ gaveUp: ['a'], stuck: [] });
    at(watch, starting, 99_001);
    at(watch, failed('PROCESS_EXITED'), 100_000);
    expect(at(watch, failed('PROCESS_EXITED'), 120_000)).toEqual({ gaveUp: [], stuck: ['a'] });
  });
});
