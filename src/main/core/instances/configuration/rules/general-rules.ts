import {
  type FieldProblem,
  type InstanceConfiguration,
  longestDescription,
  longestName,
} from '#contract/models/instance.ts';
import { idleProblems } from './idle-rules.ts';
import { failing, warning } from './problem.ts';

const sameName = (first: string, second: string): boolean =>
  first.trim().toLocaleLowerCase('en') === second.trim().toLocaleLowerCase('en');

const tooLong = (field: string, label: string, length: number, max: number): FieldProblem =>
  failing(field, 'text-long', `${label} must have at most ${max} characters; it has ${length}`, { length, max });

const descriptionProblems = ({ description }: InstanceConfiguration): readonly FieldProblem[] =>
  description.length > longestDescription
    ? [tooLong('description', 'Description', description.length, longestDescription)]
    : [];

/**
 * A name must be there and be the only one: messages, the switcher and scripts name an instance by it, and two equal ones could not
 * be told apart there.
 */
const nameProblems = (
  configuration: InstanceConfiguration,
  others: readonly InstanceConfiguration[],
): readonly FieldProblem[] => {
  const { name } = configuration;
  if (name.trim() === '') return [failing('name', 'name-missing', 'Name is required')];
  if (name.length > longestName) return [tooLong('name', 'Name', name.length, longestName)];
  if (/\p{Cc}/u.test(name)) return [failing('name', 'name-control', 'Name holds a control character')];
  const same = others.find((other) => sameName(other.name, name));
  if (same === undefined) return [];
  return [
    failing('name', 'name-taken', `An instance named "${same.name}" exists already`, {
      name: same.name,
      instanceId: same.id,
    }),
  ];
};

const numberProblems = ({
  timeoutMs,
  maxConcurrentWorkflows,
  weight,
}: InstanceConfiguration): readonly FieldProblem[] => {
  const problems: FieldProblem[] = [];
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1000 || timeoutMs > 86_400_000) {
    problems.push(
      failing('timeoutMs', 'timeout-range', 'Timeout must be between 1000 and 86400000 ms', {
        timeoutMs,
        min: 1000,
        max: 86_400_000,
      }),
    );
  } else if (timeoutMs < 10_000) {
    problems.push(
      warning('timeoutMs', 'timeout-short', 'Loading a model alone may take longer than this timeout', { timeoutMs }),
    );
  }
  if (!Number.isInteger(maxConcurrentWorkflows) || maxConcurrentWorkflows < 1 || maxConcurrentWorkflows > 64) {
    problems.push(
      failing('maxConcurrentWorkflows', 'max-workflows-range', 'Max concurrent workflows must be between 1 and 64', {
        maxConcurrentWorkflows,
        min: 1,
        max: 64,
      }),
    );
  }
  // NaN is in no range either.
  if (!(weight >= 0.01 && weight <= 100)) {
    problems.push(
      failing('weight', 'weight-range', 'Weight must be between 0.01 and 100', { weight, min: 0.01, max: 100 }),
    );
  }
  return problems;
};

/** Findings that need nothing but the configurations. `others` are the instances besides this one. */
export const generalProblems = (
  configuration: InstanceConfiguration,
  others: readonly InstanceConfiguration[],
): readonly FieldProblem[] => {
  const taken = others.find((other) => other.id === configuration.id);
  const idProblems =
    taken === undefined
      ? []
      : [failing('id', 'id-taken', `An instance with the id "${taken.id}" exists already`, { instanceId: taken.id })];
  return [
    ...idProblems,
    ...nameProblems(configuration, others),
    ...descriptionProblems(configuration),
    ...numberProblems(configuration),
    ...idleProblems(configuration),
  ];
};
