import { expect, it } from 'vitest';
import { acceptedLanguage } from './accepted-language.ts';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
  ['en;q=0.5, ZH-hans;q=0.7', 'zh'],
  ['fr-FR,fr;q=0.9,zh-TW;q=0.4', 'zh'],
  ['fr,*;q=0.5', 'en'],
  ['zh;q=0,en;q=0.1', 'en'],
  ['zh;q=much', 'en'],
  [',;,;q=', 'en'],
] as const)('of %j it is %s', (header, language) => {
  expect(acceptedLanguage(header)).toBe(language);
});
