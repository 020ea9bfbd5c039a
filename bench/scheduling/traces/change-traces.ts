import { z } from 'zod';
import { type TraceParameters, traceParametersSchema } from './trace-parameters.ts';

const containerSchema = z.record(z.string(), z.unknown());

/** A copy in which the value at the path is another one; lists are walked by index. */
const withValue = (container: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value;
  if (Array.isArray(container))
    return container.map((item: unknown, index) => (String(index) === key ? withValue(item, rest, value) : item));
  const known = containerSchema.parse(container ?? {});
  return { ...known, [key]: withValue(known[key], rest, value) };
};

/**
 * Reads traces, one or a list, and applies changes `path=JSON` to each of them, such as `runSpread=0.3` or `streams.0.load=0.9`. What is
 * not a trace after that is refused with the path of what is wrong.
 */
export const changeTraces = (given: unknown, changes: readonly string[]): readonly TraceParameters[] => {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  return all.map((trace) => {
    const changed = changes.reduce<unknown>((before, change) => {
      const [path = '', ...value] = change.split('=');
      return withValue(before, path.split('.'), JSON.parse(value.join('=')));
    }, trace);
    return traceParametersSchema.parse(changed);
  });
};
