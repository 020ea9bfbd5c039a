import { expect, test } from 'vitest';
import { describeExit, windowsStatus } from './exit-codes.ts';

test.each([
  [3_221_225_477, '0xC0000005', 'ACCESS_VIOLATION'],
  [-1_073_741_819, '0xC0000005', 'ACCESS_VIOLATION'],
  [3_221_225_781, '0xC0000135', 'DLL_NOT_FOUND'],
  [3_221_226_505, '0xC0000409', 'STACK_BUFFER_OVERRUN'],
  [3_221_225_472, '0xC0000000', null],
  [4_294_967_295, '0xFFFFFFFF', null],
])('exit code %d of Windows is %s %s', (exitCode, status, name) => {
  expect(windowsStatus(exitCode)).toEqual({ status, name });
  expect(describeExit({ code: exitCode, signal: null })).toEqual({
    code: 'PROCESS_EXITED',
    details: { exitCode, windowsStatus: status, windowsStatusName: name },
  });
});

test.each([0, 1, 2, 255, 3_221_225_471, 4_294_967_296])('exit code %d is no status of Windows', (exitCode) => {
  expect(windowsStatus(exitCode)).toBeNull();
  expect(describeExit({ code: exitCode, signal: null })).toEqual({ code: 'PROCESS_EXITED', details: { exitCode } });
});

test.each([
  ['SIGKILL', 'PROCESS_KILLED'],
  ['SIGTERM', 'PROCESS_KILLED'],
  ['SIGINT', 'PROCESS_KILLED'],
  ['SIGHUP', 'PROCESS_KILLED'],
  ['SIGQUIT', 'PROCESS_KILLED'],
  ['SIGSEGV', 'PROCESS_EXITED'],
  ['SIGABRT', 'PROCESS_EXITED'],
] as const)('%s is %s', (signal, code) => {
  expect(describeExit({ code: null, signal })).toEqual({ code, details: { signal } });
});

test('an end that nobody saw has no code', () => {
  expect(describeExit({ code: null, signal: null })).toEqual({ code: 'PROCESS_EXITED', details: { exitCode: null } });
});
