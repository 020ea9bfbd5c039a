import { execa } from 'execa';
import { StudioError } from '#contract/errors.ts';
import type { CommandRunner } from '#core/ports/machine.ts';

/** Most output that is kept of each stream; a helper program that says more is ended, and its answer is what it said so far. */
const maxOutputCharacters = 4 * 1024 ** 2;

/**
 * Runs helper programs with an argv array, never through a shell, and ends them with everything they started when the limit or
 * the signal says so. A program that cannot be started fails with LAUNCH_FAILED (the system's error is the cause), one that runs
 * too long answers exit code null.
 */
export const createCommandRunner = (): CommandRunner => ({
  run: async (command, args, options) => {
    const result = await execa(command, args, {
      reject: false,
      shell: false,
      stdin: 'ignore',
      timeout: options.timeoutMs,
      forceKillAfterDelay: 1000,
      killDescendants: true,
      maxBuffer: maxOutputCharacters,
      windowsHide: true,
      ...(options.environment === undefined ? {} : { env: { ...options.environment }, extendEnv: false }),
      ...(options.workingFolder === undefined ? {} : { cwd: options.workingFolder }),
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
    if (result.isCanceled) throw new StudioError('CALL_CANCELLED');
    const started = result.exitCode !== undefined || result.signal !== undefined || result.timedOut;
    if (result.failed && !started && !result.isMaxBuffer) {
      const details = { command, systemCode: result.code ?? null };
      throw new StudioError('LAUNCH_FAILED', undefined, { details, cause: result.cause });
    }
    return { exitCode: result.exitCode ?? null, stdout: result.stdout, stderr: result.stderr };
  },
});
