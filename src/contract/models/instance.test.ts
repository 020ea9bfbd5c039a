import { describe, expect, it } from 'vitest';
import { instanceConfigurationSchema, instanceDraftSchema } from './instance.ts';

describe('an instance draft', () => {
  it('holds what was given and no defaults, so that a change of one field changes no other', () => {
    expect(instanceDraftSchema.parse({ name: 'A' })).toEqual({ name: 'A' });
    expect(instanceDraftSchema.partial().parse({ folders: { output: '/out' } })).toEqual({
      folders: { output: '/out' },
    });
    expect(instanceDraftSchema.partial().parse({ sandbox: { speed: 2 } })).toEqual({ sandbox: { speed: 2 } });
  });

  it('lets wrong numbers through to validation, where they are findings', () => {
    const wrong = { name: 'A', port: 70_000, timeoutMs: 0, maxConcurrentWorkflows: 0.5 };
    expect(instanceDraftSchema.parse(wrong)).toEqual(wrong);
  });

  it('knows every field of a configuration', () => {
    const full = instanceConfigurationSchema.parse({ id: 'a', name: 'A' });
    expect(instanceDraftSchema.parse(full)).toEqual(full);
  });
});
