import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findingKinds, migrationChoicesSchema } from './migration.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/migration.md'), 'utf8');

it('stands in the docs: every kind of finding, and every choice', () => {
  const names = [...findingKinds, ...Object.keys(migrationChoicesSchema.shape)];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('needs no choice but what the plan is made of', () => {
  expect(migrationChoicesSchema.parse({ findingIds: [] })).toMatchObject({
    onePerGpu: true,
    shareInput: false,
    takeOverPort: false,
  });
});
