import type { Settings } from '#contract/models/settings.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import type { NodeCatalogs } from '#core/jobs/node-catalogs.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { NodeCatalog, NodeInfo } from '#core/ports/comfy-reader.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import type { HomeInstance } from '../proxy/home-instance.ts';
import { classNames, type MergeSource, mergeClass } from './merge-classes.ts';
import type { ComboRule, MergeRules } from './merge-inputs.ts';
import { createBodyWriter, type MergedNodes } from './merged-body.ts';
import { offeredUploads, type UploadList } from './upload-names.ts';

/** The nodes of all instances as those of one ComfyUI. */
export interface FleetNodes {
  /** GET /object_info as it was written last; null while no instance has told of its nodes. */
  merged(): MergedNodes | null;
  /** One class as of now; null where no instance has it. */
  mergedClass(classType: string): NodeInfo | null;
  /** Whether `merged` holds all that is known. */
  isSettled(): boolean;
  /** Resolves when it does, or when writing it failed. */
  settled(): Promise<void>;
  /**
   * Whether a client's question may go to an instance as long as nothing is known: at most once a minute, since that holds up all
   * others who talk to it.
   */
  mayAskInstance(): boolean;
  /** Told when `merged` changes. */
  onChange(listener: () => void): Cancel;
}

export interface FleetNodesDependencies {
  readonly catalogs: Pick<NodeCatalogs, 'entries' | 'onChange'>;
  readonly fleet: Pick<FleetView, 'candidates' | 'onChange'>;
  readonly home: HomeInstance;
  readonly settings: () => Pick<Settings, 'gatewayComboRule'>;
  /** What clients have uploaded. */
  readonly uploads: UploadList;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

const questionPauseMs = 60_000;

/** All that a merge depends on. */
interface Situation extends MergeSource {
  readonly rule: ComboRule;
  readonly uploads: readonly string[];
}

const isSame = (one: Situation, other: Situation): boolean =>
  one.rule === other.rule &&
  one.home === other.home &&
  one.catalogs.length === other.catalogs.length &&
  one.catalogs.every((catalog, index) => catalog === other.catalogs[index]) &&
  one.uploads === other.uploads;

/** Reads what the merge depends on; remembers the last home, which describes the classes also while no instance runs. */
const createSituation = ({ catalogs, fleet, home, settings, uploads }: FleetNodesDependencies): (() => Situation) => {
  let homeId: string | null = null;
  return () => {
    homeId = home.current()?.instanceId ?? homeId;
    const enabled = new Set(fleet.candidates().flatMap((one) => (one.enabled ? [one.instanceId] : [])));
    const entries = catalogs.entries();
    const used = entries.filter(({ instanceId }) => enabled.has(instanceId));
    const known: readonly { readonly instanceId: string; readonly catalog: NodeCatalog }[] =
      used.length === 0 ? entries : used;
    return {
      catalogs: known.map(({ catalog }) => catalog),
      home: known.find(({ instanceId }) => instanceId === homeId)?.catalog ?? null,
      rule: settings().gatewayComboRule,
      uploads: uploads.names(),
    };
  };
};

const rulesOf = ({ rule, uploads }: Situation): MergeRules => {
  const names = new Map<string, readonly string[]>();
  return {
    rule,
    uploaded: (kind) => {
      const known = names.get(kind) ?? offeredUploads(uploads, kind);
      names.set(kind, known);
      return known;
    },
  };
};

export const createFleetNodes = (dependencies: FleetNodesDependencies): FleetNodes & { close(): void } => {
  const { catalogs, fleet, home, uploads, clock, logger } = dependencies;
  const readSituation = createSituation(dependencies);
  const writer = createBodyWriter();
  const changes = createEmitter<void>();
  let situation = readSituation();
  let classes = new Map<string, NodeInfo | null>();
  let written: Situation | null = null;
  let merged: MergedNodes | null = null;
  /** Resolves with whether all that was known by then is written. */
  let writing: Promise<boolean> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  /** null where something changed in the meantime. */
  const writeOnce = async (goal: Situation): Promise<{ readonly merged: MergedNodes | null } | null> => {
    if (goal.catalogs.length === 0) return { merged: null };
    const rules = rulesOf(goal);
    const read = (classType: string): NodeInfo | null => mergeClass(goal, classType, rules);
    const next = await writer.write(classNames(goal), read, () => !isClosed && goal === situation);
    return next === null ? null : { merged: next };
  };

  const write = async (): Promise<boolean> => {
    try {
      while (written !== situation) {
        const goal = situation;
        const result = await writeOnce(goal);
        if (isClosed) return false;
        if (result === null) continue;
        written = goal;
        if (result.merged?.etag === merged?.etag) continue;
        merged = result.merged;
        changes.emit();
      }
      return true;
    } catch (error) {
      logger.error('The nodes of the fleet could not be merged.', { error: String(error) });
      return false;
    } finally {
      // In the same turn as the last look at the situation: what changes after it begins a merge of its own.
      writing = null;
    }
  };

  const settle = (): void => {
    const now = readSituation();
    if (!isSame(now, situation)) {
      situation = now;
      classes = new Map();
    }
    if (written === situation || writing !== null || isClosed) return;
    writing = write();
  };

  const settled = async (): Promise<void> => {
    settle();
    // After a failure nobody waits for the next try, which comes with the next question.
    if (writing !== null && (await writing)) await settled();
  };

  const cancels = [catalogs.onChange(settle), fleet.onChange(settle), home.onChange(settle), uploads.onChange(settle)];
  settle();

  return {
    merged: () => {
      settle();
      return merged;
    },
    mergedClass: (classType) => {
      settle();
      const known = classes.get(classType);
      if (known !== undefined) return known;
      const info = mergeClass(situation, classType, rulesOf(situation));
      // Any name may be asked for: only those that exist are worth remembering.
      if (info !== null) classes.set(classType, info);
      return info;
    },
    isSettled: () => {
      settle();
      return writing === null;
    },
    settled,
    mayAskInstance: () => {
      const now = clock.now();
      if (now - askedAt < questionPauseMs) return false;
      askedAt = now;
      return true;
    },
    onChange: (listener) => changes.on(listener),
    close: () => {
      isClosed = true;
      for (const cancel of cancels) cancel();
    },
  };
};
