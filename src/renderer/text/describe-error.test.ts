import { describe, expect, it } from 'vitest';
import { errorCodes, StudioError } from '#contract/errors.ts';
import { describeCode, describeError, fillSentence } from './describe-error.ts';
import { errors } from './en/errors.ts';

describe('the text of an error', () => {
  it.each(Object.keys(errorCodes))('says of %s what happened, what it means and what to do', (code) => {
    const text: Record<string, unknown> | undefined = { ...errors }[code as keyof typeof errors];
    for (const part of ['happened', 'means', 'do'] as const) {
      const sentence = text?.[part];
      expect(sentence, `${code}.${part}`).toMatch(/^[A-Z'"].*[.]$/);
      expect(sentence, 'plain sentences without facts, exclamation or blame').not.toMatch(/\{\{|!/);
    }
  });

  it('has no text for a code that does not exist', () => {
    expect(Object.keys(errors).sort()).toEqual(Object.keys(errorCodes).sort());
  });

  it('names the facts when all of them are known', () => {
    const { happened } = describeCode('LAUNCH_PORT_TAKEN', { port: 8188, ownerName: 'python', ownerPid: 4120 });
    expect(happened).toBe('Port 8188 is used by python (pid 4120), not started by this app.');
  });

  it('stays with the plain sentence when a fact is missing', () => {
    expect(describeCode('LAUNCH_PORT_TAKEN', { port: 8188, ownerPid: null }).happened).toBe(
      'Port 8188 is used by a program that Atelier did not start.',
    );
    expect(describeCode('LAUNCH_PORT_TAKEN').happened).toBe(errors.LAUNCH_PORT_TAKEN.happened);
  });

  it('names the last cause of a crash loop and what to do about it', () => {
    const details = { cause: 'LAUNCH_MODULE_MISSING', causeDetails: { module: 'torch' } };
    const text = describeCode('PROCESS_CRASH_LOOP', details);
    expect(text.happened).toBe('ComfyUI ended too often in a short time. The Python module torch is missing.');
    expect(text.do).toBe(errors.LAUNCH_MODULE_MISSING.do);
    expect(describeCode('PROCESS_CRASH_LOOP', { cause: 'PROCESS_CRASH_LOOP' }).happened).toBe(
      errors.PROCESS_CRASH_LOOP.happened,
    );
  });

  it('says the sentence of the reason, where its facts are known', () => {
    const happened = (details: Record<string, unknown>): string =>
      describeCode('CONFIGURATION_UNREADABLE', details).happened;
    expect(happened({ reason: 'empty' })).toBe('This file is empty.');
    expect(happened({ reason: 'field', field: 'instances' })).toContain('"instances" is missing or wrong.');
    const plain = errors.CONFIGURATION_UNREADABLE.happened;
    expect([{ reason: 'field' }, { reason: 'toString' }, {}].map(happened)).toEqual([plain, plain, plain]);
  });

  it('says several facts in a row', () => {
    expect(describeCode('WORKFLOW_NODE_UNKNOWN', { classTypes: ['FaceSwap', 'Blur'] }).happened).toBe(
      'No instance knows FaceSwap, Blur.',
    );
  });

  it('treats what is no StudioError as a fault of the program, without its text in a sentence', () => {
    const text = describeError(new TypeError('x is undefined'));
    expect(text.code).toBe('INTERNAL');
    expect(`${text.happened}${text.means}${text.do}`).not.toContain('undefined');
  });

  it('keeps code and details of a StudioError', () => {
    const error = new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes: 130_000_000 } });
    expect(describeError(error).happened).toBe('This is larger than 0.1\u00a0GB, the limit.');
  });
});

describe('a fact in a sentence', () => {
  it.each([
    ['{{a}} and {{b}}', { a: 'x', b: 2 }, 'x and 2'],
    ['{{a}}', { a: '' }, undefined],
    ['{{a}}', { a: { deep: 1 } }, undefined],
    ['{{limitMs}}', { limitMs: 90_000 }, '1\u00a0m 30\u00a0s'],
  ])('%s with %j reads %s', (sentence, facts, expected) => {
    expect(fillSentence(sentence, facts)).toBe(expected);
  });
});
