import { describe, expect, it } from 'vitest';
import { type ErrorCode, StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { ComfyClient } from '../../ports/comfy-client.ts';
import { configurationOf, createFakeMachine, type FakeWorld, gpuOf, type Hanging } from './fake-machine.fixture.ts';
import { type ConnectionSubject, testConnection } from './test-connection.ts';

type Asked = Pick<ComfyClient, 'systemStats' | 'queueRemaining' | 'nodeClasses'>;

const answering: Asked = {
  systemStats: async () => ({ version: '0.33.0', arguments: [], devices: [] }),
  queueRemaining: async () => 2,
  nodeClasses: async () => new Set(['KSampler', 'SaveImage']),
};

const failingWith = (code: ErrorCode) => async (): Promise<never> => {
  throw new StudioError(code);
};
const hanging = (): Promise<never> => new Promise<never>(() => {});
const unused = (): never => {
  throw new Error('a connection test must not call this');
};

const clientOf = (asked: Partial<Asked>): ComfyClient => ({
  ...answering,
  queue: unused,
  submit: unused,
  history: unused,
  cancel: unused,
  free: unused,
  uploadInput: unused,
  putImage: unused,
  view: unused,
  openSocket: unused,
  ...asked,
});

interface Scene {
  readonly world?: FakeWorld;
  readonly hangs?: readonly Hanging[];
  readonly client?: Partial<Asked>;
  readonly subject?: Partial<ConnectionSubject>;
}

const test = async (
  changes: Partial<InstanceConfiguration>,
  { world, hangs, client = {}, subject = {} }: Scene = {},
) => {
  const { machine, clock } = createFakeMachine(world, hangs);
  const report = testConnection(
    {
      configuration: configurationOf(changes),
      authorization: null,
      others: [],
      isRunning: false,
      signal: new AbortController().signal,
      ...subject,
    },
    { ...machine, client: clientOf(client) },
  );
  // A report that is not there after the deadline would keep the test waiting until it fails.
  await clock.advance(10_000);
  return report;
};

const outcomes = async (...input: Parameters<typeof test>): Promise<string> => {
  const { reachable, checks } = await test(...input);
  return [String(reachable), ...checks.map(({ name, outcome }) => `${name}:${outcome}`)].join(' ');
};

const remote = { kind: 'remote', url: 'http://gpu-box:8188', host: 'gpu-box', comfyuiFolder: '' } as const;

describe('testing the connection to a remote instance', () => {
  it('passes every check of one that answers', async () => {
    expect(await outcomes(remote)).toBe(
      'true address:passed reachable:passed authentication:skipped system-stats:passed version:passed prompt:passed object-info:passed',
    );
    expect(await outcomes(remote, { subject: { authorization: 'Bearer x' } })).toContain('authentication:passed');
  });

  it('does not connect to the program itself', async () => {
    const world: FakeWorld = { ownAddresses: ['http://127.0.0.1:8400'] };
    expect(await outcomes({ ...remote, url: 'http://localhost:8400' }, { world })).toBe(
      'false address:failed reachable:skipped authentication:skipped system-stats:skipped version:skipped prompt:skipped object-info:skipped',
    );
  });

  it.each(['refused', 'unknown-host', 'unreachable', 'timeout'] as const)(
    'stops at a host that is %s, with advice',
    async (reach) => {
      const { reachable, checks } = await test(remote, { world: { reach } });
      expect(reachable).toBe(false);
      expect(checks.find(({ name }) => name === 'reachable')).toMatchObject({
        outcome: 'failed',
        details: { reason: reach },
      });
      expect(checks.find(({ outcome }) => outcome === 'failed')?.advice).not.toBe('');
      expect(checks.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(5);
    },
  );

  it('stops at an address that is none', async () => {
    expect(await outcomes({ ...remote, url: 'ftp://x' })).toBe(
      'false address:failed reachable:skipped authentication:skipped system-stats:skipped version:skipped prompt:skipped object-info:skipped',
    );
  });

  it.each([
    ['INSTANCE_AUTH', 'authentication:failed system-stats:skipped version:skipped prompt:skipped object-info:skipped'],
    [
      'INSTANCE_WRONG_ANSWER',
      'authentication:skipped system-stats:failed version:skipped prompt:skipped object-info:skipped',
    ],
    [
      'INSTANCE_UNREACHABLE',
      'authentication:skipped system-stats:failed version:skipped prompt:skipped object-info:skipped',
    ],
  ] as const)('tells %s', async (code, expected) => {
    expect(await outcomes(remote, { client: { systemStats: failingWith(code) } })).toBe(
      `false address:passed reachable:passed ${expected}`,
    );
  });

  it.each([
    ['EPROTO', 'The address does not speak https', 'http://'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'The address does not speak https', 'http://'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'The certificate of the address is not trusted', 'certificate'],
    ['ECONNRESET', 'The other side closes the connection without an answer', 'https only'],
    ['UND_ERR_SOCKET', 'The other side closes the connection without an answer', 'https only'],
    ['timeout', 'The connection is accepted, but no answer comes', 'overloaded'],
  ])('tells a connection that ends with %s', async (reason, message, advice) => {
    const systemStats = async (): Promise<never> => {
      throw new StudioError('INSTANCE_UNREACHABLE', undefined, { details: { reason } });
    };
    const { checks } = await test(remote, { client: { systemStats } });
    expect(checks.find(({ name }) => name === 'system-stats')).toMatchObject({
      outcome: 'failed',
      message,
      advice: expect.stringContaining(advice),
      details: { reason },
    });
  });

  it('tells a server that has statistics but no ComfyUI behind them', async () => {
    expect(await outcomes(remote, { client: { queueRemaining: failingWith('INSTANCE_WRONG_ANSWER') } })).toContain(
      'prompt:failed',
    );
    expect(await outcomes(remote, { client: { nodeClasses: async () => new Set() } })).toContain('object-info:warning');
  });

  it.each([
    ['0.3.64', 'passed'],
    ['0.3.63', 'warning'],
    ['0.2.99', 'warning'],
    ['1.0.0', 'passed'],
    ['v0.38.1', 'passed'],
    ['nightly', 'warning'],
  ])('judges version %s: %s', async (version, outcome) => {
    const systemStats = async () => ({ version, arguments: [], devices: [] });
    expect(await outcomes(remote, { client: { systemStats } })).toContain(`version:${outcome}`);
  });

  it.each([
    ['the name server', { hangs: ['hosts'] as const }, 'reachable'],
    ['the first request', { client: { systemStats: hanging } }, 'authentication'],
    ['a later request', { client: { nodeClasses: hanging } }, 'object-info'],
  ])('ends within 10 s with a failed check when %s hangs', async (_, scene, name) => {
    const { reachable, checks } = await test(remote, scene);
    expect(reachable).toBe(false);
    expect(checks.find((check) => check.outcome === 'failed')).toMatchObject({ name });
    expect(Math.max(...checks.map(({ durationMs }) => durationMs))).toBeLessThanOrEqual(10_000);
  });

  it('cancels the request that it no longer waits for', async () => {
    let signal: AbortSignal | undefined;
    const systemStats: Asked['systemStats'] = (_, options) => {
      signal = options.signal;
      return hanging();
    };
    await test(remote, { client: { systemStats } });
    expect(signal?.aborted).toBe(true);
  });

  it('ends when the caller has gone', async () => {
    const subject = { signal: AbortSignal.abort() };
    await expect(test(remote, { subject })).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });
});

describe('testing the connection of a local instance', () => {
  const world: FakeWorld = { gpus: [gpuOf(0)] };

  it('checks everything that a start needs, and starts nothing', async () => {
    expect(await outcomes({ gpuDevice: '0' }, { world })).toBe(
      'true folder:passed python:passed port:passed gpu:passed folders:passed flags:passed',
    );
  });

  it.each(['', 'Python 2.7.18\n', 'true (GNU coreutils) 9.4\n', 'v24.9.0\n'])(
    'tells a program that is no Python 3 by what it answers: %j',
    async (version) => {
      const { reachable, checks } = await test({}, { world: { ...world, version } });
      expect(reachable).toBe(false);
      expect(checks.find(({ name }) => name === 'python')).toMatchObject({
        outcome: 'failed',
        code: 'python-not-python',
      });
    },
  );

  it('asks the instance itself when it runs', async () => {
    const listeners = { 8188: { pid: 1, name: 'python' } };
    const subject = { isRunning: true };
    expect(await outcomes({}, { world: { ...world, listeners }, subject })).toBe(
      'true folder:passed python:passed port:passed gpu:passed folders:passed flags:passed ' +
        'authentication:skipped system-stats:passed version:passed prompt:passed object-info:passed',
    );
  });

  it.each([
    [
      { comfyuiFolder: '/nowhere' },
      {},
      'folder:failed python:skipped port:passed gpu:passed folders:passed flags:warning',
    ],
    [{ comfyuiFolder: '' }, {}, 'folder:failed python:skipped port:passed gpu:passed folders:passed flags:warning'],
    [{}, { files: [] }, 'folder:failed python:passed port:passed gpu:passed folders:passed flags:warning'],
    [
      { pythonPath: '/no/python' },
      {},
      'folder:passed python:failed port:passed gpu:passed folders:passed flags:warning',
    ],
    [
      {},
      { listeners: { 8188: null } },
      'folder:passed python:passed port:failed gpu:passed folders:passed flags:passed',
    ],
    [{ host: '203.0.113.7' }, {}, 'folder:passed python:passed port:failed gpu:passed folders:passed flags:passed'],
    [{ gpuDevice: '4' }, {}, 'folder:passed python:passed port:passed gpu:failed folders:passed flags:passed'],
    [{}, { readOnly: ['/data'] }, 'folder:passed python:passed port:passed gpu:passed folders:failed flags:passed'],
    [
      { extraArguments: ['--nope'] },
      {},
      'folder:passed python:passed port:passed gpu:passed folders:passed flags:failed',
    ],
    [{}, { help: null }, 'folder:passed python:passed port:passed gpu:passed folders:passed flags:warning'],
  ])('%j in %j', async (changes, extra, expected) => {
    const isReachable = !expected.includes('failed');
    expect(await outcomes(changes, { world: { ...world, ...extra } })).toBe(`${isReachable} ${expected}`);
  });

  it.each([
    ['gpus', 'gpu'],
    ['ports', 'port'],
    ['help', 'flags'],
    ['disk', 'folder'],
  ] as const)('tells what hangs and still does the other checks: %s', async (part, name) => {
    const { checks } = await test({}, { world, hangs: [part] });
    expect(checks.find((check) => check.outcome === 'failed')).toMatchObject({ name });
    expect(checks.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThanOrEqual(2);
  });

  it('knows that the sandbox is built in', async () => {
    expect(await outcomes({ program: 'sandbox', comfyuiFolder: '' }, { world })).toBe(
      'true folder:skipped python:skipped port:passed gpu:passed folders:passed flags:passed',
    );
  });
});
