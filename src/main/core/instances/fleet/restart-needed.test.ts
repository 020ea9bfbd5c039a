import { expect, test } from 'vitest';
import { makeConfiguration } from '../testing/fleet-world.fixture.ts';
import { restartNeededFor } from './restart-needed.ts';

const before = makeConfiguration({ id: 'one' });

test('what becomes part of the process needs a restart', () => {
  const changes = {
    program: 'sandbox',
    host: '0.0.0.0',
    port: 1,
    gpuDevice: 'cpu',
    environmentVariables: { A: '1' },
    extraArguments: ['--cpu'],
    comfyuiFolder: '/c',
    pythonPath: '/p',
    customNodesPath: '/n',
    folders: { ...before.folders, output: '/o' },
    sandbox: { ...before.sandbox, speed: 2 },
  } as const;
  expect(restartNeededFor(before, makeConfiguration({ ...before, ...changes, extraArguments: ['--cpu'] }))).toEqual(
    Object.keys(changes),
  );
});

test('the rest holds at once', () => {
  const changed = makeConfiguration({
    ...before,
    name: 'other',
    description: 'text',
    maxConcurrentWorkflows: 2,
    weight: 3,
    idle: { freeAfterMs: 1, stopAfterMs: 2, startOnDemand: true },
    timeoutMs: 2_000,
    enableQueueMonitoring: false,
    autoStart: true,
    restartPolicy: 'always',
    enabled: false,
  });
  expect(restartNeededFor(before, changed)).toEqual([]);
});
