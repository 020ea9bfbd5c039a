import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import type { NodeProgress, PromptEvent } from './frame-reading.ts';
import { advanceLoad, loaderNodesOf, modelUsersOf, startLoadProgress } from './load-sign.ts';

const prompt: Prompt = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd\\xl.safetensors' } },
  '2': { class_type: 'EmptyLatentImage', inputs: { width: 8 } },
  '3': { class_type: 'VAELoader', inputs: { vae_name: 'v.safetensors' } },
  '4': { class_type: 'KSampler', inputs: { model: ['5', 0] } },
  '5': { class_type: 'ModelPatch', inputs: { model: ['1', 0] } },
};
const loaders = loaderNodesOf(prompt, ['checkpoints/sd/xl.safetensors', 'vae/v.safetensors']);

const executing = (nodeId: string): PromptEvent => ({ kind: 'executing', nodeId });
const step = (nodeId: string, value: number): PromptEvent => ({ kind: 'step', nodeId, value, max: 4 });
const cached = (...nodeIds: string[]): PromptEvent => ({ kind: 'cached', nodeIds });
const nodes = (running: string, value: number, finished: readonly string[] = []): PromptEvent => {
  const state = (nodeId: string): NodeProgress => ({
    value,
    max: 4,
    finished: nodeId !== running,
    displayNodeId: nodeId,
  });
  return { kind: 'nodes', nodes: Object.fromEntries([...finished, running].map((id) => [id, state(id)])) };
};

const follow = (events: readonly PromptEvent[]) =>
  events.reduce(advanceLoad, startLoadProgress(modelUsersOf(prompt, loaders)));

describe('the end of a load', () => {
  it('is looked for after the nodes that name model files', () => {
    expect([...loaders]).toEqual(['1', '3']);
  });

  it('is a matter of the nodes that use the models, over others too', () => {
    expect([...modelUsersOf(prompt, loaders)].toSorted()).toEqual(['4', '5']);
  });

  it.each<[string, readonly PromptEvent[], boolean]>([
    ['nothing ran', [], false],
    ['a loader runs', [executing('1')], false],
    [
      'all loaders ended, and what they read reaches the card when it is needed',
      [executing('3'), executing('4')],
      false,
    ],
    ['everything was in memory', [cached('1', '2', '3', '4')], false],
    ['a sampler steps', [executing('4'), step('4', 1)], true],
    ['a sampler is about to', [executing('4'), step('4', 0)], false],
    ['a sampler steps, as newer instances tell', [nodes('4', 1, ['1', '3'])], true],
    ['a sampler is about to, as newer instances tell', [nodes('4', 0, ['1', '3'])], false],
    ['a node before the models steps', [step('2', 3), nodes('2', 3)], false],
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
