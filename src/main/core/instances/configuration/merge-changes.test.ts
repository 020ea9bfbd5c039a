import { describe, expect, it } from 'vitest';
import { type InstanceConfiguration, instanceConfigurationSchema } from '#contract/models/instance.ts';
import { mergeChanges } from './merge-changes.ts';

const basis = instanceConfigurationSchema.parse({
  id: 'one',
  name: 'One',
  environmentVariables: { KEPT: '1', DROPPED: '1' },
});

type Change = Partial<InstanceConfiguration>;

const merge = (stored: Change, wanted: Change) =>
  mergeChanges({ basis, stored: { ...basis, ...stored }, wanted: { ...basis, ...wanted } }, (fields) =>
    instanceConfigurationSchema.parse(fields),
  );

describe('two people who change one instance', () => {
  it('both get their way in different fields', () => {
    const { configuration, conflicts } = merge({ port: 8300 }, { description: 'night' });
    expect(conflicts).toEqual([]);
    expect(configuration).toEqual({ ...basis, port: 8300, description: 'night' });
  });

  it('are told of a field that both changed', () => {
    expect(merge({ port: 8300 }, { port: 8301 }).conflicts).toEqual(['port']);
  });

  it('do not clash over the same value', () => {
    expect(merge({ port: 8300 }, { port: 8300 })).toMatchObject({ conflicts: [], configuration: { port: 8300 } });
  });

  it('may change two folders at once', () => {
    const { configuration, conflicts } = merge(
      { folders: { ...basis.folders, output: '/a' } },
      { folders: { ...basis.folders, temp: '/b' } },
    );
    expect(conflicts).toEqual([]);
    expect(configuration.folders).toMatchObject({ output: '/a', temp: '/b' });
  });

  it('keep a variable that the other one added, and lose one that the other one removed', () => {
    const { configuration, conflicts } = merge(
      { environmentVariables: { KEPT: '1', ADDED: '2' } },
      { environmentVariables: { KEPT: '3', DROPPED: '1' } },
    );
    expect(conflicts).toEqual([]);
    expect(configuration.environmentVariables).toEqual({ KEPT: '3', ADDED: '2' });
  });

  it('are told when one removed what the other one changed', () => {
    const { conflicts } = merge(
      { environmentVariables: { KEPT: '1' } },
      { environmentVariables: { KEPT: '1', DROPPED: '2' } },
    );
    expect(conflicts).toEqual(['environmentVariables.DROPPED']);
  });

  it('take a list of arguments as one value', () => {
    expect(merge({ extraArguments: ['--lowvram'] }, { extraArguments: ['--novram'] }).conflicts).toEqual([
      'extraArguments',
    ]);
  });
});
