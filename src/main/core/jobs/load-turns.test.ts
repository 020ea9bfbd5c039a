import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import type { NodeCatalog } from '#core/ports/comfy-reader.ts';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { setUp } from './jobs-world.fixture.ts';

const paint = (checkpoint: string): Prompt => ({
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
  '2': { class_type: 'KSampler', inputs: { model: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0] } },
});

const catalog: NodeCatalog = {
  nodes: new Map(),
  classes: new Set(['CheckpointLoaderSimple', 'KSampler', 'SaveImage']),
  outputClasses: new Set(['SaveImage']),
  combos: new Map([
    ['CheckpointLoaderSimple', new Map([['ckpt_name', new Set(['one.safetensors', 'two.safetensors'])]])],
  ]),
};

describe('a host that may begin one load at a time', () => {
  it('begins the next one at the moment in which the models of the last one are in memory', async () => {
    const { a, b, clock, jobs, submit } = setUp([fakeCandidate('a'), fakeCandidate('b')], {
      settings: { maxConcurrentLoads: 1, balancingStrategy: 'fastest-finish' },
    });
    for (const instance of [a, b]) instance.catalog = catalog;
    const first = await submit({ prompt: paint('one.safetensors') });
    await submit({ prompt: paint('two.safetensors') });
    const sent = (): number => a.submissions.length + b.submissions.length;
    expect(sent()).toBe(1);
    const instance = a.submissions.length === 1 ? a : b;
    instance.start(first);
    instance.send(first, 'executing', { node: '1' });
    instance.send(first, 'executing', { node: '2' });
    await clock.advance(0);
    expect(sent()).toBe(1);
    instance.send(first, 'progress', { node: '2', value: 1, max: 4 });
    await clock.advance(0);
    expect(sent()).toBe(2);
    await jobs.stop();
  });
});
