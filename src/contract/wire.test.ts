import { expect, it } from 'vitest';
import { calls } from './calls/index.ts';
import { inputMaxBytes, messageLimits } from './wire.ts';

it('has room in a message for the longest workflow text, escapes included, and little more', () => {
  const { workflowMaxCharacters, workflowFileMaxBytes } = messageLimits;
  const graph = '{"class_type": "LoadImageBase64", "inputs": {"image": "é"}}\n';
  const text = graph.repeat(Math.floor(workflowMaxCharacters / graph.length));
  expect(new TextEncoder().encode(JSON.stringify({ text })).length).toBeLessThan(workflowFileMaxBytes);
  expect(workflowFileMaxBytes).toBeLessThan(2 * workflowMaxCharacters);
});

it('leaves a text that is too long to the call, which has a code for it', () => {
  const text = 'x'.repeat(messageLimits.workflowMaxCharacters + 1);
  expect(calls['workflows.inspect'].input.safeParse({ text }).success).toBe(true);
  expect(calls['workflows.inspect'].errors).toContain('INPUT_TOO_LARGE');
});

it('gives every other call the common limit', () => {
  expect(Object.keys(calls).filter((method) => inputMaxBytes(method) !== messageLimits.commonMaxBytes)).toEqual([
    'workflows.inspect',
  ]);
});
