import { describe, expect, it } from 'vitest';
import { instanceCalls } from '../calls/instances.ts';
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

  it.each([
    [{ prot: 8200 }, []],
    [{ folders: { outputs: '/out' } }, ['folders']],
    [{ sandbox: { sped: 2 } }, ['sandbox']],
    [{ authentication: { type: 'bearer', token: 'abc' } }, ['authentication']],
  ])('refuses a field that does not exist and names it: %j', (fields, path) => {
    const refused = { code: 'unrecognized_keys' };
    const create = instanceCalls['instances.create'].input.safeParse({ draft: { name: 'A', ...fields } });
    expect(create.error?.issues).toMatchObject([{ ...refused, path: ['draft', ...path] }]);
    const update = instanceCalls['instances.update'].input.safeParse({ instanceId: 'a', changes: fields });
    expect(update.error?.issues).toMatchObject([{ ...refused, path: ['changes', ...path] }]);
  });

  it('refuses what stands beside the draft, and a new id', () => {
    const update = instanceCalls['instances.update'].input;
    expect(update.safeParse({ instanceId: 'a', changes: { port: 8200 } }).success).toBe(true);
    expect(update.safeParse({ instanceId: 'a', changes: {}, port: 8200 }).success).toBe(false);
    expect(update.safeParse({ instanceId: 'a', changes: { id: 'b' } }).success).toBe(false);
    expect(instanceCalls['instances.create'].input.safeParse({ draft: { name: 'A' }, port: 1 }).success).toBe(false);
  });

  it('leaves a stored configuration tolerant, so that an older version can read what a newer one added', () => {
    const stored = {
      id: 'a',
      name: 'A',
      later: 1,
      folders: { later: '/x' },
      authentication: { type: 'none', later: 1 },
    };
    expect(instanceConfigurationSchema.parse(stored)).toEqual(
      instanceConfigurationSchema.parse({ id: 'a', name: 'A' }),
    );
  });

  it('knows every field of a configuration', () => {
    const full = instanceConfigurationSchema.parse({ id: 'a', name: 'A' });
    expect(instanceDraftSchema.parse(full)).toEqual(full);
  });
});
