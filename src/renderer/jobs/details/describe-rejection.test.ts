import { describe, expect, it } from 'vitest';
import { rejectionReasons } from '#contract/models/placement.ts';
import { describeRejection } from './describe-rejection.ts';

describe('the sentence about an instance that was left out', () => {
  it.each(rejectionReasons)('is whole without any fact: %s', (reason) => {
    expect(describeRejection({ reason, details: {} })).toMatch(/^[A-Z].*\.$/);
    expect(describeRejection({ reason, details: {} })).not.toContain('{{');
  });

  it('names what is known', () => {
    expect(describeRejection({ reason: 'node-unknown', details: { classTypes: ['A', 'B'] } })).toBe('It lacks A, B.');
    const values = [{ classType: 'CheckpointLoaderSimple', inputName: 'ckpt_name', value: 'flux.safetensors' }];
    expect(describeRejection({ reason: 'value-unknown', details: { values } })).toBe('It lacks flux.safetensors.');
    const memory = { vramTotalBytes: 12 * 1024 ** 3, needBytes: 20.5 * 1024 ** 3 };
    expect(describeRejection({ reason: 'memory-too-small', details: memory }).replaceAll('\u00a0', ' ')).toBe(
      'It has 12.0 GB of GPU memory; the job needs 20.5 GB.',
    );
  });
});
