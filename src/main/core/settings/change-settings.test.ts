import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import { changeSettings } from './change-settings.ts';

const settings = settingsSchema.parse({});

const failureOf = (changes: Readonly<Record<string, unknown>>): unknown => {
  try {
    return changeSettings(settings, changes);
  } catch (error) {
    return error instanceof StudioError ? { code: error.code, details: error.details } : error;
  }
};

describe('changing settings', () => {
  it('changes what is given and leaves the rest', () => {
    const changed = changeSettings(settings, { maxConcurrentStarts: 3, balancingStrategy: 'random' });
    expect(changed).toEqual({ ...settings, maxConcurrentStarts: 3, balancingStrategy: 'random' });
  });

  it('leaves a field alone that is given as undefined', () => {
    expect(changeSettings({ ...settings, startupDelayMs: 5 }, { startupDelayMs: undefined }).startupDelayMs).toBe(5);
  });

  it.each([
    ['an unknown key', { colour: 'red' }, 'colour'],
    ['a key of the prototype', { constructor: 1 }, 'constructor'],
    ['a value out of range', { maxConcurrentStarts: 0 }, 'maxConcurrentStarts'],
    ['a value of another type', { telemetryIntervalMs: '2000' }, 'telemetryIntervalMs'],
    ['an unknown strategy', { balancingStrategy: 'fastest' }, 'balancingStrategy'],
    ['a number that is none', { startupDelayMs: Number.NaN }, 'startupDelayMs'],
  ])('refuses %s and names the field', (_, changes, field) => {
    expect(failureOf(changes)).toMatchObject({ code: 'INPUT_INVALID', details: { field, issues: [{ field }] } });
  });

  it('names every wrong field at once', () => {
    const failure = failureOf({ maxQueuedJobs: 0, colour: 'red', shape: 'round' });
    expect(failure).toMatchObject({ code: 'INPUT_INVALID' });
    expect(JSON.stringify(failure)).toMatch(/maxQueuedJobs.*colour.*shape/);
  });
});
