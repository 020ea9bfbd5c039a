import { describe, expect, it } from 'vitest';
import { noticePage } from './notice-pages.ts';

describe.each(['notBuilt', 'noAccess', 'limited'] as const)('the page "%s"', (name) => {
  it.each([
    [undefined, 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['fr', 'en'],
  ])('speaks the language of a browser that asks for %j', (header, tag) => {
    const page = noticePage(name, header);
    expect(page).toContain(`<html lang="${tag}">`);
    expect(/\p{Script=Han}/u.test(page)).toBe(tag === 'zh-CN');
    expect(page).not.toContain('<script');
  });
});
