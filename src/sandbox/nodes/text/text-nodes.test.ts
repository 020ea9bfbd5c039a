import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { describeInput } from '../tensor-text.ts';
import { createTestBench, createTestFolders, type TestBench } from '../test-bench.ts';

let folders: Awaited<ReturnType<typeof createTestFolders>>;
let bench: TestBench;
beforeAll(async () => {
  folders = await createTestFolders();
  bench = createTestBench(folders);
});
afterAll(() => folders.remove());

const shown = async (source: unknown) => (await bench.run('PreviewAny', { source })).ui;

test.each([
  ['PrimitiveInt', 3, '3'],
  ['PrimitiveFloat', 5, '5.0'],
  ['PrimitiveString', "it's", "it's"],
  ['PrimitiveStringMultiline', 'a\nb', 'a\nb'],
  ['PrimitiveBoolean', true, 'True'],
])('PreviewAny shows what %s of %j hands on', async (classType, value, text) => {
  const { values } = await bench.run(classType, { value });
  expect(await shown(values[0])).toEqual({ text: [text] });
});

test.each([
  [null, 'None'],
  [[1, 'a'], '[\n    1,\n    "a"\n]'],
  [{ k: true }, '{\n    "k": true\n}'],
  [{ é: 'ü' }, '{\n    "é": "ü"\n}'],
])('PreviewAny shows %j', async (value, text) => {
  expect(await shown(value)).toEqual({ text: [text] });
});

it('hands numbers of a PrimitiveFloat to other nodes', async () => {
  const [value] = (await bench.run('PrimitiveFloat', { value: 0.25 })).values;
  expect((await bench.run('SolidMask', { value, width: 1, height: 1 })).values[0]).toMatchObject({
    frames: [Float32Array.of(0.25)],
  });
});

it('describes a picture as torch prints it', async () => {
  const [image] = (await bench.run('EmptyImage', { width: 2, height: 2, batch_size: 1, color: 0 })).values;
  expect(describeInput(image)).toBe(
    'tensor([[[[0., 0., 0.],\n          [0., 0., 0.]],\n\n         [[0., 0., 0.],\n          [0., 0., 0.]]]])',
  );
  const [mask] = (await bench.run('SolidMask', { value: 0.25, width: 1, height: 1 })).values;
  expect(describeInput(mask)).toBe('tensor([[[0.2500]]])');
});

it('describes an empty picture by its size, and what it knows from prompts as Python does', () => {
  expect(describeInput({ kind: 'image', width: 0, height: 3, channels: 3, frames: [new Float32Array()] })).toBe(
    'tensor([], size=(1, 3, 0, 3))',
  );
  expect(describeInput({ a: [1, null] })).toBe("{'a': [1, None]}");
});

it('shortens a large picture', async () => {
  const [image] = (await bench.run('EmptyImage', { width: 512, height: 512, batch_size: 1, color: 1 })).values;
  const text = String(describeInput(image));
  expect(text.length).toBeLessThan(2000);
  expect(text).toContain('...');
});

test.each([['boom'], [3], [true], [null]])('describes %j as it is', (value) => {
  expect(describeInput(value)).toBe(value);
});
