import { expect, it } from 'vitest';
import { type ErrorCode, type ErrorDetails, errorCodes, StudioError } from '#contract/errors.ts';
import { readHeadlessCommand } from './options.ts';
import { describeStartFailure } from './start-failure.ts';

const systemError = (code: string, path: string): Error => Object.assign(new Error(code), { code, path });

const cases: readonly (readonly [ErrorCode, ErrorDetails | undefined, Error | undefined, string])[] = [
  [
    'STORE_LOCKED',
    { dataFolder: '/d', pid: 7, startedAt: 0, address: 'http://127.0.0.1:8001' },
    undefined,
    'STORE_LOCKED: Another studio uses this data folder. Process 7 has used it since 1970-01-01T00:00:00.000Z and answers at http://127.0.0.1:8001. End that one first, or choose another --data-folder.',
  ],
  [
    'STORE_LOCKED',
    { dataFolder: '/d' },
    undefined,
    'STORE_LOCKED: Another studio uses this data folder. End the other one first, or choose another --data-folder.',
  ],
  [
    'STORE_NEWER_VERSION',
    { file: 'settings.json', version: 9, supportedVersion: 1 },
    undefined,
    'STORE_NEWER_VERSION: A stored file was written by a newer version. Update Atelier, or choose another --data-folder. The file was left untouched.',
  ],
  [
    'STORE_READ_FAILED',
    { systemCode: 'EACCES' },
    systemError('EACCES', '/d/settings.json'),
    'STORE_READ_FAILED: A stored file cannot be read. /d/settings.json: EACCES. Give the user who runs Atelier the right to it, or choose another --data-folder.',
  ],
  [
    'STORE_WRITE_FAILED',
    { dataFolder: '/d', systemCode: 'ENOSPC' },
    undefined,
    'STORE_WRITE_FAILED: A file could not be written. /d: ENOSPC. The disk is full: make room, or choose another --data-folder.',
  ],
  [
    'STORE_WRITE_FAILED',
    { dataFolder: '/proc/nope', path: '/proc/nope' },
    systemError('ENOENT', '/proc/nope'),
    'STORE_WRITE_FAILED: A file could not be written. /proc/nope: ENOENT. Check the path and the disk, or choose another --data-folder.',
  ],
  [
    'STORE_WRITE_FAILED',
    undefined,
    undefined,
    'STORE_WRITE_FAILED: A file could not be written. Check the path and the disk, or choose another --data-folder.',
  ],
  [
    'SERVER_PORT_TAKEN',
    { host: '127.0.0.1', port: 8001, owner: { pid: 9, name: 'nginx' } },
    undefined,
    'SERVER_PORT_TAKEN: The address of the studio or of the gateway is taken. nginx (pid 9) listens there. Choose another --studio-port or --gateway-port; 0 takes any free one.',
  ],
  [
    'SERVER_PORT_TAKEN',
    { host: '127.0.0.1', port: 8001, owner: null },
    undefined,
    'SERVER_PORT_TAKEN: The address of the studio or of the gateway is taken. Choose another --studio-port or --gateway-port; 0 takes any free one.',
  ],
  [
    'SERVER_TOKEN_NEEDED',
    { host: '0.0.0.0', tokenMinLength: 16 },
    undefined,
    'SERVER_TOKEN_NEEDED: An address beyond this machine needs an access token. 0.0.0.0 can be reached from other machines. Set --access-token (or ATELIER_ACCESS_TOKEN) to one of 16 characters or more, or listen on 127.0.0.1.',
  ],
  [
    'SERVER_ADDRESS_UNUSABLE',
    { host: '10.9.8.7', port: 8001, reason: 'EADDRNOTAVAIL' },
    undefined,
    'SERVER_ADDRESS_UNUSABLE: This program may not open the address, or this machine does not have it. 10.9.8.7:8001: no network interface of this machine has it. Choose another --studio-host or --gateway-host, and ports from 1024 on.',
  ],
];

it('has a case for every failure of the data folder and of the addresses', () => {
  // A damaged file is no failure: it is restored, and a notice tells.
  const expected = Object.keys(errorCodes).filter(
    (code) => /^(?:STORE|SERVER)_/.test(code) && code !== 'STORE_CORRUPT',
  );
  expect([...new Set<string>(cases.map(([code]) => code))].toSorted()).toEqual(expected.toSorted());
});

it.each(cases)('says what to do about %s %j', (code, details, cause, expected) => {
  const error = new StudioError(code, undefined, { ...(details === undefined ? {} : { details }), cause });
  expect(describeStartFailure(error)).toBe(expected);
});

it.each([
  [['--nope'], /^INPUT_INVALID: Unknown option '--nope'\. See --help\.$/],
  [['--studio-port'], /^INPUT_INVALID: .*argument missing\. See --help\.$/],
  [['--studio-port', 'x'], /^INPUT_INVALID: --studio-port: .* is needed, not "x"\. See --help\.$/],
])('ends the sentence about %j before it names the help', (argv, expected) => {
  const failure = (): string => {
    try {
      readHeadlessCommand(argv, {});
      return 'accepted';
    } catch (error) {
      return describeStartFailure(error);
    }
  };
  expect(failure()).toMatch(expected);
});

it('gives the stack of what nobody expected', () => {
  expect(describeStartFailure(new TypeError('boom'))).toMatch(/^INTERNAL: TypeError: boom\n +at /);
  expect(describeStartFailure('boom')).toBe('INTERNAL: boom');
});
