import { expect, it } from 'vitest';
import { problemAdvice } from '#core/instances/configuration/rules/problem-advice.ts';
import { connectionTest } from '../src/renderer/text/en/connection-test.ts';

it('the screens advise on every rule on which scripts are advised, in the same words', () => {
  expect(connectionTest.advice).toMatchObject(problemAdvice);
});
