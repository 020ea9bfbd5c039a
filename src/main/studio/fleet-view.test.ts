import { describe, expect, it } from 'vitest';
import type { FleetEvent } from '#core/instances/fleet-interface.ts';
import type { InstanceLoss } from '#core/jobs/fleet-view.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { createFleetView } from './fleet-view.ts';

const setUp = () => {
  const events = createEmitter<FleetEvent>();
  const told: unknown[][] = [];
  const view = createFleetView({
    list: () => [],
    activeInstanceId: () => null,
    endpoint: () => ({ baseUrl: 'http://127.0.0.1:1', authorization: null }),
    feed: { listen: () => () => undefined },
    onEvent: (listener) => events.on(listener),
    noteActivity: (...words) => told.push(words),
    jobStarted: (...words) => told.push(words),
    jobEnded: (...words) => told.push(words),
  });
  return { events, told, view };
};

describe('the fleet as jobs see it', () => {
  it('tells the fleet whether a sampler is stepping, which gives an instance more time before it counts as hung', () => {
    const { told, view } = setUp();
    view.noteActivity('a', { sampling: true });
    view.noteActivity('a', { sampling: false });
    view.noteActivity('a');
    expect(told).toEqual([
      ['a', { sampling: true }],
      ['a', { sampling: false }],
      ['a', undefined],
    ]);
  });

  it.each([
    ['stopped', true],
    ['rebooted', true],
    ['crashed', false],
    ['hung', false],
  ] as const)('counts the loss of an instance that was %s as asked for: %s', (cause, requested) => {
    const { events, view } = setUp();
    const losses: InstanceLoss[] = [];
    view.onLost((loss) => losses.push(loss));
    const reason = { code: 'PROCESS_EXITED', details: { exitCode: 1 }, evidence: [] } as const;
    const lost = { type: 'lost' as const, instanceId: 'a', jobIds: ['1'], cause };
    for (const runsOn of [false, true]) events.emit({ ...lost, reason: { ...reason, evidence: [] }, runsOn });
    events.emit({ type: 'removed', instanceId: 'a' });
    const loss = { instanceId: 'a', requested, code: 'PROCESS_EXITED', details: { exitCode: 1 } };
    expect(losses).toEqual([
      { ...loss, runsOn: false },
      { ...loss, runsOn: true },
    ]);
  });
});
