import { describe, expect, it } from 'vitest';
import { helpText } from './fake-machine.fixture.ts';
import { findFlag, parseFlagKnowledge } from './flag-knowledge.ts';

const learned = () => {
  const knowledge = parseFlagKnowledge(helpText);
  if (knowledge === null) throw new Error('the help text must parse');
  return knowledge;
};

describe('reading the help of an install', () => {
  it.each([
    ['--port', 'one', null],
    ['--listen', 'optional', null],
    ['--disable-auto-launch', 'none', null],
    ['--extra-model-paths-config', 'many', null],
    ['--cache-ram', 'many', null],
    ['--cache-lru', 'one', null],
    ['--fast', 'many', ['fp16_accumulation', 'fp8_matrix_mult']],
    ['--verbose', 'optional', ['DEBUG', 'INFO', 'WARNING']],
    ['--preview-method', 'one', ['none', 'auto', 'latent2rgb', 'taesd']],
    ['--late-flag', 'one', null],
    ['-h', 'none', null],
  ])('knows %s', (name, values, choices) => {
    expect(learned().flags.get(name)).toMatchObject({ name, values, choices });
  });

  it('takes no flag from a description', () => {
    expect(learned().flags.has('--not-a-flag')).toBe(false);
  });

  it('knows which flags exclude each other', () => {
    const { flags } = learned();
    const groupOf = (name: string) => flags.get(name)?.group;
    expect(groupOf('--cpu')).toBe(groupOf('--lowvram'));
    expect(groupOf('--cache-lru')).toBe(groupOf('--cache-ram'));
    expect(groupOf('--cpu')).not.toBe(groupOf('--cache-ram'));
    expect(groupOf('--port')).toBeNull();
  });

  it('reads coloured help', () => {
    const coloured = '\u001b[1;34musage: \u001b[0mmain.py [\u001b[32m-h\u001b[0m] [\u001b[36m--port\u001b[0m PORT]\n';
    expect([...(parseFlagKnowledge(coloured)?.flags.keys() ?? [])]).toEqual(['-h', '--port']);
  });

  it.each(['', 'Traceback (most recent call last):\n  File "main.py"', 'usage:'])('knows nothing from %j', (text) => {
    expect(parseFlagKnowledge(text)).toBeNull();
  });

  it.each([
    ['--port=8188', '--port'],
    ['--base-dir', '--base-directory'],
    ['--lowv', '--lowvram'],
    ['--cache', undefined],
    ['--portable', undefined],
    ['--', undefined],
  ])('finds the flag that %s names, as argparse would', (token, name) => {
    expect(findFlag(learned(), token)?.name).toBe(name);
  });
});
