import type { Gpu, GpuReading } from '#contract/models/gpu.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { CommandRunner, GpuProbe } from '#core/ports/machine.ts';
import { createCommandRunner } from '../process/command-runner.ts';
import { type AmdProbe, createAmdProbe } from './amd-sysfs.ts';
import { listGraphics } from './graphics-list.ts';
import { createNvidiaProbe } from './nvidia-probe.ts';

export interface GpuProbeOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** NVIDIA's tool; found on the PATH unless another place is given. */
  readonly nvidiaSmiCommand?: string;
  readonly intervalMs?: number;
  readonly runner?: CommandRunner;
  readonly amd?: AmdProbe;
  /** Asked when neither NVIDIA nor AMD cards are found. */
  readonly listOthers?: () => Promise<readonly Gpu[]>;
}

export interface OwnedGpuProbe extends GpuProbe {
  close(): Promise<void>;
}

/** Where a card was found decides who reads it. */
interface Inventory {
  readonly gpus: readonly Gpu[];
  readonly nvidiaCount: number;
  readonly amdBusIds: readonly (string | null)[];
  readonly foundAt: number;
}

const inventoryMs = 30_000;
/** Below this an AMD part is the graphics unit of a processor; it counts only where nothing else is there. */
const dedicatedBytes = 1024 ** 3;

const numbered = (gpus: readonly Gpu[], first: number): readonly Gpu[] =>
  gpus.map((gpu, position) => ({ ...gpu, index: first + position }));

const unread = ({ index, memoryTotalBytes }: Gpu): GpuReading => ({
  index,
  memoryTotalBytes,
  memoryUsedBytes: null,
  loadPercent: null,
  temperatureCelsius: null,
  powerWatts: null,
});

const pickAmd = (found: readonly Gpu[], nvidiaCount: number): readonly Gpu[] => {
  const dedicated = found.filter(({ memoryTotalBytes }) => (memoryTotalBytes ?? 0) >= dedicatedBytes);
  return dedicated.length > 0 || nvidiaCount > 0 ? dedicated : found;
};

/**
 * The GPUs of this machine. NVIDIA's cards come first, since they are what cuda:N counts; then AMD's, from sysfs; only where neither is
 * there is systeminformation asked, which knows names but no readings. Lists are kept for half a minute.
 */
export const createGpuProbe = (options: GpuProbeOptions): OwnedGpuProbe => {
  const { clock, logger } = options;
  const runner = options.runner ?? createCommandRunner();
  const amd = options.amd ?? createAmdProbe();
  const nvidia = createNvidiaProbe({
    command: options.nvidiaSmiCommand ?? 'nvidia-smi',
    clock,
    logger,
    runner,
    intervalMs: options.intervalMs ?? 2000,
  });
  const state = {
    inventory: null as Inventory | null,
    looking: null as Promise<Inventory> | null,
    others: null as Promise<readonly Gpu[]> | null,
  };

  /** Slow, and what it finds does not change while the machine runs: asked once. */
  const others = (): Promise<readonly Gpu[]> => {
    state.others ??= (options.listOthers ?? listGraphics)().catch((error: unknown) => {
      logger.info('The graphics controllers cannot be listed', { error });
      return [];
    });
    return state.others;
  };
  const look = async (): Promise<Inventory> => {
    const cards = await nvidia.list();
    const amdCards = numbered(pickAmd(amd.list(), cards.length), cards.length);
    const found = [...cards, ...amdCards];
    const gpus = found.length > 0 ? found : await others();
    const amdBusIds = amdCards.map(({ busId }) => busId);
    return { gpus, nvidiaCount: cards.length, amdBusIds, foundAt: clock.now() };
  };
  const inventory = (maxAgeMs: number): Promise<Inventory> => {
    const { inventory: known } = state;
    if (known !== null && clock.now() - known.foundAt < maxAgeMs) return Promise.resolve(known);
    state.looking ??= look()
      .then((found) => {
        state.inventory = found;
        return found;
      })
      .finally(() => {
        state.looking = null;
      });
    return state.looking;
  };
  const readAmd = ({ amdBusIds, nvidiaCount }: Inventory): readonly GpuReading[] => {
    const found = amdBusIds.length === 0 ? [] : amd.read();
    return found.flatMap(({ busId, reading }) => {
      const position = amdBusIds.indexOf(busId);
      return position === -1 ? [] : [{ ...reading, index: nvidiaCount + position }];
    });
  };

  return {
    list: async () => (await inventory(inventoryMs)).gpus,
    read: async () => {
      const known = await inventory(Number.POSITIVE_INFINITY);
      if (known.nvidiaCount === 0 && known.amdBusIds.length === 0) return known.gpus.map(unread);
      const nvidiaReadings = known.nvidiaCount > 0 ? await nvidia.read() : [];
      return [...nvidiaReadings, ...readAmd(known)];
    },
    close: () => nvidia.close(),
  };
};
