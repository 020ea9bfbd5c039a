import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import golden from './fixtures/object-info.golden.json' with { type: 'json' };
import { createNodeRegistry } from './registry.ts';
import { createTestFolders } from './test-bench.ts';

let folders: Awaited<ReturnType<typeof createTestFolders>>;
const registry = createNodeRegistry();

beforeAll(async () => {
  folders = await createTestFolders();
  await writeFile(path.join(folders.input, 'example.png'), '');
});
afterAll(() => folders.remove());

/** The recording is without descriptive texts; everything else is compared, the order of keys too. */
const descriptive = new Set(['tooltip', 'description', 'output_tooltips', 'search_aliases', 'essentials_category']);
const withoutTexts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !descriptive.has(key))
      .map(([key, item]) => [key, withoutTexts(item)]),
  );
};

test.each(Object.entries(golden))('object_info of %s is as recorded', async (classType, recorded) => {
  const info = await registry.get(classType)?.info(folders);
  expect(JSON.stringify(withoutTexts(info), null, 1)).toBe(JSON.stringify(recorded, null, 1));
});

it('offers no class that was not compared', () => {
  expect([...registry.keys()].sort()).toEqual(Object.keys(golden).sort());
});

it('lists the keys of the newer node API with nulls', async () => {
  expect(await registry.get('MaskToImage')?.info(folders)).toMatchObject({
    output_tooltips: [null],
    output_matchtypes: null,
    search_aliases: null,
  });
});

describe('every class', () => {
  test.each([...registry.values()].map((definition) => [definition.classType, definition] as const))(
    '%s declares the outputs that it says it has',
    async (_, definition) => {
      const info = await definition.info(folders);
      expect(info.output).toEqual(definition.outputTypes);
      expect(info.output_node).toBe(definition.isOutputNode);
      expect(info.name).toBe(definition.classType);
      expect(String(info.description)).not.toBe('');
    },
  );
});

it('lists pictures that appeared since the last request', async () => {
  await writeFile(path.join(folders.input, 'Another.JPG'), '');
  await writeFile(path.join(folders.input, 'notes.txt'), '');
  expect(await registry.get('LoadImage')?.info(folders)).toMatchObject({
    input: { required: { image: [['Another.JPG', 'example.png'], { image_upload: true }] } },
  });
});
