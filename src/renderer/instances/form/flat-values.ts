import type { InstanceFormValues } from './form-values.ts';

type Flat = string | number | boolean;

/** Inputs with one value of their own. The secret is not among them: nobody can compare it. */
const single = [
  'name',
  'description',
  'kind',
  'program',
  'host',
  'port',
  'url',
  'authenticationType',
  'username',
  'comfyuiFolder',
  'pythonPath',
  'customNodesPath',
  'gpuDevice',
  'maxConcurrentWorkflows',
  'weight',
  'freeAfterMinutes',
  'stopAfterMinutes',
  'startOnDemand',
  'timeoutMs',
  'enableQueueMonitoring',
  'autoStart',
  'enabled',
  'restartPolicy',
  'extraArgumentsText',
  'sandboxSpeed',
  'sandboxClock',
  'sandboxVramGb',
] as const satisfies readonly (keyof InstanceFormValues)[];
const folders = ['base', 'models', 'input', 'output', 'user', 'temp'] as const;
const variable = 'environmentVariables.';

const isSingle = (path: string): path is (typeof single)[number] => single.some((name) => name === path);

/** Every input by its path: port, folders.output, environmentVariables.HF_HOME. */
export const flatValues = (values: InstanceFormValues): ReadonlyMap<string, Flat> =>
  new Map<string, Flat>([
    ...single.map((name) => [name, values[name]] as const),
    ...folders.map((name) => [`folders.${name}`, values.folders[name]] as const),
    ...values.environment
      .filter(({ name }) => name !== '')
      .map(({ name, value }) => [`${variable}${name}`, value] as const),
  ]);

const takeVariable = (values: InstanceFormValues, source: InstanceFormValues, name: string): InstanceFormValues => {
  const row = source.environment.find((each) => each.name === name);
  const position = values.environment.findIndex((each) => each.name === name);
  const others = values.environment.filter((each) => each.name !== name);
  if (row === undefined) return { ...values, environment: others };
  const taken = { ...row, key: `taken-${name}` };
  return {
    ...values,
    environment:
      position < 0 ? [...others, taken] : values.environment.map((each, index) => (index === position ? taken : each)),
  };
};

/** The values with one input as it is in `source`. */
export const takeValue = (values: InstanceFormValues, source: InstanceFormValues, path: string): InstanceFormValues => {
  if (path.startsWith(variable)) return takeVariable(values, source, path.slice(variable.length));
  const folder = folders.find((name) => path === `folders.${name}`);
  if (folder !== undefined) return { ...values, folders: { ...values.folders, [folder]: source.folders[folder] } };
  if (!isSingle(path)) return values;
  const taken = { ...values, [path]: source[path] };
  // What is sent while nobody types goes with the text that stands for it.
  return path === 'extraArgumentsText' ? { ...taken, storedArguments: source.storedArguments } : taken;
};

/** An input that was changed in two windows since the form was opened. */
export interface Conflict {
  readonly path: string;
  readonly mine: Flat | undefined;
  readonly theirs: Flat | undefined;
}

export interface Comparison {
  readonly conflicts: readonly Conflict[];
  /** Changed elsewhere, and left alone here. */
  readonly news: readonly string[];
}

/** What became of the stored values since the form was opened with `basis`. */
export const compareValues = (sides: {
  readonly basis: InstanceFormValues;
  readonly stored: InstanceFormValues;
  readonly mine: InstanceFormValues;
}): Comparison => {
  const [basis, stored, mine] = [flatValues(sides.basis), flatValues(sides.stored), flatValues(sides.mine)];
  const changed = [...new Set([...basis.keys(), ...stored.keys()])].filter(
    (path) => basis.get(path) !== stored.get(path),
  );
  const isUntouched = (path: string): boolean => mine.get(path) === basis.get(path);
  return {
    news: changed.filter(isUntouched),
    conflicts: changed
      .filter((path) => !isUntouched(path) && mine.get(path) !== stored.get(path))
      .map((path) => ({ path, mine: mine.get(path), theirs: stored.get(path) })),
  };
};
