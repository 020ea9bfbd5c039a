import { createNodeError } from '../python/node-failure.ts';
import { pythonTypeName } from '../python/python-text.ts';
import type { InputConfig } from './input-config.ts';
import type { ValidationReason } from './prompt-model.ts';
import * as reasons from './reasons.ts';

/** A number to Python's `<`: true is 1 and false is 0; raises for what cannot be compared with a limit. */
const comparable = (value: unknown, limit: number, operator: '<' | '>'): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  const [given, declared] = [pythonTypeName(value), pythonTypeName(limit)];
  throw createNodeError('TypeError', `'${operator}' not supported between instances of '${given}' and '${declared}'`);
};

/** Checks of a widget value against its declaration, after conversion; undefined = fine. */
export const judgeWidget = (input: InputConfig, value: unknown): ValidationReason | undefined => {
  const { min, max, multiselect } = input.settings;
  if (typeof min === 'number') {
    const number = comparable(value, min, '<');
    if (number < min) return reasons.valueOutOfRange(input, number, 'min', min);
  }
  if (typeof max === 'number') {
    const number = comparable(value, max, '>');
    if (number > max) return reasons.valueOutOfRange(input, number, 'max', max);
  }
  const { options, offered } = input;
  if (options === null || offered === null) return undefined;
  const chosen: readonly unknown[] = multiselect === true && Array.isArray(value) ? value : [value];
  const wrong = chosen.filter((item) => !offered.has(item));
  return wrong.length === 0 ? undefined : reasons.valueNotInList(input, { value, wrong }, options);
};
