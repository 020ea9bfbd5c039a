import { StudioError } from '#contract/errors.ts';
import type { ExchangeFailure, FieldChange, RestorePlan, Snapshot } from '#contract/models/configuration.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Fleet } from '../../instances/fleet-interface.ts';
import type { SnapshotContents, SnapshotStore } from '../../ports/snapshots.ts';
import { type CarriedOut, carryOut, failureOf, type Step } from '../carry-out.ts';
import { compareConfigurations, compareSettings } from '../compare-configurations.ts';
import { basisOf, type ExchangeDependencies } from '../exchange-desk.ts';

export interface RestoreResult extends Pick<CarriedOut, 'created' | 'updated' | 'restartNeeded'> {
  readonly removed: string[];
  readonly failed: ExchangeFailure[];
  readonly snapshotId: string;
}

/** Earlier states of the instances and settings: seen, compared with the present one, and brought back. */
export interface SnapshotDesk {
  list(): Promise<readonly Snapshot[]>;
  take(): Promise<Snapshot>;
  previewRestore(snapshotId: string): Promise<RestorePlan>;
  restore(
    snapshotId: string,
    options: { readonly basis: string; readonly removeOthers: boolean; readonly withSettings: boolean },
  ): Promise<RestoreResult>;
}

type SnapshotDependencies = Pick<ExchangeDependencies, 'settings' | 'snapshots'> & { readonly fleet: Fleet };

const keptBefore = async (
  snapshots: SnapshotStore,
  reason: Snapshot['reason'],
  { fleet, settings }: Pick<SnapshotDependencies, 'fleet' | 'settings'>,
): Promise<Snapshot> =>
  snapshots.add(reason, {
    fleet: {
      instances: fleet.list().map(({ configuration }) => configuration),
      activeInstanceId: fleet.activeInstanceId(),
    },
    settings: settings.current(),
  });

const planEntries = (
  fleet: Fleet,
  wanted: readonly InstanceConfiguration[] | null,
): {
  readonly entries: RestorePlan['entries'];
  readonly steps: readonly Step[];
  readonly others: readonly string[];
} => {
  if (wanted === null) return { entries: [], steps: [], others: [] };
  const present = new Map(fleet.list().map((view) => [view.configuration.id, view]));
  const steps: Step[] = [];
  const entries: RestorePlan['entries'] = wanted.map((configuration) => {
    const view = present.get(configuration.id);
    const changes: readonly FieldChange[] =
      view === undefined ? [] : compareConfigurations(view.configuration, configuration);
    const action = view === undefined ? 'create' : changes.length === 0 ? 'unchanged' : 'update';
    if (action !== 'unchanged') steps.push({ action, configuration });
    const { id, name } = configuration;
    return { instanceId: id, name, action, changes: [...changes], runningJobs: view?.runningJobIds.length ?? 0 };
  });
  const others = [...present.values()].filter(({ configuration }) => !wanted.some(({ id }) => id === configuration.id));
  const removals = others.map(({ configuration: { id, name }, runningJobIds }) => ({
    instanceId: id,
    name,
    action: 'remove' as const,
    changes: [],
    runningJobs: runningJobIds.length,
  }));
  return { entries: [...entries, ...removals], steps, others: others.map(({ configuration }) => configuration.id) };
};

export const createSnapshotDesk = (dependencies: SnapshotDependencies): SnapshotDesk => {
  const { fleet, settings, snapshots } = dependencies;

  const planOf = (snapshotId: string, { fleet: document, settings: wanted }: SnapshotContents): RestorePlan => ({
    snapshotId,
    basis: basisOf(fleet, settings.current()),
    entries: planEntries(fleet, document?.instances ?? null).entries,
    settings: wanted === null ? [] : [...compareSettings(settings.current(), wanted)],
  });

  /** Runs a step that may fail by itself, and notes that it did. */
  const attempt = async (failed: ExchangeFailure[], name: string, step: () => Promise<unknown>): Promise<boolean> => {
    try {
      await step();
      return true;
    } catch (error) {
      failed.push(failureOf(name, error));
      return false;
    }
  };

  return {
    list: () => snapshots.list(),
    take: () => keptBefore(snapshots, 'by-hand', dependencies),
    previewRestore: async (snapshotId) => planOf(snapshotId, await snapshots.read(snapshotId)),
    restore: async (snapshotId, { basis, removeOthers, withSettings }) => {
      const contents = await snapshots.read(snapshotId);
      if (basisOf(fleet, settings.current()) !== basis) throw new StudioError('CONFIGURATION_OUTDATED');
      const before = await keptBefore(snapshots, 'before-restore', dependencies);
      const { steps, others } = planEntries(fleet, contents.fleet?.instances ?? null);
      const done = await carryOut(fleet, steps);
      const failed = [...done.failed];
      const removed: string[] = [];
      for (const id of removeOthers ? others : []) {
        if (await attempt(failed, id, () => fleet.remove(id))) removed.push(id);
      }
      const { settings: wanted } = contents;
      if (withSettings && wanted !== null) await attempt(failed, 'settings', () => settings.change(() => wanted));
      const active = contents.fleet?.activeInstanceId ?? null;
      const canBeActive = active !== null && fleet.list().some(({ configuration }) => configuration.id === active);
      if (contents.fleet !== null && (active === null || canBeActive) && active !== fleet.activeInstanceId()) {
        await attempt(failed, 'active', () => fleet.setActive(active));
      }
      const { created, updated, restartNeeded } = done;
      return { created, updated, removed, failed, restartNeeded, snapshotId: before.id };
    },
  };
};
