import { expect, it } from 'vitest';
import type { InstanceTemplate } from '#contract/models/template.ts';
import { spokenTemplate } from './spoken-template.ts';

const template = (change: Partial<InstanceTemplate>): InstanceTemplate => ({
  id: 'example-default',
  name: 'as sent',
  kind: 'example',
  savedAt: null,
  draft: { name: 'as sent', port: 8188 },
  asks: [],
  ...change,
});

it('an example is called as the texts say, and so is the instance made of it', () => {
  expect(spokenTemplate(template({}))).toMatchObject({
    name: 'Default Instance',
    draft: { name: 'Default Instance', port: 8188 },
  });
});

it.each([{ kind: 'own' }, { id: 'example-of-tomorrow' }, { id: 'constructor' }] as const)(
  'another keeps its name: %j',
  (change) => {
    expect(spokenTemplate(template(change)).name).toBe('as sent');
  },
);
