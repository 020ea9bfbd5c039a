import { describe, expect, it } from 'vitest';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { fleetDefinition } from './fleet-store.ts';
import { settingsDefinition } from './settings-store.ts';
import { currentVersion, readDocument, writeDocument } from './stored-document.ts';

const one = instanceConfigurationSchema.parse({ id: 'one', name: 'One' });

describe('the fleet document', () => {
  it('comes back as it was written', () => {
    const fleet = { instances: [one], activeInstanceId: 'one' };
    expect(readDocument(writeDocument(fleet, fleetDefinition) ?? '', fleetDefinition)).toEqual({
      kind: 'good',
      document: fleet,
      version: 1,
    });
  });

  it('fills in what a configuration of an earlier release did not have', () => {
    const text = JSON.stringify({ version: 1, document: { instances: [{ id: 'one', name: 'One' }] } });
    expect(readDocument(text, fleetDefinition)).toMatchObject({
      kind: 'good',
      document: { instances: [one], activeInstanceId: null },
    });
  });

  it('forgets an active instance that is not there', () => {
    const text = JSON.stringify({ version: 1, document: { instances: [one], activeInstanceId: 'gone' } });
    expect(readDocument(text, fleetDefinition)).toMatchObject({ kind: 'good', document: { activeInstanceId: null } });
  });

  it('takes two instances with one id for damage, since they would share folders', () => {
    expect(writeDocument({ instances: [one, one], activeInstanceId: null }, fleetDefinition)).toBeNull();
  });
});

describe('the settings document', () => {
  it('starts with the defaults', () => {
    expect(settingsDefinition.empty).toMatchObject({ balancingStrategy: 'fastest-finish', maxConcurrentStarts: 1 });
    expect(currentVersion(settingsDefinition)).toBe(1);
  });
});
