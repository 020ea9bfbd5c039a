import { describe, expect, it } from 'vitest';
import { annotatedName, namedFilesOf, readFileValue } from './named-files.ts';

describe('a value that names a file', () => {
  it.each([
    ['a.png', 'input', '', 'a.png'],
    ['a.png [input]', 'input', '', 'a.png'],
    ['sub/dir/a.png [output]', 'output', 'sub/dir', 'a.png'],
    ['@gpu-0/sub/a.png [temp]', 'temp', '@gpu-0/sub', 'a.png'],
    ['a.png [bogus]', 'input', '', 'a.png [bogus]'],
    ['[output]', 'input', '', '[output]'],
    ['two\nlines [output]', 'output', '', 'two\nlines'],
  ])('%j is in %s', (value, type, subfolder, name) => {
    expect(readFileValue(value)).toEqual({ type, subfolder, name });
  });

  it('may have its folder behind it, whatever stands between', () => {
    expect(annotatedName('a.png_[temp]')).toEqual({ name: 'a.png', folder: 'temp' });
    expect(annotatedName('a.png')).toEqual({ name: 'a.png', folder: null });
  });
});

describe('the files that a graph may name', () => {
  const nodes = (classType: string) => {
    if (classType === 'Encode') return { input: { required: { text: ['STRING', {}] } } };
    if (classType === 'LoadPath') return { input: { required: { path: ['STRING', {}] } } };
    return classType === 'Pick' ? { input: { optional: { file: [['x'], { video_upload: true }] } } } : null;
  };
  const found = (classType: string, inputs: Record<string, unknown>) =>
    namedFilesOf({ '1': { class_type: classType, inputs } }, nodes).map(({ name, isSure }) => [name, isSure]);

  it('are surely those of inputs that take uploads', () => {
    expect(found('Pick', { file: 'a.mp4' })).toEqual([['a.mp4', true]]);
    expect(found('LoadImage', { image: 'a.png' })).toEqual([['a.png', true]]);
  });

  it('are no texts, unless a loader takes them', () => {
    expect(found('Encode', { text: 'a.png' })).toEqual([]);
    expect(found('LoadPath', { path: 'a.png' })).toEqual([['a.png', false]]);
  });

  it('are no links, numbers and whole books', () => {
    expect(found('Unknown', { a: ['1', 0], b: 5, c: '', d: 'x'.repeat(3000), e: 'a.png' })).toEqual([['a.png', false]]);
  });
});
