import { describe, expect, it } from 'vitest';
import type { PromptEvent } from './frame-reading.ts';
import { samplingSign } from './sampling-sign.ts';

const step = (value: number): PromptEvent => ({ kind: 'step', nodeId: '3', value, max: 20 });
const picture: PromptEvent = { kind: 'preview', nodeId: '3', contentType: 'image/png', bytes: new Uint8Array() };
const nodes: PromptEvent = { kind: 'nodes', nodes: {} };

describe('samplingSign', () => {
  it('sees a sampler at work until its last step', () => {
    expect(samplingSign(step(1))).toBe(true);
    expect(samplingSign(step(19))).toBe(true);
    expect(samplingSign(step(20))).toBe(false);
  });

  it.each([picture, nodes, null])(
    'takes nothing from what comes with each step, or is no news of the prompt: %o',
    (event) => {
      expect(samplingSign(event)).toBeNull();
    },
  );

  it.each<PromptEvent>([
    { kind: 'started' },
    { kind: 'cached', nodeIds: [] },
    { kind: 'executing', nodeId: '8' },
    { kind: 'executed', nodeId: '8', output: {} },
    { kind: 'succeeded' },
    { kind: 'failed', error: {} },
    { kind: 'interrupted' },
    { kind: 'ended' },
  ])('sees the end of a sampler in another step of the prompt: $kind', (event) => {
    expect(samplingSign(event)).toBe(false);
  });
});
