import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Grandchild } from '../faults/fault-plan.ts';
import type { FaultEffects } from '../faults/faults.ts';
import type { ServerLog } from '../log/server-log.ts';

/** A forgotten grandchild ends by itself after this long. */
const grandchildSeconds = 600;

const grandchildScript = (kind: Grandchild): string => {
  const trap = kind === 'stubborn' ? "trap '' INT TERM HUP; " : '';
  return `${trap}n=0; while [ $n -lt ${grandchildSeconds} ]; do sleep 1; n=$((n+1)); done`;
};

const spawnGrandchild = (kind: Grandchild, log: ServerLog): void => {
  const child = spawn('sh', ['-c', grandchildScript(kind)], {
    detached: kind === 'detached',
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.on('error', (error) => log.error(`no grandchild: ${error.message}`));
  child.unref();
  log.info(`grandchild started: pid ${child.pid}`);
};

/** The command line that starts this server again. */
const ownCommand = (): readonly [string, ...string[]] => [
  process.execPath,
  ...process.execArgv,
  ...process.argv.slice(1),
];

const startReplacement = (): never => {
  const [program, ...words] = ownCommand();
  spawn(program, words, { stdio: 'inherit', detached: false }).unref();
  process.exit(0);
};

/**
 * Reboots as ComfyUI-Manager does: under a launcher (marked by __COMFY_CLI_SESSION__) it leaves a `.reboot` file beside
 * the session and ends with 0; otherwise the process replaces itself under the same pid, or, where the system cannot do
 * that, starts its successor and ends.
 */
export const reboot = (log: ServerLog): void => {
  const session = process.env.__COMFY_CLI_SESSION__;
  log.raw('\nRestarting...\n\n');
  if (session !== undefined && session !== '') {
    writeFileSync(`${session}.reboot`, '');
    process.exit(0);
  }
  const [program, ...words] = ownCommand();
  if (process.platform === 'win32' || process.execve === undefined) startReplacement();
  else process.execve(program, [program, ...words], process.env);
};

/** The effects of the fault switches on this process. */
export const createProcessEffects = (log: ServerLog): FaultEffects => ({
  exit: (code) => process.exit(code),
  blockEventLoop() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  reboot: () => reboot(log),
  spawnGrandchild: (kind) => spawnGrandchild(kind, log),
  ignoreSignal(signal) {
    process.removeAllListeners(signal);
    process.on(signal, () => undefined);
  },
  after: (delayMs, work) => void setTimeout(work, delayMs),
});
