import { describe, expect, it } from 'vitest';
import { calls } from '#contract/calls/index.ts';
import { errorCodes } from '#contract/errors.ts';
import { topics } from '#contract/topics.ts';
import { generateApiDocs, isApiPageFresh } from './generate-api-docs.ts';

describe('docs/api.md', () => {
  it('says what the contract says (run `npm run docs` when it does not)', () => {
    expect(isApiPageFresh()).toBe(true);
  });

  it('has every call, topic and error, and no type that could not be written', () => {
    const page = generateApiDocs();
    for (const name of Object.keys(calls)) {
      expect(page).toContain(`### ${name}\n`);
      expect(page).toContain(`\`POST /api/${name.replace('.', '/')}\``);
    }
    for (const name of Object.keys(topics)) expect(page).toContain(`### ${name}\n`);
    for (const code of Object.keys(errorCodes)) expect(page).toContain(`| \`${code}\` |`);
    expect(page).not.toMatch(/undefined|\[object/);
  });

  it('writes each model out once and names it elsewhere', () => {
    const page = generateApiDocs();
    expect(page.match(/^type InstanceView = /gm)).toHaveLength(1);
    expect(page).toContain('output: InstanceView\n');
    expect(page).toContain('  state: InstanceState;');
    expect(page).not.toContain('__schema');
  });
});
