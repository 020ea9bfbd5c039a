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

it.each(['workflows.inspect', 'workflows.convert'] as const)(
  'leaves a text that is too long to %s, which has a code for it',
  (method) => {
    const text = 'x'.repeat(messageLimits.workflowMaxCharacters + 1);
    expect(calls[method].input.safeParse({ text }).success).toBe(true);
    expect(calls[method].errors).toContain('INPUT_TOO_LARGE');
  },
);

it('gives the calls that take the text of a workflow its limit, and every other call the common one', () => {
  const large = ['workflows.convert', 'workflows.import', 'workflows.inspect', 'workflows.save'];
  const methods = Object.keys(calls).filter((method) => inputMaxBytes(method) !== messageLimits.commonMaxBytes);
  expect(methods.sort()).toEqual(large);
  expect(large.map(inputMaxBytes)).toEqual(large.map(() => messageLimits.workflowFileMaxBytes));
});
