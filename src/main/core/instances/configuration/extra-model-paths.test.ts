import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { extraModelPathsText } from './extra-model-paths.ts';

const folder = (path: string, isDefault = false) => ({ section: 'models', path, subfolders: [], isDefault });

const odd = fc.constantFrom(
  '\u0085',
  '\u2028',
  '\u2029',
  '\u007f',
  '\ufeff',
  '\uffff',
  '"',
  '\\',
  ':',
  '#',
  '$HOME',
  '~',
  ' ',
);

const sections = z.record(z.string(), z.record(z.string(), z.unknown()));

const scalars = (text: string | null): ReadonlyMap<string, unknown> =>
  new Map(
    Object.values(sections.parse(parse(text ?? '', { version: '1.1' }))).flatMap((entries) => Object.entries(entries)),
  );

/** Printable for Python's YAML, and no end of a line but our own (YAML 1.1, 5.1 and 5.4). */
const plain = /^[\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u;

describe('the generated search paths', () => {
  it('are none when there is nothing to add', () => {
    expect(extraModelPathsText([], [], 'linux')).toBeNull();
  });

  it('never use base_path, where ComfyUI would expand $ and ~', () => {
    expect(extraModelPathsText([folder('/data/$HOME/~x')], [], 'linux')).not.toContain('base_path');
  });

  it('keep every path on one line and whole, whatever characters it has', () => {
    // A line break would make two folders of one for ComfyUI itself.
    const name = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), odd),
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        name.filter((text) => !/[\0\n\r/]/.test(text)),
        (text) => {
          const path = `/data/${text}`;
          const written = extraModelPathsText([folder(path)], [`${path}/nodes`], 'linux');
          expect(written).toMatch(plain);
          const read = scalars(written);
          expect(read.get('checkpoints')).toBe(`${path}/checkpoints`);
          expect(read.get('text_encoders')).toBe(`${path}/text_encoders\n${path}/clip`);
          expect(read.get('custom_nodes')).toBe(`${path}/nodes`);
        },
      ),
    );
  });

  it('write Windows paths with their backslashes', () => {
    const read = scalars(extraModelPathsText([folder('C:\\new models')], [], 'win32'));
    expect(read.get('loras')).toBe('C:\\new models\\loras');
  });
});
