import { describe, expect, it } from 'vitest';
import { describeProblem } from './describe-error.ts';

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
  ])('%s: %s', (field, code, details, sentence) => {
    expect(describeProblem({ field, code, details, message: 'unused' })).toBe(sentence);
  });

  it('come as they were where a fact is missing', () => {
    const problem = { field: 'port', code: 'port-taken', details: { port: 8188, pid: null, program: null } };
    expect(describeProblem({ ...problem, message: 'Port 8188 is already used by another program' })).toBe(
      'Port 8188 is already used by another program',
    );
  });
});
