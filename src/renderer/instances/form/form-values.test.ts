import { array, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldProblem } from '#contract/models/instance.ts';
import { configuration } from '../../testing/instance-fixtures.ts';
import { countByTab, tabOf } from './field-tabs.ts';
import { draftOf, newConfiguration, valuesOf } from './form-values.ts';
import { quoteArguments } from './quote-arguments.ts';
import { splitArguments } from './split-arguments.ts';

describe('the values of the form', () => {
  it('start a new instance with the defaults of the document (002-C5)', () => {
    expect(draftOf(valuesOf(newConfiguration()))).toMatchObject({
      host: '127.0.0.1',
      maxConcurrentWorkflows: 1,
      timeoutMs: 300_000,
      enableQueueMonitoring: true,
      autoStart: false,
      gpuDevice: 'auto',
    });
  });

  it('give back what they were made of', () => {
    const stored = configuration({
      id: 'x',
      name: 'Batch Processing - RTX 3080',
      port: 8190,
      gpuDevice: 'cuda:1',
      timeoutMs: 600_000,
      customNodesPath: '/srv/nodes',
      environmentVariables: { PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512' },
      restartPolicy: 'always',
    });
    const draft = draftOf(valuesOf(stored));
    for (const field of [
      'name',
      'port',
      'gpuDevice',
      'timeoutMs',
      'customNodesPath',
      'environmentVariables',
      'restartPolicy',
      'folders',
      'sandbox',
    ] as const) {
      expect(draft[field], field).toEqual(stored[field]);
    }
  });

  it('leave out rows without a name and a value', () => {
    const values = valuesOf(newConfiguration());
    const environment = [
      { key: '1', name: '', value: '' },
      { key: '2', name: 'A', value: '' },
      { key: '3', name: '', value: 'lost' },
    ];
    expect(draftOf({ ...values, environment }).environmentVariables).toEqual({ A: '', '': 'lost' });
  });

  it('send an empty number as one that no range allows', () => {
    expect(draftOf({ ...valuesOf(newConfiguration()), port: '', timeoutMs: '' })).toMatchObject({
      port: 0,
      timeoutMs: 0,
    });
  });

  it('send stored arguments untouched until somebody types', () => {
    const extraArguments = ['--reserve-vram', '1.5', 'odd "one" with \\ and \''];
    const values = valuesOf(configuration({ id: 'x', extraArguments }));
    expect(draftOf(values)).toMatchObject({ extraArguments });
    expect(draftOf(values)).not.toHaveProperty('extraArgumentsText');
    const typed = draftOf({ ...values, extraArgumentsText: '--lowvram' });
    expect(typed).toMatchObject({ extraArgumentsText: '--lowvram' });
    expect(typed).not.toHaveProperty('extraArguments');
  });

  it('send no log-in for a local instance and the address alone for a remote one', () => {
    const values = {
      ...valuesOf(newConfiguration()),
      authenticationType: 'basic' as const,
      username: 'mara',
      url: ' http://box:8188 ',
    };
    expect(draftOf(values).authentication).toEqual({ type: 'none' });
    const remote = draftOf({ ...values, kind: 'remote' });
    expect(remote).toMatchObject({ url: 'http://box:8188', authentication: { type: 'basic', username: 'mara' } });
    expect(remote).not.toHaveProperty('port');
  });
});

describe('arguments as one line', () => {
  it('split into the same arguments again', () => {
    assert(
      property(array(string({ maxLength: 12 })), (argv) => {
        expect(splitArguments(quoteArguments(argv))).toEqual(argv);
      }),
    );
  });

  it('are quoted only when they must be', () => {
    expect(quoteArguments(['--port', '8188', 'a b', "it's"])).toBe(`--port 8188 'a b' "it's"`);
  });
});

describe('the tab of a field', () => {
  it.each([
    ['port', 'basic'],
    ['authentication.username', 'basic'],
    ['folders.user', 'advanced'],
    ['sandbox.speed', 'resources'],
    ['idle.freeAfterMs', 'advanced'],
    ['restartPolicy', 'advanced'],
    ['timeoutMs', 'runtime'],
    ['environmentVariables.FOO', 'environment'],
    ['extraArguments', 'advanced'],
    ['something.new', 'advanced'],
  ])('%s stands on %s', (field, tab) => {
    expect(tabOf(field)).toBe(tab);
  });

  it('counts errors, not warnings', () => {
    const problem = (field: string, severity: FieldProblem['severity']): FieldProblem => ({
      field,
      severity,
      code: 'port-range',
      message: 'x',
      details: {},
    });
    expect(countByTab([problem('port', 'error'), problem('host', 'warning'), problem('name', 'error')]).basic).toBe(2);
  });
});
