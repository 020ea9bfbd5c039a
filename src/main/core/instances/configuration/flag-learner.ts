import { StudioError } from '#contract/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommandRunner } from '../../ports/machine.ts';
import { type FlagKnowledge, parseFlagKnowledge } from './flag-knowledge.ts';

/** One program whose flags are asked for. */
export interface ProgramWithHelp {
  readonly command: string;
  /** argv before `--help`, such as `main.py`. */
  readonly arguments: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Learns the flags of programs from their own help, and remembers them for a while. */
export interface FlagLearner {
  /** Null when the help cannot be read: program missing, a crash, no usage in the output, or longer than the limit. */
  learn(program: ProgramWithHelp, options: { maxAgeMs: number }): Promise<FlagKnowledge | null>;
}

/** A Python start takes 0.1 to 3 s, more on a cold disk; the help is printed before torch is imported. */
export const helpTimeoutMs = 20_000;

/** More programs than any machine has; keeps drafts with ever new paths from filling the memory. */
const maxRemembered = 64;

interface Remembered {
  readonly at: number;
  readonly knowledge: Promise<FlagKnowledge | null>;
}

/**
 * A launch asks with a small `maxAgeMs`, because an update may have changed the flags; validation while somebody types asks with a
 * large one. Callers that ask at the same time share one run. A failure is not remembered.
 */
export const createFlagLearner = (dependencies: { commands: CommandRunner; clock: Clock }): FlagLearner => {
  const remembered = new Map<string, Remembered>();

  const ask = async (program: ProgramWithHelp): Promise<FlagKnowledge | null> => {
    try {
      const result = await dependencies.commands.run(program.command, [...program.arguments, '--help'], {
        timeoutMs: helpTimeoutMs,
        // Wide and plain, so that argparse neither wraps in the middle of a choice nor colours.
        environment: { ...program.environment, COLUMNS: '400', NO_COLOR: '1', PYTHON_COLORS: '0' },
        workingFolder: program.workingFolder,
      });
      return result.exitCode === 0 ? parseFlagKnowledge(result.stdout) : null;
    } catch (error) {
      // Why it cannot be started is the finding of another check; here it only means that nothing is known.
      if (error instanceof StudioError && error.code === 'LAUNCH_FAILED') return null;
      throw error;
    }
  };

  return {
    learn: (program, { maxAgeMs }) => {
      const key = JSON.stringify([program.command, program.arguments, program.workingFolder]);
      const now = dependencies.clock.now();
      const known = remembered.get(key);
      if (known !== undefined && now - known.at <= maxAgeMs) return known.knowledge;
      const entry: Remembered = { at: now, knowledge: ask(program) };
      remembered.delete(key);
      remembered.set(key, entry);
      const oldest = remembered.size > maxRemembered ? remembered.keys().next().value : undefined;
      if (oldest !== undefined) remembered.delete(oldest);
      const forget = (): void => {
        if (remembered.get(key) === entry) remembered.delete(key);
      };
      entry.knowledge.then((knowledge) => {
        if (knowledge === null) forget();
      }, forget);
      return entry.knowledge;
    },
  };
};
