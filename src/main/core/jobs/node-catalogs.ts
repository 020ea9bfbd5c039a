import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { ComfyReader, NodeCatalog } from '#core/ports/comfy-reader.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { ComboNeed, JobNeeds, MissingParts } from '#core/scheduling/scheduler-interface.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { isFromPack } from '#core/workflows/node-packs.ts';
import type { OutputKnowledge } from '#core/workflows/output-nodes.ts';
import { type CatalogReading, mayBeAskedAt, nextReadAt } from './catalog-reading.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';

const readTimeoutMs = 60_000;

/** What the instances can run, as far as it is known. It is asked for in every run of an instance, and again once in a while. */
export interface NodeCatalogs {
  /** Classes that the instance is known to lack; empty while nothing is known. */
  missing(instanceId: string, classTypes: readonly string[]): readonly string[];
  /**
   * Classes and values of lists that the instance is known to lack; a list that nobody told of lacks nothing, and of a class that may
   * check its values by itself only what is not listed is known.
   */
  missingParts(instanceId: string, needs: JobNeeds): MissingParts;
  isKnown(instanceId: string): boolean;
  /** Grows whenever more is known about the instance. */
  revision(instanceId: string): number;
  /** What is known of each instance, running or not, in the user's order; `readyAt` names the run of its program that told it. */
  entries(): readonly { readonly instanceId: string; readonly readyAt: number; readonly catalog: NodeCatalog }[];
  /** Told whenever `entries` changes. */
  onChange(listener: () => void): Cancel;
  /** The catalogs that are known, for reading what a graph loads. */
  catalogs(): readonly NodeCatalog[];
  readonly isOutput: OutputKnowledge;
  /** Resolves when no catalog is being read, or after the limit. */
  settled(limitMs: number): Promise<void>;
  /** Has the instances asked again as soon as they are idle, at most once a minute. */
  refreshWhenIdle(): void;
  /**
   * Asks the running instances again: those that rest unless they were asked two seconds ago, those that work at most once a minute.
   * Resolves when they have told, or after the limit. For a decision that more knowledge could turn.
   */
  refresh(limitMs: number): Promise<void>;
  stop(): void;
}

interface Known {
  readonly readyAt: number;
  readonly catalog: NodeCatalog;
}

export interface NodeCatalogsDependencies {
  readonly fleet: Pick<FleetView, 'candidates' | 'onChange'>;
  readonly reader: Pick<ComfyReader, 'nodeCatalog'>;
  /** It has a job, so that it should not be held up. */
  readonly isBusy: (instanceId: string) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Reads the catalog of every instance that becomes ready; `onLearned` is told of each. */
export const createNodeCatalogs = (
  { fleet, reader, isBusy, clock, logger }: NodeCatalogsDependencies,
  onLearned: () => void,
): NodeCatalogs => {
  // A stopped instance keeps its entry: what it had in its last run is the best guess of what it will have in the next.
  const known = new Map<string, Known>();
  const readings = new Map<string, CatalogReading>();
  const revisions = new Map<string, number>();
  const inHand = new Set<Promise<void>>();
  const stop = new AbortController();
  const changes = createEmitter<undefined>();
  let cancelTimer: Cancel = () => undefined;

  const learn = (instanceId: string, readyAt: number, catalog: NodeCatalog): void => {
    const before = known.get(instanceId);
    if (before?.catalog === catalog && before.readyAt === readyAt) return;
    known.set(instanceId, { readyAt, catalog });
    if (before?.catalog !== catalog) {
      revisions.set(instanceId, (revisions.get(instanceId) ?? 0) + 1);
      onLearned();
    }
    changes.emit(undefined);
  };

  /** An answer that comes when another run of the program is being asked, or nobody, is dropped. */
  const end = (instanceId: string, reading: CatalogReading, outcome: 'known' | 'failed'): boolean => {
    if (stop.signal.aborted || readings.get(instanceId) !== reading) return false;
    readings.set(instanceId, { ...reading, outcome });
    return true;
  };

  const readCatalog = async ({ instanceId, endpoint }: FleetCandidate, reading: CatalogReading): Promise<void> => {
    try {
      const catalog = await reader.nodeCatalog(endpoint, { timeoutMs: readTimeoutMs, signal: stop.signal });
      if (end(instanceId, reading, 'known')) learn(instanceId, reading.run, catalog);
    } catch (error) {
      if (end(instanceId, reading, 'failed'))
        logger.debug('The nodes of an instance could not be read.', { instanceId, error: String(error) });
    }
  };

  const ask = (candidate: FleetCandidate, readyAt: number): void => {
    const { instanceId } = candidate;
    const reading: CatalogReading = { run: readyAt, askedAt: clock.now(), outcome: 'reading', isWanted: false };
    readings.set(instanceId, reading);
    const read = readCatalog(candidate, reading)
      .catch((error: unknown) =>
        logger.error('Reading the nodes of an instance failed.', { instanceId, error: String(error) }),
      )
      .finally(() => {
        inHand.delete(read);
        look();
      });
    inHand.add(read);
  };

  const running = (): readonly (readonly [FleetCandidate, number])[] =>
    fleet.candidates().flatMap((candidate) => {
      const { readyAt, status } = candidate;
      return readyAt === null || (status !== 'running' && status !== 'paused') ? [] : [[candidate, readyAt] as const];
    });

  const forgetGone = (): void => {
    const present = new Set(fleet.candidates().map(({ instanceId }) => instanceId));
    for (const instanceId of readings.keys()) if (!present.has(instanceId)) readings.delete(instanceId);
    for (const instanceId of known.keys()) {
      if (present.has(instanceId)) continue;
      known.delete(instanceId);
      changes.emit(undefined);
    }
  };

  /** Asks whoever is due, and comes back when the next one is. */
  const look = (): void => {
    if (stop.signal.aborted) return;
    forgetGone();
    const now = clock.now();
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [candidate, readyAt] of running()) {
      const { instanceId } = candidate;
      const isBusyNow = (): boolean => isBusy(instanceId);
      const dueAt = nextReadAt(readings.get(instanceId), { readyAt, isBusy: isBusyNow, now });
      if (dueAt !== null && dueAt <= now) ask(candidate, readyAt);
      else if (dueAt !== null) nextAt = Math.min(nextAt, dueAt);
    }
    cancelTimer();
    if (Number.isFinite(nextAt)) cancelTimer = clock.schedule(nextAt - now, look);
  };

  const settled = (limitMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.schedule(limitMs, resolve);
      Promise.all(inHand)
        .finally(cancel)
        .then(() => resolve(), resolve);
    });

  const unsubscribe = fleet.onChange(look);
  look();

  return {
    missing: (instanceId, classTypes) => {
      const catalog = known.get(instanceId)?.catalog;
      return catalog === undefined ? [] : classTypes.filter((classType) => !catalog.classes.has(classType));
    },
    missingParts: (instanceId, needs) => {
      const catalog = known.get(instanceId)?.catalog;
      if (catalog === undefined) return { classTypes: [], combos: [], unlisted: [] };
      const isGuess = ({ classType }: ComboNeed): boolean => isFromPack(catalog.nodes.get(classType));
      const beyond = needs.combos.filter(({ classType, inputName, value }) => {
        const offered = catalog.combos.get(classType)?.get(inputName);
        return offered !== undefined && !offered.has(value);
      });
      return {
        classTypes: needs.classTypes.filter((classType) => !catalog.classes.has(classType)),
        combos: beyond.filter((need) => !isGuess(need)),
        unlisted: beyond.filter(isGuess),
      };
    },
    isKnown: (instanceId) => known.has(instanceId),
    revision: (instanceId) => revisions.get(instanceId) ?? 0,
    entries: () =>
      fleet.candidates().flatMap(({ instanceId }) => {
        const entry = known.get(instanceId);
        return entry === undefined ? [] : [{ instanceId, ...entry }];
      }),
    onChange: (listener) => changes.on(listener),
    catalogs: () => Array.from(known.values(), ({ catalog }) => catalog),
    isOutput: (classType) => {
      const holders = [...known.values()].filter(({ catalog }) => catalog.classes.has(classType));
      return holders.length === 0 ? null : holders.some(({ catalog }) => catalog.outputClasses.has(classType));
    },
    settled,
    refreshWhenIdle: () => {
      let isNew = false;
      for (const [instanceId, reading] of readings) {
        if (reading.outcome !== 'known' || reading.isWanted) continue;
        readings.set(instanceId, { ...reading, isWanted: true });
        isNew = true;
      }
      if (isNew) look();
    },
    refresh: async (limitMs) => {
      for (const [candidate, readyAt] of running()) {
        const { instanceId } = candidate;
        const isBusyNow = (): boolean => isBusy(instanceId);
        const askAt = mayBeAskedAt(readings.get(instanceId), isBusyNow);
        if (askAt !== null && askAt <= clock.now()) ask(candidate, readyAt);
      }
      await settled(limitMs);
    },
    stop: () => {
      stop.abort();
      unsubscribe();
      cancelTimer();
    },
  };
};
