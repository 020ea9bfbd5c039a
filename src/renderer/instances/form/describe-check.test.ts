import { describe, expect, it } from 'vitest';
import { type ConnectionCheck, connectionFindingCodes } from '#contract/models/connection.ts';
import type { FieldProblem } from '#contract/models/instance.ts';
import { problemCodes } from '#contract/models/problem-codes.ts';
import { connectionTest as en } from '../../text/en/connection-test.ts';
import { connectionTest as zh } from '../../text/zh/connection-test.ts';
import { describeCheck } from './describe-check.ts';

const checkOf = (check: Partial<ConnectionCheck>): ConnectionCheck => ({
  name: 'port',
  outcome: 'failed',
  code: null,
  problems: [],
  message: 'as it was sent',
  advice: 'advice as it was sent',
  durationMs: 0,
  details: {},
  ...check,
});

const taken: FieldProblem = {
  field: 'port',
  severity: 'error',
  code: 'port-taken',
  message: 'x',
  details: { port: 8188, pid: 7, program: 'python' },
};
const open: FieldProblem = { field: 'host', severity: 'warning', code: 'host-public', message: 'x', details: {} };

describe.each([
  ['English', en],
  ['Chinese', zh],
])('the %s sentences of a connection test', (_language, texts) => {
  it('say whatever a check may find, and advise on nothing else', () => {
    expect(Object.keys(texts.findings).toSorted()).toEqual(connectionFindingCodes.toSorted());
    const known: readonly string[] = [...connectionFindingCodes, ...problemCodes];
    expect(Object.keys(texts.advice).filter((code) => !known.includes(code))).toEqual([]);
  });
});

describe('a check', () => {
  it('is said by its code and facts, with what to do', () => {
    const check = checkOf({ code: 'host-refused', details: { host: 'gpu-box', port: 8188 } });
    expect(describeCheck(check)).toEqual({
      found: ['gpu-box port 8188 refuses the connection: nothing listens there now.'],
      advice: 'Start ComfyUI there with --listen, and check the port and the firewall.',
    });
  });

  it('tells all that the rules found, and what to do about the worst', () => {
    expect(describeCheck(checkOf({ problems: [taken, open] }))).toEqual({
      found: [
        'Port 8188 is already used by python (pid 7)',
        'Other machines can reach this instance, and ComfyUI has no log-in.',
      ],
      advice: 'Choose another port, or stop the program that uses this one.',
    });
  });

  it('is said as it was sent where a fact is missing', () => {
    expect(describeCheck(checkOf({ code: 'late' })).found).toEqual(['as it was sent']);
    expect(describeCheck(checkOf({ code: 'port-free' })).advice).toBe('advice as it was sent');
  });
});
