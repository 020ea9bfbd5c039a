import type { z } from 'zod';

type JsonSchema = z.core.JSONSchema.JSONSchema;
type AnySchema = z.core.JSONSchema._JSONSchema;

/** A JSON schema as a reader knows types: close to TypeScript, with ranges, defaults and descriptions as comments. */
export const typeText = (schema: AnySchema | undefined, indent = ''): string => {
  if (schema === undefined || typeof schema === 'boolean') return 'unknown';
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return variants.map((variant) => typeText(variant, indent)).join(' | ');
  if (schema.type === undefined && schema.allOf !== undefined) {
    return schema.allOf.map((part) => typeText(part, indent)).join(' & ');
  }
  if (schema.type === 'object') return objectText(schema, indent);
  if (schema.type === 'array') return arrayText(schema, indent);
  return [schema.type ?? 'unknown'].flat().join(' | ');
};

const arrayText = ({ items, prefixItems }: JsonSchema, indent: string): string => {
  if (prefixItems !== undefined) return `[${prefixItems.map((item) => typeText(item, indent)).join(', ')}]`;
  const item = typeText(Array.isArray(items) ? undefined : items, indent);
  return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
};

const objectText = (schema: JsonSchema, indent: string): string => {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) {
    const values = schema.additionalProperties;
    if (values === undefined || values === false) return '{}';
    const keys = typeText(schema.propertyNames, indent);
    const record = `Record<${keys === 'unknown' ? 'string' : keys}, ${typeText(values, indent)}>`;
    return keys.includes('"') && schema.required === undefined ? `Partial<${record}>` : record;
  }
  const inner = `${indent}  `;
  const required = new Set(schema.required);
  const lines = fields.map(([name, field]) => {
    const optional = required.has(name) || hasDefault(field) ? '' : '?';
    const note = noteOf(field);
    return `${inner}${name}${optional}: ${typeText(field, inner)};${note === '' ? '' : ` // ${note}`}`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
};

const hasDefault = (schema: AnySchema): boolean => typeof schema === 'object' && schema.default !== undefined;

/** The ends of the integers that JavaScript holds exactly: zod writes them where a schema names no limit. */
const isLimit = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;

const rangeOf = (schema: JsonSchema): string[] => {
  const { minimum, maximum, exclusiveMinimum, maxLength, maxItems, format, pattern } = schema;
  const range: string[] = [];
  if (format !== undefined) range.push(format);
  else if (pattern !== undefined) range.push(`matches ${pattern}`);
  if (isLimit(minimum) && isLimit(maximum)) range.push(`${minimum} to ${maximum}`);
  else if (isLimit(minimum)) range.push(`at least ${minimum}`);
  else if (isLimit(maximum)) range.push(`at most ${maximum}`);
  if (exclusiveMinimum !== undefined) range.push(`above ${exclusiveMinimum}`);
  if (maxLength !== undefined) range.push(`up to ${maxLength} characters`);
  if (maxItems !== undefined) range.push(`up to ${maxItems} entries`);
  return [...range, ...(schema.allOf ?? []).flatMap(rangeOf)];
};

/** What a type does not say: its description, its range and its default; empty when there is nothing to add. */
export const noteOf = (schema: AnySchema): string => {
  if (typeof schema === 'boolean') return '';
  const byDefault = schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`];
  const description = schema.description === undefined ? [] : [schema.description];
  return [...description, ...rangeOf(schema), ...byDefault].join('; ');
};
