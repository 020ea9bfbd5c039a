import type { FieldProblem, InstanceConfiguration } from '#contract/models/instance.ts';
import { failing, warning } from './problem.ts';

/** A week, beyond which an idle time is a mistake in the unit. */
const maxIdleMs = 604_800_000;
/** Below this, people who look at a result for a moment find a cold instance each time. */
const shortIdleMs = 10_000;

const labels = { freeAfterMs: 'The idle time before freeing memory', stopAfterMs: 'The idle time before stopping' };

const timeProblem = (field: keyof typeof labels, milliseconds: number): FieldProblem | null => {
  const details = { milliseconds, min: 0, max: maxIdleMs };
  if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds > maxIdleMs) {
    return failing(`idle.${field}`, 'idle-range', `${labels[field]} must be between 0 and ${maxIdleMs} ms`, details);
  }
  return milliseconds > 0 && milliseconds < shortIdleMs
    ? warning(
        `idle.${field}`,
        'idle-short',
        `${labels[field]} is so short that every pause ends in a cold start`,
        details,
      )
    : null;
};

/** A process that somebody else runs can be freed, but neither stopped nor started. */
const remoteProblems = ({ idle }: InstanceConfiguration): readonly FieldProblem[] => [
  ...(idle.stopAfterMs > 0
    ? [warning('idle.stopAfterMs', 'idle-stop-remote', 'A remote instance cannot be stopped from here')]
    : []),
  ...(idle.startOnDemand
    ? [warning('idle.startOnDemand', 'start-on-demand-remote', 'A remote instance cannot be started from here')]
    : []),
];

const localProblems = ({ idle }: InstanceConfiguration): readonly FieldProblem[] => {
  const { freeAfterMs, stopAfterMs, startOnDemand } = idle;
  const problems: FieldProblem[] = [];
  if (stopAfterMs > 0 && freeAfterMs > 0 && stopAfterMs <= freeAfterMs) {
    problems.push(
      failing('idle.stopAfterMs', 'idle-order', 'It would be stopped before its memory is freed', {
        freeAfterMs,
        stopAfterMs,
      }),
    );
  }
  if (stopAfterMs > 0 && !startOnDemand) {
    problems.push(
      warning(
        'idle.startOnDemand',
        'idle-stop-for-good',
        'Once it is stopped for having nothing to do, no job starts it again',
      ),
    );
  }
  return problems;
};

/** Findings about what becomes of an instance that has nothing to do. */
export const idleProblems = (configuration: InstanceConfiguration): readonly FieldProblem[] => {
  const { kind, idle } = configuration;
  const times = (['freeAfterMs', 'stopAfterMs'] as const)
    .map((field) => timeProblem(field, idle[field]))
    .filter((problem) => problem !== null);
  return [...times, ...(kind === 'remote' ? remoteProblems(configuration) : localProblems(configuration))];
};
