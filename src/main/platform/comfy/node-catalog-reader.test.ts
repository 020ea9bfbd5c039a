import { describe, expect, it } from 'vitest';
import { createNodeCatalogReader } from './node-catalog-reader.ts';

const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const combo = (values: readonly string[]) => ({ input: { required: { name: [values] } } });

describe('the catalogs of many instances', () => {
  it('are one where they are equal', async () => {
    const reader = createNodeCatalogReader();
    const text = bytes({ A: combo(['x']), B: combo(['y']) });
    const catalogs = await Promise.all(Array.from({ length: 16 }, () => reader.read(Buffer.from(text))));
    const later = await reader.read(text);
    expect(new Set([...catalogs.map(({ nodes }) => nodes.get('A')), later.nodes.get('A')]).size).toBe(1);
    expect(await reader.read(text)).toBe(later);
  });

  it('share the classes that are described alike', async () => {
    const reader = createNodeCatalogReader();
    const one = await reader.read(bytes({ A: combo(['x']), B: combo(['y']) }));
    const other = await reader.read(bytes({ B: combo(['y']), A: combo(['x', 'z']) }));
    expect(other).not.toBe(one);
    expect(other.nodes.get('B')).toBe(one.nodes.get('B'));
    expect(other.combos.get('B')).toBe(one.combos.get('B'));
    expect(other.nodes.get('A')).not.toBe(one.nodes.get('A'));
    expect([...other.nodes.keys()]).toEqual(['B', 'A']);
  });

  it('are two where only the order or the names of the classes differ', async () => {
    const reader = createNodeCatalogReader();
    const one = await reader.read(bytes({ A: {}, B: {} }));
    const turned = await reader.read(bytes({ B: {}, A: {} }));
    const renamed = await reader.read(bytes({ A: {}, C: {} }));
    expect([...turned.classes]).toEqual(['B', 'A']);
    expect([...renamed.classes]).toEqual(['A', 'C']);
    expect(one).not.toBe(turned);
  });

  it.each<[string, string, readonly string[]]>([
    ['space everywhere', ' {\n "A" :\t{ } ,"B":\r\n[ ] } ', ['A', 'B']],
    ['no class', '{}', []],
    ['braces, quotes and escapes in its texts', '{"A":{"x":"}]\\"{\\\\"},"B":{"y":["\\\\\\"",{"z":"["}]}}', ['A', 'B']],
    ['names with escapes and beyond ASCII', '{"a\\"b":{},"ü/日本":{},"\\u00e9":{}}', ['a"b', 'ü/日本', 'é']],
    ['numbers and words as classes', '{"A":1,"B":null,"C":true,"D":"text"}', ['A', 'B', 'C', 'D']],
    ['a class that stands there twice', '{"A":{"output_node":false},"A":{"output_node":true}}', ['A']],
    ['a name of every object', '{"__proto__":{},"constructor":{}}', ['__proto__', 'constructor']],
  ])('are read from a text with %s', async (_name, text, classes) => {
    const { classes: found } = await createNodeCatalogReader().read(bytes(text));
    expect([...found]).toEqual(classes);
  });

  it('take the last of two descriptions, and numbers as Python writes them', async () => {
    const catalog = await createNodeCatalogReader().read(
      bytes('{"A":{"output_node":false},"A":{"output_node":true,"max":Infinity}}'),
    );
    expect(catalog.outputClasses).toEqual(new Set(['A']));
    expect(catalog.nodes.get('A')).toEqual({ output_node: true, max: null });
  });

  it.each([
    '',
    ' ',
    '[]',
    '"x"',
    'null',
    '{',
    '{"A"',
    '{"A":',
    '{"A":}',
    '{"A":{}',
    '{"A":{},}',
    '{"A":{} "B":{}}',
    '{"A":{}}x',
    '{"A":{]}',
    '{"A":tru}',
    '{A:{}}',
    '{"A\\q":{}}',
    '{"A":"x}',
    '<html>',
  ])('are not read from %j', async (text) => {
    await expect(createNodeCatalogReader().read(bytes(text))).rejects.toMatchObject({ code: 'INSTANCE_WRONG_ANSWER' });
  });
});
