import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ContractTables, contractHash, hashOfContract } from './contract-hash.ts';
import { defineCall, defineTopic } from './define.ts';

const call = defineCall({
  summary: 'one',
  input: z.object({ id: z.string(), port: z.int().default(1) }),
  output: z.object({ a: z.number(), b: z.string() }),
  errors: [],
  access: 'read',
});
const topic = defineTopic({ summary: 'two', keyed: false, snapshot: z.null(), event: z.string(), access: 'read' });
const tables: ContractTables = { calls: { 'a.one': call, 'a.two': call }, topics: { topic }, errors: { X: {}, Y: {} } };

describe('the contract hash', () => {
  it('is sixteen hex digits, the same every time', () => {
    expect(contractHash()).toMatch(/^[0-9a-f]{16}$/);
    expect(contractHash()).toBe(contractHash());
  });

  it('does not see the order of the tables, nor summaries', () => {
    const shuffled: ContractTables = {
      calls: {
        'a.two': { ...call, summary: 'other words' },
        'a.one': call,
      },
      topics: { topic },
      errors: { Y: {}, X: {} },
    };
    expect(hashOfContract(shuffled)).toBe(hashOfContract(tables));
  });

  it.each<[string, ContractTables]>([
    ['a call is renamed', { ...tables, calls: { 'a.one': call, 'a.three': call } }],
    ['an input field is added', { ...tables, calls: { ...tables.calls, 'a.two': { ...call, input: z.object({}) } } }],
    ['an output changes', { ...tables, calls: { ...tables.calls, 'a.two': { ...call, output: z.null() } } }],
    ['access changes', { ...tables, calls: { ...tables.calls, 'a.two': { ...call, access: 'admin' } } }],
    ['a topic gets a key', { ...tables, topics: { topic: { ...topic, keyed: true } } }],
    ['a snapshot changes', { ...tables, topics: { topic: { ...topic, snapshot: z.string() } } }],
    ['an event changes', { ...tables, topics: { topic: { ...topic, event: z.null() } } }],
    ['an error is new', { ...tables, errors: { ...tables.errors, Z: {} } }],
  ])('changes when %s', (_what, changed) => {
    expect(hashOfContract(changed)).not.toBe(hashOfContract(tables));
  });
});
