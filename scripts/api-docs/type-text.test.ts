import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { typeText } from './type-text.ts';

const text = (schema: z.ZodType): string => typeText(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));

describe('the text of a type', () => {
  it.each<[string, z.ZodType]>([
    ['string', z.string()],
    ['integer', z.int()],
    ['number', z.number()],
    ['string | null', z.string().nullable()],
    ['"a" | "b"', z.enum(['a', 'b'])],
    ['true', z.literal(true)],
    ['string[]', z.array(z.string())],
    ['("a" | "b")[]', z.array(z.enum(['a', 'b']))],
    ['(string | null)[]', z.array(z.string().nullable())],
    ['[string, number]', z.tuple([z.string(), z.number()])],
    ['Record<string, number>', z.record(z.string(), z.number())],
    ['Partial<Record<"a" | "b", unknown>>', z.partialRecord(z.enum(['a', 'b']), z.unknown())],
    ['{}', z.object({})],
    ['unknown', z.unknown()],
    ['unknown', z.custom<string>()],
    ['string | integer', z.union([z.string(), z.int()])],
  ])('%s', (expected, schema) => {
    expect(text(schema)).toBe(expected);
  });

  it('of an object says what may be left out, ranges, defaults and what a field is', () => {
    const schema = z.object({
      name: z.string().max(20).describe('What it is called'),
      port: z.int().min(1).max(65535).default(8188),
      ratio: z.number().positive().optional(),
      inner: z.object({ deep: z.array(z.object({ value: z.boolean() })) }),
    });
    expect(text(schema)).toBe(`{
  name: string; // What it is called; up to 20 characters
  port: integer; // 1 to 65535; default 8188
  ratio?: number; // above 0
  inner: {
    deep: {
      value: boolean;
    }[];
  };
}`);
  });
});
