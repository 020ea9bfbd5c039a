import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobProgressSchema } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { nothingKnown } from '#core/workflows/output-nodes.ts';
import type { PromptEvent } from './frame-reading.ts';
import { advanceProgress, type RunProgress, showProgress, startProgress } from './progress.ts';

const prompt: Prompt = {
  '1': { class_type: 'A', inputs: {} },
  '2': { class_type: 'B', inputs: { x: ['1', 0] } },
  '3': { class_type: 'C', inputs: { x: ['2', 0] } },
  '4': { class_type: 'D', inputs: { x: ['3', 0] } },
};

const run = (events: readonly PromptEvent[], from = startProgress(prompt, nothingKnown, null)): RunProgress =>
  events.reduce(advanceProgress, from);
const shown = (events: readonly PromptEvent[]) => showProgress(run(events), prompt, false);
const running = (nodeId: string, value = 0, max = 1): PromptEvent => ({
  kind: 'nodes',
  nodes: { [nodeId]: { value, max, finished: false, displayNodeId: nodeId } },
});
const finished = (...nodeIds: string[]): PromptEvent => ({
  kind: 'nodes',
  nodes: Object.fromEntries(
    nodeIds.map((nodeId) => [nodeId, { value: 1, max: 1, finished: true, displayNodeId: nodeId }]),
  ),
});

describe('the progress of a run', () => {
  it.each<[string, PromptEvent[], ReturnType<typeof shown>]>([
    [
      'starts at nothing',
      [],
      { nodeId: null, classType: '', value: 0, max: 1, nodesDone: 0, nodesTotal: 4, fraction: 0 },
    ],
    [
      'counts finished nodes and the share of the one that runs',
      [finished('1'), running('2', 5, 20)],
      { nodeId: '2', classType: 'B', value: 5, max: 20, nodesDone: 1, nodesTotal: 4, fraction: 0.3125 },
    ],
    [
      'counts what the cache had',
      [{ kind: 'cached', nodeIds: ['1', '2'] }],
      { nodeId: null, classType: '', value: 0, max: 1, nodesDone: 2, nodesTotal: 4, fraction: 0.5 },
    ],
    [
      'follows steps without the state of all nodes',
      [
        { kind: 'executing', nodeId: '1' },
        { kind: 'step', nodeId: '1', value: 1, max: 2 },
      ],
      { nodeId: '1', classType: 'A', value: 1, max: 2, nodesDone: 0, nodesTotal: 4, fraction: 0.125 },
    ],
    [
      'shows the node of the graph for one that it made while it ran',
      [{ kind: 'nodes', nodes: { '2.0.0.1': { value: 1, max: 2, finished: false, displayNodeId: '2' } } }],
      { nodeId: '2', classType: 'B', value: 1, max: 2, nodesDone: 0, nodesTotal: 4, fraction: 0.125 },
    ],
    [
      'does not count nodes that are not in the graph',
      [finished('2.0.0.1', '2.0.0.2', '1')],
      { nodeId: null, classType: '', value: 0, max: 1, nodesDone: 1, nodesTotal: 4, fraction: 0.25 },
    ],
    [
      'is not whole before the end is known',
      [finished('1', '2', '3', '4')],
      { nodeId: null, classType: '', value: 0, max: 1, nodesDone: 4, nodesTotal: 4, fraction: 0.999 },
    ],
  ])('%s', (_name, events, expected) => {
    expect(shown(events)).toEqual(expected);
  });

  it('counts the steps of a node that it made for the one that it stands for', () => {
    const steps = run([
      { kind: 'executing', nodeId: '2' },
      { kind: 'step', nodeId: '2.0.0.7', value: 1, max: 2 },
    ]);
    expect(showProgress(steps, prompt, false)).toMatchObject({ nodeId: '2', classType: 'B', value: 1, max: 2 });
  });

  it('plans the whole graph where nobody knows its outputs', () => {
    expect(startProgress(prompt, () => false, null).planned.size).toBe(4);
  });

  it('is whole at the end, whatever was heard', () => {
    expect(showProgress(run([finished('1')]), prompt, true)).toMatchObject({ fraction: 1, nodesDone: 4, nodeId: null });
  });

  it('plans only what the outputs need', () => {
    const withStray: Prompt = { ...prompt, '9': { class_type: 'Stray', inputs: {} } };
    const knows = (classType: string): boolean => classType === 'D';
    expect(startProgress(withStray, knows, null).planned).toEqual(new Set(['1', '2', '3', '4']));
  });

  it('of a second run does not fall behind the first', () => {
    const first = showProgress(run([finished('1', '2', '3')]), prompt, false);
    const second = run([finished('1')], startProgress(prompt, nothingKnown, first));
    expect(showProgress(second, prompt, false)).toMatchObject({ fraction: 0.75, nodesDone: 3 });
  });

  it('never goes back and always fits its schema', () => {
    const nodeId = fc.constantFrom('1', '2', '3', '4', '5.0.1', '9');
    const amount = fc.oneof(fc.integer({ min: -5, max: 50 }), fc.constantFrom(0, 1, 1e9));
    const node = fc.record({ value: amount, max: amount, finished: fc.boolean(), displayNodeId: nodeId });
    const event = fc.oneof(
      fc.record({ kind: fc.constant('cached' as const), nodeIds: fc.array(nodeId) }),
      fc.record({ kind: fc.constant('nodes' as const), nodes: fc.dictionary(nodeId, node) }),
      fc.record({ kind: fc.constant('executing' as const), nodeId }),
      fc.record({ kind: fc.constant('step' as const), nodeId, value: amount, max: amount }),
      fc.record({ kind: fc.constant('executed' as const), nodeId, output: fc.constant({}) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let progress = startProgress(prompt, nothingKnown, null);
        let before = showProgress(progress, prompt, false);
        for (const next of events) {
          progress = advanceProgress(progress, next);
          const after = jobProgressSchema.parse(showProgress(progress, prompt, false));
          expect(after.fraction).toBeGreaterThanOrEqual(before.fraction);
          expect(after.nodesDone).toBeGreaterThanOrEqual(before.nodesDone);
          expect(after.fraction).toBeLessThan(1);
          before = after;
        }
      }),
    );
  });
});
