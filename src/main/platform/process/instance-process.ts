import { setTimeout } from 'node:timers/promises';
import type { Logger } from '#core/ports/logger.ts';
import type { InstanceProcess, ProcessExit, ProcessIdentity } from '#core/ports/process-host.ts';
import type { FoundProcess, ProcessTable } from './process-table.ts';

/** How the end of a leader is learned: `onExit` is called once; `stop` ends the watching. */
export interface ExitWatch {
  start(onExit: (exit: ProcessExit) => void): void;
  stop(): void;
}

export interface InstanceProcessOptions {
  readonly identity: ProcessIdentity;
  readonly table: ProcessTable;
  readonly environmentEntries: readonly string[];
  readonly watch: ExitWatch;
  /** Runs right before `exited` settles. */
  readonly onExit: () => void;
  readonly logger: Logger;
}

const killRounds = 5;
const goneChecks = 25;
const goneCheckMs = 20;

/**
 * Ends what `find` finds, round after round: a survivor may start another one while it is looked at. Gives up after the rounds;
 * what is left then sits in the kernel (a driver call), and the caller sees it in the next look.
 */
export const killAll = async (table: ProcessTable, find: () => Promise<readonly FoundProcess[]>): Promise<void> => {
  for (let round = 0; round < killRounds; round += 1) {
    const found = await find();
    if (found.length === 0) return;
    for (const entry of found) await table.kill(entry);
    for (let check = 0; check < goneChecks && (await find()).length > 0; check += 1) await setTimeout(goneCheckMs);
  }
};

/** A process group of an instance, own or adopted. */
export const createInstanceProcess = (options: InstanceProcessOptions): InstanceProcess => {
  const { identity, table, watch, logger } = options;
  const state = { ended: false, groupMayLive: true };

  const exited = new Promise<ProcessExit>((resolve) => {
    watch.start((exit) => {
      state.ended = true;
      options.onExit();
      resolve(exit);
    });
  });
  const survivors = async (): Promise<readonly FoundProcess[]> => {
    const { environmentEntries } = options;
    const endedBefore = state.ended;
    const mark = { leader: identity, groupMayLive: state.groupMayLive, environmentEntries };
    const { group, strays } = await table.members(mark);
    if (endedBefore && group.length === 0) state.groupMayLive = false;
    return [...group, ...strays];
  };

  return {
    identity,
    exited,
    signal: (signal) => {
      if (!state.groupMayLive) return;
      try {
        table.signalGroup(identity, signal);
      } catch (error) {
        logger.warn('A signal could not be sent to a process group', { pid: identity.pid, signal, error });
      }
    },
    survivors: async () => (await survivors()).map(({ pid, name }) => ({ pid, name })),
    killSurvivors: () => killAll(table, survivors),
    release: () => watch.stop(),
  };
};
