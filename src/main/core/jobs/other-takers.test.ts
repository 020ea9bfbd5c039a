import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import type { MissingParts } from '#core/scheduling/scheduler-interface.ts';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import type { FleetCandidate } from './fleet-view.ts';
import { mayOthersTake, type RefusedPrompt } from './other-takers.ts';

const info: NodeInfo = { output: [] };
const need = { classType: 'Loader', inputName: 'name', value: 'x' };
const needs = { key: '', classTypes: ['Loader'], combos: [need] };

interface Other {
  readonly candidate?: Partial<FleetCandidate>;
  /** How it describes the refused class; null = it has not told. */
  readonly info?: NodeInfo | null;
  readonly missing?: Partial<MissingParts>;
}

/** Whether `b` may take what `a` refused. */
const asked = (other: Other, refused: Partial<RefusedPrompt> = {}): boolean => {
  const { candidate = {}, missing = {}, info: told = info } = other;
  const catalogOf = (node: NodeInfo) => ({
    nodes: new Map([['Loader', node]]),
    classes: new Set(['Loader']),
    outputClasses: new Set<string>(),
    combos: new Map<string, ReadonlyMap<string, ReadonlySet<string>>>(),
  });
  const entries = [
    { instanceId: 'a', readyAt: 1, catalog: catalogOf(info) },
    ...(told === null ? [] : [{ instanceId: 'b', readyAt: 1, catalog: catalogOf(told) }]),
  ];
  return mayOthersTake(
    {
      fleet: { candidates: () => [fakeCandidate('a'), { ...fakeCandidate('b'), ...candidate }] },
      catalogs: {
        entries: () => entries,
        missingParts: (id) => ({ classTypes: [], combos: [], unlisted: [], ...(id === 'b' ? missing : {}) }),
      },
    },
    {
      instanceId: 'a',
      needs,
      requestedInstanceId: null,
      excluded: [],
      rejection: refusal('value_not_in_list'),
      ...refused,
    },
  );
};

const refusal = (...types: readonly string[]): RefusedPrompt['rejection'] => ({
  error: new StudioError('WORKFLOW_REJECTED'),
  nodeErrors: types.map((type) => ({
    nodeId: '1',
    classType: 'Loader',
    type,
    message: '',
    details: '',
    inputName: 'name',
    traceback: [],
  })),
});

const unknownNode = { rejection: { error: new StudioError('WORKFLOW_NODE_UNKNOWN'), nodeErrors: [] } };

describe('what an instance refused may be taken by another one', () => {
  it.each<[string, Other, Partial<RefusedPrompt>]>([
    ['that lists the value', {}, {}],
    ['that describes the class otherwise', { info: { ...info }, missing: { unlisted: [need] } }, {}],
    ['that describes it otherwise, whatever was wrong', { info: { ...info } }, { rejection: refusal('other') }],
    ['that has not told of its nodes', { info: null }, { rejection: refusal('other') }],
    ['that may have the node', {}, unknownNode],
  ])('%s', (_name, other, refused) => {
    expect(asked(other, refused)).toBe(true);
  });

  it.each<[string, Other, Partial<RefusedPrompt>]>([
    ['that says the same of the class and lists no such value', { missing: { unlisted: [need] } }, {}],
    ['that says the same of what is wrong beside the value', {}, { rejection: refusal('value_not_in_list', 'other') }],
    ['after an answer that names no node', { info: { ...info } }, { rejection: refusal() }],
    ['that lacks the model', { info: { ...info }, missing: { combos: [need] } }, {}],
    ['that lacks the node', { missing: { classTypes: ['Loader'] } }, unknownNode],
    ['that is switched off', { candidate: { enabled: false } }, {}],
    ['that does not run', { candidate: { status: 'stopped' } }, {}],
    ['that refused it before', {}, { excluded: ['b'] }],
    ['where somebody chose the one', {}, { ...unknownNode, requestedInstanceId: 'a' }],
  ])('but not by one %s', (_name, other, refused) => {
    expect(asked(other, refused)).toBe(false);
  });
});
