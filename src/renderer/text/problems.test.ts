import { describe, expect, it } from 'vitest';
import type { FieldProblem } from '#contract/models/instance.ts';
import { problemCodes } from '#contract/models/problem-codes.ts';
import { describeProblem } from './describe-problem.ts';
import { problems as en } from './en/problems.ts';
import { problems as zh } from './zh/problems.ts';

const problemOf = (problem: Pick<FieldProblem, 'field' | 'code' | 'details'>): FieldProblem => ({
  severity: 'error',
  message: 'as it was sent',
  ...problem,
});

describe.each([
  ['English', en],
  ['Chinese', zh],
])('the %s sentences', (_language, sentences) => {
  it('say every rule, and nothing that is no rule', () => {
    const said = Object.keys(sentences).filter((key) => !key.startsWith('label.'));
    expect([...new Set(said.map((key) => key.replace(/\..*/, '')))].toSorted()).toEqual(problemCodes.toSorted());
  });
});

describe('findings in the words of the guide (002-C11)', () => {
  it.each([
    [
      'port',
      'port-instance',
      { port: 8188, instanceName: 'Default Instance' },
      'Port 8188 is already used by instance "Default Instance"',
    ],
    ['port', 'port-range', { port: 70_000 }, 'Port must be between 1 and 65535'],
    ['gpuDevice', 'gpu-missing', { device: 'cuda:2' }, "GPU device 'cuda:2' not available on this system"],
    ['customNodesPath', 'path-missing', { path: '/x' }, 'Custom nodes path does not exist or is not accessible'],
    ['customNodesPath', 'path-unreadable', { path: '/x' }, 'Custom nodes path does not exist or is not accessible'],
  ] as const)('%s: %s', (field, code, details, sentence) => {
    expect(describeProblem(problemOf({ field, code, details }))).toBe(sentence);
  });
});

describe('a finding', () => {
  it.each([
    ['port-taken', { port: 8188, pid: null, program: null }, 'Port 8188 is already used by another program'],
    ['argument-unknown', { argument: '--nope', suggestion: null }, 'This ComfyUI does not know --nope.'],
    ['argument-stray', { argument: '', value: 'x' }, 'The arguments begin with "x", which belongs to no flag.'],
    ['variable-name', { name: '' }, 'A variable needs a name.'],
  ] as const)('%s is said shorter where facts are not known', (code, details, sentence) => {
    expect(describeProblem(problemOf({ field: '', code, details }))).toBe(sentence);
  });

  it.each([
    ['host-unreachable', { host: 'box', port: 1, reason: 'unknown-host' }, 'Nobody knows a host named box.'],
    [
      'host-unreachable',
      { host: 'box', port: 1, reason: 'unreachable' },
      'box port 1 cannot be reached from this machine.',
    ],
    [
      'argument-refused',
      { argument: '--help', reason: 'prints-and-ends' },
      '--help makes ComfyUI print something and end.',
    ],
    ['argument-refused', { argument: '--help', reason: 'constructor' }, '--help cannot be used here.'],
  ] as const)('%s has a sentence for its reason: %j', (code, details, sentence) => {
    expect(describeProblem(problemOf({ field: '', code, details }))).toBe(sentence);
  });

  it('comes as it was sent where no sentence has all of its facts', () => {
    expect(describeProblem(problemOf({ field: 'port', code: 'port-instance', details: {} }))).toBe('as it was sent');
  });
});
