import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extraModelPathsText } from './extra-model-paths.ts';

const folder = (path: string, isDefault = false) => ({ section: 'models', path, subfolders: [], isDefault });

/** Reads `  "key": "value"` lines back, as any YAML reader takes double-quoted scalars of printable text. */
const scalars = (text: string | null): ReadonlyMap<string, string> =>
  new Map(
    (text ?? '').split('\n').flatMap((line) => {
      const [, key, value] = /^ {2}"?([^":]+)"?: (".*")$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, String(JSON.parse(value))] as const];
    }),
  );

describe('the generated search paths', () => {
  it('are none when there is nothing to add', () => {
    expect(extraModelPathsText([], [], 'linux')).toBeNull();
  });

  it('never use base_path, where ComfyUI would expand $ and ~', () => {
    expect(extraModelPathsText([folder('/data/$HOME/~x')], [], 'linux')).not.toContain('base_path');
  });

  it('keep every path on one line and whole, whatever characters it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (name) => {
        fc.pre(!/[\p{Cc}/]/u.test(name));
        const path = `/data/${name}`;
        const read = scalars(extraModelPathsText([folder(path)], [`${path}/nodes`], 'linux'));
        expect(read.get('checkpoints')).toBe(`${path}/checkpoints`);
        expect(read.get('text_encoders')).toBe(`${path}/text_encoders\n${path}/clip`);
        expect(read.get('custom_nodes')).toBe(`${path}/nodes`);
      }),
    );
  });

  it('write Windows paths with their backslashes', () => {
    const read = scalars(extraModelPathsText([folder('C:\\new models')], [], 'win32'));
    expect(read.get('loras')).toBe('C:\\new models\\loras');
  });
});
