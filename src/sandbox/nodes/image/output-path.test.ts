import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { isNodeError } from '#comfyui/python/node-failure.ts';
import { createTestFolders } from '../test-bench.ts';
import { expandPrefix, nextCounter, outputFileName, prepareOutput } from './output-path.ts';

const values = { width: 8, height: 16, now: new Date(2026, 0, 2, 3, 4, 5) };

test.each([
  ['%year%-%month%-%day%', '2026-01-02'],
  ['%hour%%minute%%second%', '030405'],
  ['img_%width%x%height%', 'img_8x16'],
  ['%date:yyyy-MM-dd%', '%date:yyyy-MM-dd%'],
  ['%KSampler.seed%', '%KSampler.seed%'],
])('%s becomes %s', (prefix, expected) => {
  expect(expandPrefix(prefix, values)).toBe(expected);
});

test.each([
  [[], 1],
  [['a_00007_.png'], 8],
  // As recorded from a real server (comfyui-protocol.md 5.3).
  [['a_00007_.png', 'a_9_.png', 'a_b_00050_.png', 'a_00012.png', 'A_00020_.png', 'a_99999999_foo.txt'], 100000000],
  [['b_00007_.png', 'a_x_.png', 'ab_00009_.png', 'a_.png'], 1],
  [['a_00012.png'], 13],
])('after %j comes %i', (names, expected) => {
  expect(nextCounter(names, 'a')).toBe(expected);
});

test.each([
  [1, 0, 'x_00001_.png'],
  [123456, 0, 'x_123456_.png'],
])('counter %i is %s', (counter, batch, expected) => {
  expect(outputFileName('x', counter, batch)).toBe(expected);
});

it('numbers the pictures of a batch in the name', () => {
  expect(outputFileName('x_%batch_num%', 2, 1)).toBe('x_1_00002_.png');
});

describe('place of an output', () => {
  let folders: Awaited<ReturnType<typeof createTestFolders>>;
  beforeEach(async () => {
    folders = await createTestFolders();
  });
  afterEach(() => folders.remove());

  it('makes the subfolders of the prefix', async () => {
    const place = await prepareOutput('two/%year%/img', folders.output, values);
    expect(place).toEqual({
      folder: path.join(folders.output, 'two', '2026'),
      subfolder: path.join('two', '2026'),
      name: 'img',
      counter: 1,
    });
    await expect(access(place.folder)).resolves.toBeUndefined();
  });

  it('counts on after the files that are there', async () => {
    await mkdir(folders.output);
    await writeFile(path.join(folders.output, 'img_00041_.png'), '');
    expect(await prepareOutput('img', folders.output, values)).toMatchObject({ subfolder: '', counter: 42 });
  });

  test.each(['../x', 'a/../../x', '/tmp/x', '../output-beside/x'])('refuses %s', async (prefix) => {
    const error = await prepareOutput(prefix, folders.output, values).catch((reason: unknown) => reason);
    expect(isNodeError(error) && error.failure.exceptionType).toBe('Exception');
    expect(isNodeError(error) && error.failure.message).toMatch(
      /^\*{4} ERROR: Saving image outside the output folder is not allowed\.\n full_output_folder: .+\n {9}output_dir: .+$/,
    );
  });

  it('takes a prefix that leaves and comes back', async () => {
    expect(await prepareOutput('a/../b', folders.output, values)).toMatchObject({ subfolder: '', name: 'b' });
  });
});
