import type { FieldProblem, InstanceConfiguration } from '#contract/models/instance.ts';
import { parseDeviceSelection } from '../../../gpus/device-selection.ts';
import { type FlagKnowledge, findFlag, type KnownFlag } from '../flag-knowledge.ts';
import { closestFlag } from './closest-flag.ts';
import { gpuFlags, managedFlags, overridingFlags, refusedFlags, uselessFlags } from './own-flags.ts';
import { failing, warning } from './problem.ts';

const field = 'extraArguments';

/** A typed command line with a quote that nothing closes would lose its end without a word. */
export const quoteProblem = (text: string): FieldProblem | null => {
  let open: string | null = null;
  for (const character of text) {
    if (open === null && (character === '"' || character === "'")) open = character;
    else if (character === open) open = null;
  }
  return open === null
    ? null
    : failing(field, 'argument-quote', `A ${open} is opened and never closed`, { quote: open });
};

interface GivenFlag {
  readonly token: string;
  /** The full name where it is known, else what was typed. */
  readonly name: string;
  readonly known: KnownFlag | null;
  readonly values: readonly string[];
}

const isFlag = (token: string): boolean => token.startsWith('-') && !/^-\d/.test(token) && token !== '-';

/** Groups argv into flags and their values; values before the first flag stand under an empty name. */
const groupFlags = (tokens: readonly string[], knowledge: FlagKnowledge | null): readonly GivenFlag[] => {
  const groups: { token: string; values: string[] }[] = [{ token: '', values: [] }];
  for (const token of tokens) {
    if (isFlag(token)) {
      const equals = token.indexOf('=');
      groups.push(
        equals > 0 ? { token: token.slice(0, equals), values: [token.slice(equals + 1)] } : { token, values: [] },
      );
    } else groups.at(-1)?.values.push(token);
  }
  return groups
    .filter(({ token, values }) => token !== '' || values.length > 0)
    .map(({ token, values }) => {
      const known = knowledge === null || token === '' ? null : findFlag(knowledge, token);
      return { token, name: known?.name ?? token, known, values };
    });
};

const choiceText = (name: string): string => (name === '' ? 'The beginning of the arguments' : name);

const shapeProblem = ({ token, name, known, values }: GivenFlag, knowledge: FlagKnowledge): FieldProblem | null => {
  if (token !== '' && known === null) {
    const suggestion = closestFlag(token, [...knowledge.flags.keys()]);
    const hint = suggestion === null ? '' : `; did you mean ${suggestion}?`;
    return failing(field, 'argument-unknown', `This ComfyUI does not know ${token}${hint}`, {
      argument: token,
      suggestion,
    });
  }
  if (known?.values === 'one' && values.length === 0) {
    return failing(field, 'argument-value-missing', `${name} needs a value`, { argument: name });
  }
  const most = { none: 0, optional: 1, one: 1, many: Number.POSITIVE_INFINITY }[known?.values ?? 'none'];
  if (values.length > most) {
    const stray = values[most] ?? '';
    return failing(field, 'argument-stray', `${choiceText(name)} takes no value "${stray}"`, {
      argument: name,
      value: stray,
    });
  }
  const wrong = known?.choices === null ? undefined : values.find((value) => known?.choices?.includes(value) === false);
  if (wrong === undefined) return null;
  return failing(field, 'argument-choice', `${name} does not take "${wrong}"`, {
    argument: name,
    value: wrong,
    choices: known?.choices ?? [],
  });
};

const meaningProblem = ({ name }: GivenFlag, isPinned: boolean): FieldProblem | null => {
  const ownField = Object.hasOwn(managedFlags, name) ? managedFlags[name] : undefined;
  if (ownField !== undefined) {
    return failing(field, 'argument-managed', `${name} is set by Atelier; use the field "${ownField}"`, {
      argument: name,
      field: ownField,
    });
  }
  const refusal = Object.hasOwn(refusedFlags, name) ? refusedFlags[name] : undefined;
  if (refusal !== undefined) {
    const { reason, effect } = refusal;
    return failing(field, 'argument-refused', `${name} ${effect}`, { argument: name, reason });
  }
  if (isPinned && gpuFlags.has(name)) {
    return failing(field, 'argument-gpu', `${name} contradicts the GPU device that is set; use one of the two`, {
      argument: name,
    });
  }
  const instead = Object.hasOwn(overridingFlags, name) ? overridingFlags[name] : undefined;
  if (instead !== undefined) {
    return warning(
      field,
      'argument-overrides',
      `${name} takes the place of the folder that Atelier gives this instance alone`,
      {
        argument: name,
        field: instead,
      },
    );
  }
  const useless = Object.hasOwn(uselessFlags, name) ? uselessFlags[name] : undefined;
  if (useless === undefined) return null;
  const { reason, effect } = useless;
  return warning(field, 'argument-useless', `${name} ${effect}`, { argument: name, reason });
};

/** Two flags of one group of alternatives, which argparse refuses. `--cpu` counts as given when it is the device. */
const exclusiveProblems = (
  given: readonly GivenFlag[],
  isCpu: boolean,
  knowledge: FlagKnowledge,
): readonly FieldProblem[] => {
  const cpu = isCpu ? knowledge.flags.get('--cpu') : undefined;
  const flags = [...(cpu === undefined ? [] : [cpu]), ...given.flatMap(({ known }) => known ?? [])];
  return flags.flatMap((flag, index) => {
    const first = flags.slice(0, index).find((other) => other.group !== null && other.group === flag.group);
    if (first === undefined || first.name === flag.name) return [];
    return [
      failing(field, 'argument-exclusive', `${flag.name} cannot be combined with ${first.name}`, {
        argument: flag.name,
        other: first.name,
      }),
    ];
  });
};

/** Findings about the extra arguments of a local instance. `knowledge` is null when its help could not be read. */
export const argumentProblems = (
  configuration: InstanceConfiguration,
  knowledge: FlagKnowledge | null,
): readonly FieldProblem[] => {
  const tokens = configuration.extraArguments;
  if (tokens.length === 0) return [];
  const nul = tokens.find((token) => token.includes('\0'));
  if (nul !== undefined) return [failing(field, 'argument-invalid', 'An argument holds a NUL character')];
  const selection = parseDeviceSelection(configuration.gpuDevice);
  const isPinned = configuration.program === 'comfyui' && selection.kind === 'gpus';
  const given = groupFlags(tokens, knowledge);
  const problems = given.flatMap((flag) => {
    const found = meaningProblem(flag, isPinned) ?? (knowledge === null ? null : shapeProblem(flag, knowledge));
    return found === null ? [] : [found];
  });
  if (knowledge !== null) return [...problems, ...exclusiveProblems(given, selection.kind === 'cpu', knowledge)];
  return [
    ...problems,
    warning(
      field,
      'arguments-unchecked',
      'The arguments could not be checked, because the help of this ComfyUI could not be read',
    ),
  ];
};
