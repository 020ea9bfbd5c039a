import { expect, test } from 'vitest';
import type { LaunchPlan } from '#core/ports/process-host.ts';
import { planHash } from './plan-hash.ts';

const plan: LaunchPlan = {
  instanceId: 'one',
  command: '/venv/bin/python',
  arguments: ['main.py', '--port', '8188'],
  environment: { A: '1', B: '2' },
  workingFolder: '/comfy',
  foldersToCreate: ['/data'],
  port: 8188,
};

test('is the same for the same process, in whatever order its environment is told', () => {
  expect(planHash(plan)).toMatch(/^[0-9a-f]{16}$/);
  expect(planHash({ ...plan, environment: { B: '2', A: '1' }, foldersToCreate: [] })).toBe(planHash(plan));
});

test('differs with each thing that makes another process', () => {
  const others: readonly LaunchPlan[] = [
    { ...plan, command: '/other/python' },
    { ...plan, arguments: ['main.py', '--port', '8189'] },
    { ...plan, arguments: ['main.py --port', '8188'] },
    { ...plan, environment: { A: '1', B: '3' } },
    { ...plan, environment: { A: '1' } },
    { ...plan, workingFolder: '/other' },
  ];
  expect(new Set([plan, ...others].map(planHash)).size).toBe(others.length + 1);
});
