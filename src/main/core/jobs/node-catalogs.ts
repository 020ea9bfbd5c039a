import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { ComfyReader, NodeCatalog } from '#core/ports/comfy-reader.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { JobNeeds, MissingParts } from '#core/scheduling/scheduler-interface.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import type { OutputKnowledge } from '#core/workflows/output-nodes.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';

const readTimeoutMs = 60_000;
const retryMs = 30_000;

/** What the instances can run, as far as it is known. It is asked for once in every run of an instance. */
export interface NodeCatalogs {
  /** Classes that the instance is known to lack; empty while nothing is known. */
  missing(instanceId: string, classTypes: readonly string[]): readonly string[];
  /** Classes and values of lists that the instance is known to lack; a list that nobody told of lacks nothing. */
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
  stop(): void;
}

interface Known {
  readonly readyAt: number;
  readonly catalog: NodeCatalog;
}

export interface NodeCatalogsDependencies {
  readonly fleet: Pick<FleetView, 'candidates' | 'onChange'>;
  readonly reader: Pick<ComfyReader, 'nodeCatalog'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Reads the catalog of every instance that becomes ready; `onLearned` is told of each. */
export const createNodeCatalogs = (
  { fleet, reader, clock, logger }: NodeCatalogsDependencies,
  onLearned: () => void,
): NodeCatalogs => {
  // A stopped instance keeps its entry: what it had in its last run is the best guess of what it will have in the next.
  const known = new Map<string, Known>();
  const asked = new Map<string, number>();
  const revisions = new Map<string, number>();
  const retries = new Map<string, Cancel>();
  const reading = new Set<Promise<void>>();
  const stop = new AbortController();
  const changes = createEmitter<undefined>();

  const readCatalog = async (candidate: FleetCandidate, readyAt: number): Promise<void> => {
    const { instanceId, endpoint } = candidate;
    try {
      const catalog = await reader.nodeCatalog(endpoint, { timeoutMs: readTimeoutMs, signal: stop.signal });
      if (stop.signal.aborted || asked.get(instanceId) !== readyAt) return;
      known.set(instanceId, { readyAt, catalog });
      revisions.set(instanceId, (revisions.get(instanceId) ?? 0) + 1);
      onLearned();
      changes.emit(undefined);
    } catch (error) {
      if (stop.signal.aborted || asked.get(instanceId) !== readyAt) return;
      logger.debug('The nodes of an instance could not be read.', { instanceId, error: String(error) });
      retries.set(
        instanceId,
        clock.schedule(retryMs, () => {
          retries.delete(instanceId);
          asked.delete(instanceId);
          refresh();
        }),
      );
    }
  };

  const forget = (instanceId: string): void => {
    if (known.delete(instanceId)) changes.emit(undefined);
    asked.delete(instanceId);
    retries.get(instanceId)?.();
    retries.delete(instanceId);
  };

  const refresh = (): void => {
    const candidates = fleet.candidates();
    const present = new Set(candidates.map(({ instanceId }) => instanceId));
    for (const instanceId of new Set([...known.keys(), ...asked.keys()]))
      if (!present.has(instanceId)) forget(instanceId);
    for (const candidate of candidates) {
      const { instanceId, readyAt, status } = candidate;
      if (readyAt === null || (status !== 'running' && status !== 'paused')) continue;
      if (asked.get(instanceId) === readyAt) continue;
      asked.set(instanceId, readyAt);
      const read = readCatalog(candidate, readyAt)
        .catch((error: unknown) =>
          logger.error('Reading the nodes of an instance failed.', { instanceId, error: String(error) }),
        )
        .finally(() => reading.delete(read));
      reading.add(read);
    }
  };

  const unsubscribe = fleet.onChange(refresh);
  refresh();

  return {
    missing: (instanceId, classTypes) => {
      const catalog = known.get(instanceId)?.catalog;
      return catalog === undefined ? [] : classTypes.filter((classType) => !catalog.classes.has(classType));
    },
    missingParts: (instanceId, needs) => {
      const catalog = known.get(instanceId)?.catalog;
      if (catalog === undefined) return { classTypes: [], combos: [] };
      return {
        classTypes: needs.classTypes.filter((classType) => !catalog.classes.has(classType)),
        combos: needs.combos.filter(({ classType, inputName, value }) => {
          const offered = catalog.combos.get(classType)?.get(inputName);
          return offered !== undefined && !offered.has(value);
        }),
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
    settled: (limitMs) =>
      new Promise((resolve) => {
        const cancel = clock.schedule(limitMs, resolve);
        Promise.all(reading)
          .finally(cancel)
          .then(() => resolve(), resolve);
      }),
    stop: () => {
      stop.abort();
      unsubscribe();
      for (const cancel of retries.values()) cancel();
      retries.clear();
    },
  };
};
