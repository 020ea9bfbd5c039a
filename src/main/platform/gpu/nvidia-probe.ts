import { StudioError } from '#contract/errors.ts';
import type { Gpu, GpuReading } from '#contract/models/gpu.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { CommandRunner } from '#core/ports/machine.ts';
import { createNvidiaLoop } from './nvidia-smi-loop.ts';
import { type NvidiaRow, nvidiaQueryArguments, parseNvidiaRows, toGpu, toReading } from './nvidia-smi-output.ts';

export interface NvidiaProbeOptions {
  readonly command: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly runner: CommandRunner;
  readonly intervalMs: number;
}

/** NVIDIA's cards through nvidia-smi. */
export interface NvidiaProbe {
  list(): Promise<readonly Gpu[]>;
  read(): Promise<readonly GpuReading[]>;
  close(): Promise<void>;
}

/** A query on a machine with eight cards whose driver has to wake up takes seconds. */
const queryLimitMs = 15_000;
/** Single queries may take this share of the time; in between the last answer stands. */
const maxQueryShare = 0.05;

export const createNvidiaProbe = (options: NvidiaProbeOptions): NvidiaProbe => {
  const { clock, runner, logger, command } = options;
  const loop = createNvidiaLoop(options);
  const state = {
    indexes: new Map<string, number>(),
    single: [] as readonly NvidiaRow[],
    nextSingleAt: 0,
  };

  const query = async (): Promise<readonly NvidiaRow[]> => {
    try {
      const { stdout, exitCode } = await runner.run(command, nvidiaQueryArguments, { timeoutMs: queryLimitMs });
      const rows = parseNvidiaRows(stdout);
      if (exitCode !== 0) logger.info('nvidia-smi ends with an error', { exitCode, cards: rows.length });
      return rows;
    } catch (error) {
      // No such tool: no such card, as far as anybody can tell.
      if (error instanceof StudioError && error.code === 'LAUNCH_FAILED') return [];
      throw error;
    }
  };
  const single = async (): Promise<readonly NvidiaRow[]> => {
    const startedAt = clock.now();
    if (startedAt < state.nextSingleAt) return state.single;
    state.nextSingleAt = Number.POSITIVE_INFINITY;
    try {
      state.single = await query();
    } finally {
      state.nextSingleAt = clock.now() + (clock.now() - startedAt) / maxQueryShare;
    }
    return state.single;
  };

  return {
    list: async () => {
      const gpus = (await query()).map(toGpu);
      state.indexes = new Map(gpus.map(({ uuid, index }) => [uuid ?? '', index]));
      return gpus;
    },
    read: async () => {
      const rows = (await loop.read()) ?? (await single());
      // A card that fell off the bus must not give its number to the next one.
      return rows.map((row, position) => toReading(row, state.indexes.get(row.uuid) ?? position));
    },
    close: () => loop.close(),
  };
};
