import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** The core that whatever is measured has to itself, and the one on which everything else takes place. */
const cores = { measured: '0', rest: '1' } as const;

export type Core = keyof typeof cores;

/** Whether processes can be held to a core here: there are two, and the program that does it (Debian: util-linux). */
export const canHoldToCore = (): boolean =>
  cpus().length > 1 && spawnSync('taskset', ['-V'], { stdio: 'ignore' }).error === undefined;

/** Holds a process, with all its threads, to a core. */
export const holdToCore = (pid: number, core: Core): void => {
  const { status, stderr } = spawnSync('taskset', ['-a', '-c', '-p', cores[core], String(pid)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`taskset failed for ${pid}: ${stderr}`);
};
