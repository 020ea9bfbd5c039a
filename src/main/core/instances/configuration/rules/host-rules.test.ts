import { expect, it } from 'vitest';
import { hostProblems } from './host-rules.ts';

const own = ['127.0.0.1', '192.168.1.5', 'fe80::1%eth0', '2001:db8::5'];

it.each([
  '192.168.1.5',
  '127.0.0.1',
  '127.0.0.9',
  '::1',
  '0.0.0.0',
  '::',
  '[2001:db8::5]',
  '2001:0DB8:0:0:0:0:0:5',
  'fe80::1',
  'my-box',
  '',
])('lets a local instance listen on %s', (host) => {
  expect(hostProblems({ host }, own)).toEqual([]);
});

it.each(['192.168.1.6', '203.0.113.7', '2001:db8::6', '[fe80::2]'])(
  'names %s as no address of this machine',
  (host) => {
    expect(hostProblems({ host }, own)).toMatchObject([
      { field: 'host', severity: 'error', code: 'host-not-here', details: { host } },
    ]);
  },
);

it('judges nothing where the system tells no addresses', () => {
  expect(hostProblems({ host: '203.0.113.7' }, [])).toEqual([]);
});
