import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { type TraceParameters, traceParametersSchema } from './trace-parameters.ts';

const containerSchema = z.record(z.string(), z.unknown());
const namedSchema = z.object({ name: z.string() });

/** Something asked for that a trace does not have, or will not take: one line that says what and where. */
const refused = (message: string): StudioError => new StudioError('INPUT_INVALID', message);

/** A copy in which the value at the path is another one; lists are walked by index, and have no places beyond their end. */
const withValue = (container: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value;
  if (Array.isArray(container)) {
    if (container[Number(key)] === undefined)
      throw refused(`there is no ${key} in a list of ${container.length}, counted from 0`);
    return container.map((item: unknown, index) => (String(index) === key ? withValue(item, rest, value) : item));
  }
  const known = containerSchema.safeParse(container ?? {});
  if (!known.success) throw refused(`${JSON.stringify(container)} has no field ${key}`);
  return { ...known.data, [key]: withValue(known.data[key], rest, value) };
};

const valueAt = (container: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    const known = containerSchema.safeParse(value);
    return known.success ? known.data[String(key)] : undefined;
  }, container);

/** What was wrong, with the fields that could have been meant where there is none of a name. */
const describeIssue = (trace: unknown, issue: z.core.$ZodIssue): string => {
  const path = issue.path.join('.');
  const [at, found] = path === '' ? ['', trace] : [`${path}: `, valueAt(trace, issue.path)];
  if (issue.code !== 'unrecognized_keys') return `${at}${issue.message}, not ${JSON.stringify(found) ?? 'nothing'}`;
  const known = containerSchema.safeParse(found);
  const fields = known.success ? Object.keys(known.data).filter((field) => !issue.keys.includes(field)) : [];
  return `${at}no field ${issue.keys.join(', ')}; it has ${fields.join(', ')}`;
};

const nameOf = (trace: unknown, index: number): string =>
  namedSchema.safeParse(trace).data?.name ?? `trace ${index + 1}`;

const readTrace = (trace: unknown, name: string): TraceParameters => {
  const read = traceParametersSchema.safeParse(trace);
  if (read.success) return read.data;
  throw refused(`${name}: ${read.error.issues.map((issue) => describeIssue(trace, issue)).join('; ')}`);
};

const readJson = (text: string, change: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const advice = 'a change is PATH=JSON, such as runSpread=0.3 or residency="memory"';
    throw refused(`${change}: ${JSON.stringify(text)} is not JSON; ${advice}`);
  }
};

const applyChange = (trace: TraceParameters, change: string): TraceParameters => {
  const [path = '', ...rest] = change.split('=');
  const value = readJson(rest.join('='), change);
  try {
    return readTrace(withValue(trace, path.split('.'), value), trace.name);
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    const text = error.message.replace(`${trace.name}: `, '');
    throw refused(`${trace.name} does not take ${change}: ${text}`);
  }
};

/** Reads traces, one or a list, and fills in every default. What is not a trace is refused with its name and what is wrong with it. */
export const readTraces = (given: unknown): readonly TraceParameters[] => {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  return all.map((trace, index) => readTrace(trace, nameOf(trace, index)));
};

/**
 * Applies changes `path=JSON` to a trace, such as `runSpread=0.3` or `streams.0.load=0.9`. One that it does not take is refused
 * (INPUT_INVALID) with the name of the trace, the change, and what would be allowed.
 */
export const changeTrace = (trace: TraceParameters, changes: readonly string[]): TraceParameters =>
  changes.reduce(applyChange, trace);

export interface ChangedTraces {
  readonly traces: readonly TraceParameters[];
  /** Of each trace that does not take a change and is left out: which one, and why. */
  readonly refusals: readonly string[];
}

/** Changes traces and leaves those out that a change does not fit, such as the load of a stream that comes all at once. */
export const changeTraces = (given: readonly TraceParameters[], changes: readonly string[]): ChangedTraces => {
  const traces: TraceParameters[] = [];
  const refusals: string[] = [];
  for (const trace of given) {
    try {
      traces.push(changeTrace(trace, changes));
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      refusals.push(error.message);
    }
  }
  return { traces, refusals };
};

/** The traces whose names begin with one of these; all where nothing is named. A beginning that fits none is refused. */
export const chooseByName = <Item extends { readonly name: string }>(
  items: readonly Item[],
  starts: readonly string[] | null,
): readonly Item[] => {
  if (starts === null) return items;
  for (const start of starts)
    if (!items.some(({ name }) => name.startsWith(start)))
      throw refused(`no name begins with ${start}; there are ${items.map(({ name }) => name).join(', ')}`);
  return items.filter(({ name }) => starts.some((start) => name.startsWith(start)));
};
