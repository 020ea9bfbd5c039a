import type { ExecutionSignal, SimulatedDevice } from './node-definition.ts';
import { createOutOfMemoryError } from './node-error.ts';

export interface SimulatedDeviceOptions {
  readonly totalBytes: number;
  /** 1 = the reference card; 0.5 takes twice as long. */
  readonly speed: number;
  /** How many times faster than real time the simulated work runs; 1 = real time. */
  readonly clockScale: number;
  /** Waits so many real milliseconds. */
  readonly wait: (delayMs: number) => Promise<void>;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicNow: () => number;
  /** A line on the server's log at level INFO. */
  readonly log?: (line: string) => void;
}

/** The reference card's storage reads a model file at this rate. */
const loadBytesPerMs = 2_000_000;

/** Waiting longer than was asked for counts towards the next wait, up to this much, so that stalls give no free ride. */
const creditLimitMs = 50;

/** Timers are not finer than this; shorter waits are saved up. */
const shortestWaitMs = 1;

const createPacer = ({ wait, monotonicNow }: SimulatedDeviceOptions): ((durationMs: number) => Promise<void>) => {
  let owedMs = 0;
  return async (durationMs) => {
    owedMs += durationMs;
    if (owedMs < shortestWaitMs) return;
    const startedAt = monotonicNow();
    await wait(owedMs);
    owedMs = Math.max(-creditLimitMs, owedMs - (monotonicNow() - startedAt));
  };
};

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);

interface MemoryAccount {
  freeBytes(): number;
  isResident(key: string): boolean;
  /** Marks a resident model as the one used last. */
  touch(key: string): void;
  /** Makes room by evicting the least recently used models, never `keep`; throws the OOM error and forgets all models. */
  makeRoom(bytes: number, keep: string | undefined): void;
  add(key: string, bytes: number): void;
  occupy(bytes: number): void;
  release(bytes: number): void;
  clear(): void;
  lastUsed(): string | undefined;
}

const createMemoryAccount = (totalBytes: number): MemoryAccount => {
  const resident = new Map<string, number>();
  let workingBytes = 0;
  const freeBytes = (): number => {
    let used = workingBytes;
    for (const bytes of resident.values()) used += bytes;
    return totalBytes - used;
  };
  return {
    freeBytes,
    isResident: (key) => resident.has(key),
    touch(key) {
      const bytes = resident.get(key);
      if (bytes === undefined) return;
      resident.delete(key);
      resident.set(key, bytes);
    },
    makeRoom(bytes, keep) {
      for (const key of resident.keys()) {
        if (freeBytes() >= bytes) return;
        if (key !== keep) resident.delete(key);
      }
      if (freeBytes() >= bytes) return;
      const error = createOutOfMemoryError(bytes, totalBytes, freeBytes());
      resident.clear();
      throw error;
    },
    add: (key, bytes) => resident.set(key, bytes),
    occupy(bytes) {
      workingBytes += bytes;
    },
    release(bytes) {
      workingBytes -= bytes;
    },
    clear: () => resident.clear(),
    lastUsed: () => [...resident.keys()].at(-1),
  };
};

/**
 * A card that exists in bookkeeping only: models become resident in the time that reading their file would take, the least
 * recently used ones make room, and what does not fit at all fails with `torch.OutOfMemoryError` and unloads everything,
 * as ComfyUI does after running out (comfyui-protocol.md 6).
 */
export const createSimulatedDevice = (options: SimulatedDeviceOptions): SimulatedDevice => {
  const { totalBytes, speed, clockScale, log = () => undefined } = options;
  const memory = createMemoryAccount(totalBytes);
  const pace = createPacer(options);
  const spend = (referenceMs: number): Promise<void> => pace(referenceMs / speed / clockScale);
  return {
    totalBytes,
    freeBytes: () => memory.freeBytes(),
    unloadAll: () => memory.clear(),
    async load({ key, bytes, className }, signal: ExecutionSignal) {
      if (memory.isResident(key)) {
        memory.touch(key);
        return;
      }
      log(`Requested to load ${className}`);
      memory.makeRoom(bytes, undefined);
      memory.add(key, bytes);
      // A model load never looks at the interrupt flag (4.4): the interrupt takes effect after it.
      await spend(bytes / loadBytesPerMs);
      log(
        `loaded completely; ${megabytes(memory.freeBytes() + bytes)} MB usable, ${megabytes(bytes)} MB loaded, full load: True`,
      );
      signal.throwIfInterrupted();
    },
    async allocate(bytes, work) {
      memory.makeRoom(bytes, memory.lastUsed());
      memory.occupy(bytes);
      try {
        return await work();
      } finally {
        memory.release(bytes);
      }
    },
    async work(referenceMs, signal) {
      signal.throwIfInterrupted();
      await spend(referenceMs);
      signal.throwIfInterrupted();
    },
  };
};
