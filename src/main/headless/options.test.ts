import { describe, expect, it } from 'vitest';
import { headlessHelp, headlessOptions, readHeadlessCommand } from './options.ts';

const request = (argv: string[], environment: Record<string, string> = {}) => {
  const command = readHeadlessCommand(argv, environment);
  if (command.kind !== 'serve') throw new Error(`expected serve, got ${command.kind}`);
  return command.request;
};

describe('readHeadlessCommand', () => {
  it('stays on this machine and starts nothing unusual by default', () => {
    expect(request([])).toEqual({
      dataFolder: null,
      studioHost: '127.0.0.1',
      studioPort: 8001,
      gatewayHost: '127.0.0.1',
      gatewayPort: null,
      accessToken: null,
      allowedHosts: [],
      sandboxCount: 0,
      sandboxClock: 1,
      keepInstances: false,
      autoStart: true,
      open: false,
      json: false,
      logLevel: 'info',
    });
  });

  it('takes every flag', () => {
    expect(
      request(
        [
          '--data-folder /tmp/a --studio-host 0.0.0.0 --studio-port 0 --gateway-host ::1 --gateway-port 8188',
          '--access-token secret --allowed-host box.lan,gpu.lan --sandbox 4 --sandbox-clock 50',
          '--keep-instances --no-auto-start --open --json --log-level debug',
        ].flatMap((line) => line.split(' ')),
      ),
    ).toEqual({
      dataFolder: '/tmp/a',
      studioHost: '0.0.0.0',
      studioPort: 0,
      gatewayHost: '::1',
      gatewayPort: 8188,
      accessToken: 'secret',
      allowedHosts: ['box.lan', 'gpu.lan'],
      sandboxCount: 4,
      sandboxClock: 50,
      keepInstances: true,
      autoStart: false,
      open: true,
      json: true,
      logLevel: 'debug',
    });
  });

  it('reads the environment, and lets a flag win over it', () => {
    const environment = { ATELIER_STUDIO_PORT: '9000', ATELIER_JSON: 'true', ATELIER_KEEP_INSTANCES: '0' };
    expect(request([], environment)).toMatchObject({ studioPort: 9000, json: true, keepInstances: false });
    expect(request(['--studio-port', '9001'], environment)).toMatchObject({ studioPort: 9001 });
  });

  it.each([
    [['--studio-port', 'abc'], 'studio-port'],
    [['--studio-port', '70000'], 'studio-port'],
    [['--gateway-port', '80.5'], 'gateway-port'],
    [['--sandbox', '-1'], 'sandbox'],
    [['--sandbox-clock', '0'], 'sandbox-clock'],
    [['--log-level', 'loud'], 'log-level'],
    [['--nope'], 'nope'],
    [['stray'], 'stray'],
  ])('refuses %j and names it', (argv, named) => {
    expect(() => readHeadlessCommand(argv, {})).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(named) }),
    );
  });

  it('answers help before it looks at anything else', () => {
    expect(readHeadlessCommand(['--help'], { ATELIER_STUDIO_PORT: 'x' })).toEqual({ kind: 'help' });
    for (const { flag, variable } of headlessOptions) {
      expect(headlessHelp()).toContain(`--${flag}`);
      expect(headlessHelp()).toContain(variable);
    }
  });
});
