import { createEmitter } from '#core/shared/emitter.ts';
import type { FleetCandidate, FleetView, InstanceLoss, JobOutcomeKind } from './fleet-view.ts';

export interface FakeFleet extends FleetView {
  readonly told: (readonly [string, string, string])[];
  activity: number;
  active: string | null;
  set(candidates: readonly FleetCandidate[]): void;
  change(instanceId: string, fields: Partial<FleetCandidate>): void;
  lose(instanceId: string, loss?: Partial<InstanceLoss>): void;
  /** Instances that were asked to start for a job. */
  readonly starts: string[];
  empty(instanceId: string): void;
}

export const fakeCandidate = (instanceId: string, fields: Partial<FleetCandidate> = {}): FleetCandidate => ({
  instanceId,
  endpoint: { baseUrl: `http://${instanceId}`, authorization: null },
  enabled: true,
  status: 'running',
  health: 'healthy',
  slots: 1,
  timeoutMs: 300_000,
  readyAt: 1,
  outputFolders: null,
  hostId: '',
  draining: false,
  weight: 1,
  deviceKey: '',
  vramTotalBytes: null,
  startOnDemand: false,
  coldStartMs: 30_000,
  cachedPrompts: 1,
  ...fields,
});

export const createFakeFleet = (initial: readonly FleetCandidate[]): FakeFleet => {
  const changes = createEmitter<void>();
  const losses = createEmitter<InstanceLoss>();
  const emptied = createEmitter<string>();
  let candidates = initial;
  const fleet: FakeFleet = {
    told: [],
    activity: 0,
    active: null,
    candidates: () => candidates,
    activeInstanceId: () => fleet.active,
    onChange: (listener) => changes.on(listener),
    onLost: (listener) => losses.on(listener),
    onEmptied: (listener) => emptied.on(listener),
    starts: [],
    startOnDemand: (instanceId) => {
      fleet.starts.push(instanceId);
      fleet.change(instanceId, { status: 'starting', startOnDemand: false });
    },
    empty: (instanceId) => emptied.emit(instanceId),
    noteActivity: () => {
      fleet.activity += 1;
    },
    // As the real one: what an instance works on is part of what it publishes.
    jobStarted: (instanceId, jobId) => {
      fleet.told.push(['started', instanceId, jobId]);
      changes.emit();
    },
    jobEnded: (instanceId: string, jobId: string, outcome: JobOutcomeKind) => {
      fleet.told.push([outcome, instanceId, jobId]);
      changes.emit();
    },
    set: (next) => {
      candidates = next;
      changes.emit();
    },
    change: (instanceId, fields) => {
      fleet.set(candidates.map((one) => (one.instanceId === instanceId ? { ...one, ...fields } : one)));
    },
    lose: (instanceId, loss = {}) => {
      fleet.change(instanceId, { status: 'error', health: null, readyAt: null });
      losses.emit({ instanceId, requested: false, runsOn: false, code: 'PROCESS_EXITED', details: {}, ...loss });
    },
  };
  return fleet;
};
