import { parse, YAMLError } from 'yaml';
import type { ParseText } from '#core/ports/place-reader.ts';

/** A document that would unfold to more than this through its aliases is damaged, or meant to hurt. */
const maxAliasCount = 50;

/** YAML 1.1 as PyYAML reads it, where `yes` and `on` are booleans. */
export const parseYaml: ParseText = (text) => {
  try {
    const value: unknown = parse(text, { version: '1.1', maxAliasCount, logLevel: 'error', uniqueKeys: false });
    return { value };
  } catch (error) {
    if (error instanceof YAMLError || error instanceof ReferenceError || error instanceof TypeError) return null;
    throw error;
  }
};
