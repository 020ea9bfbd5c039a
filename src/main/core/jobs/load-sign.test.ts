import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import type { NodeProgress, PromptEvent } from './frame-reading.ts';
import { advanceLoad, loaderNodesOf, startLoadProgress } from './load-sign.ts';

const prompt: Prompt = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd\\xl.safetensors' } },
  '2': { class_type: 'EmptyLatentImage', inputs: { width: 8 } },
  '3': { class_type: 'VAELoader', inputs: { vae_name: 'v.safetensors' } },
  '4': { class_type: 'KSampler', inputs: { model: ['1', 0] } },
};
const loaders = loaderNodesOf(prompt, ['checkpoints/sd/xl.safetensors', 'vae/v.safetensors']);

const executing = (nodeId: string): PromptEvent => ({ kind: 'executing', nodeId });
const step = (nodeId: string, value: number): PromptEvent => ({ kind: 'step', nodeId, value, max: 4 });
const cached = (...nodeIds: string[]): PromptEvent => ({ kind: 'cached', nodeIds });
const node = (displayNodeId: string, finished: boolean): NodeProgress => ({
  value: 0,
  max: 1,
  finished,
  displayNodeId,
});
const nodes = (finished: readonly string[], running: string): PromptEvent => ({
  kind: 'nodes',
  nodes: Object.fromEntries([...finished.map((id) => [id, node(id, true)]), [running, node(running, false)]]),
});

const follow = (events: readonly PromptEvent[]) => events.reduce(advanceLoad, startLoadProgress(loaders));

describe('the end of a load', () => {
  it('is looked for after the nodes that name model files', () => {
    expect([...loaders]).toEqual(['1', '3']);
  });

  it.each<[string, readonly PromptEvent[], boolean]>([
    ['nothing ran', [], false],
    ['a loader runs', [executing('1')], false],
    ['a small node runs before the loaders', [executing('2')], false],
    ['a loader is left', [nodes(['1'], '2')], false],
    ['all loaders ended and the last of them is told of', [nodes(['1'], '3')], false],
    ['a node runs after all loaders', [nodes(['1', '3'], '4')], true],
    ['the loaders were in memory', [cached('1', '3'), executing('4')], true],
    ['everything was in memory', [cached('1', '2', '3', '4')], false],
    ['a sampler steps', [executing('4'), step('4', 1)], true],
    ['a sampler is about to', [executing('4'), step('4', 0)], false],
    ['a loader tells of its progress', [executing('1'), step('1', 2)], false],
  ])('%s', (_name, events, isLoaded) => {
    expect(follow(events).isLoaded).toBe(isLoaded);
  });

  it.each<[string, readonly PromptEvent[], boolean]>([
    ['all of it was in memory', [cached('1', '2', '3', '4'), { kind: 'succeeded' }], false],
    ['a node ran', [cached('1'), executing('4')], true],
  ])('tells whether anything was done: %s', (_name, events, executed) => {
    expect(follow(events)).toMatchObject({ executed, isCacheKnown: true });
  });

  it('says nothing where the instance did not tell what it had', () => {
    expect(follow([{ kind: 'succeeded' }])).toMatchObject({ executed: false, isCacheKnown: false });
  });
});
