import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.fixture.ts';
import { createLoadToken } from './load-token.ts';

const setUp = (limit = 1, pauseMs = 0) => {
  const clock = createFakeClock();
  const settings = { limit, pauseMs };
  const token = createLoadToken({ clock, limit: () => settings.limit, pauseMs: () => settings.pauseMs });
  const granted: string[] = [];
  const request = (id: string): void => token.request(id, () => granted.push(id));
  return { clock, settings, token, granted, request };
};

test('one after the other, first come first served', () => {
  const { token, granted, request } = setUp();
  for (const id of ['a', 'b', 'c']) request(id);
  expect(granted).toEqual(['a']);
  token.release('a');
  expect(granted).toEqual(['a', 'b']);
  token.release('b');
  expect(granted).toEqual(['a', 'b', 'c']);
});

test('at most as many at once as the limit says, also after it changed', () => {
  const { token, granted, request, settings } = setUp(2);
  for (const id of ['a', 'b', 'c', 'd']) request(id);
  expect(granted).toEqual(['a', 'b']);
  settings.limit = 3;
  token.review();
  expect(granted).toEqual(['a', 'b', 'c']);
  settings.limit = 1;
  token.release('a');
  token.release('b');
  expect(granted).toEqual(['a', 'b', 'c']);
  token.release('c');
  expect(granted).toEqual(['a', 'b', 'c', 'd']);
});

test('who leaves the line is passed over', () => {
  const { token, granted, request } = setUp();
  for (const id of ['a', 'b', 'c']) request(id);
  token.release('b');
  token.release('a');
  expect(granted).toEqual(['a', 'c']);
});

test('nobody holds it twice or stands in the line twice', () => {
  const { token, granted, request } = setUp(3);
  request('a');
  request('a');
  expect(granted).toEqual(['a']);
  token.release('a');
  request('a');
  expect(granted).toEqual(['a', 'a']);
  const full = setUp();
  for (const id of ['a', 'b', 'b']) full.request(id);
  full.token.release('a');
  full.token.release('b');
  expect(full.granted).toEqual(['a', 'b']);
});

test('two grants are a pause apart, and no timer is left when nobody waits', async () => {
  const { clock, granted, request, token } = setUp(3, 2_000);
  for (const id of ['a', 'b', 'c']) request(id);
  expect(granted).toEqual(['a']);
  await clock.advance(1_999);
  expect(granted).toEqual(['a']);
  await clock.advance(1);
  expect(granted).toEqual(['a', 'b']);
  token.release('c');
  expect(clock.pending()).toBe(0);
  await clock.advance(5_000);
  request('d');
  expect(granted).toEqual(['a', 'b', 'd']);
});

test('a grant that gives the token back at once lets the next one through', () => {
  const { token, granted } = setUp();
  token.request('a', () => {
    granted.push('a');
    token.release('a');
  });
  token.request('b', () => granted.push('b'));
  expect(granted).toEqual(['a', 'b']);
});

test('releasing what was never requested is fine', () => {
  const { token, granted, request } = setUp();
  token.release('nobody');
  request('a');
  expect(granted).toEqual(['a']);
});
