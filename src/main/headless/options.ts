import { parseArgs } from 'node:util';
import { StudioError } from '#contract/errors.ts';

/** One setting of the headless studio: a flag and an environment variable of the same meaning; the flag wins. */
interface HeadlessOption {
  readonly flag: string;
  readonly variable: string;
  readonly value: string | null;
  readonly fallback: string;
  readonly summary: string;
}

const option = (flag: string, value: string | null, fallback: string, summary: string): HeadlessOption => ({
  flag,
  variable: `ATELIER_${flag.replaceAll('-', '_').toUpperCase()}`,
  value,
  fallback,
  summary,
});

/** The one table of what `npm run serve` understands; `--help` and docs/configuration.md are made from it. */
export const headlessOptions: readonly HeadlessOption[] = [
  option('data-folder', 'DIR', 'the data folder of the user', 'Where instances, settings, logs and uploads are kept.'),
  option('studio-host', 'HOST', '127.0.0.1', 'Address of the studio. Beyond this machine an access token is needed.'),
  option('studio-port', 'PORT', '8001', 'Port of the studio; 0 = any free one.'),
  option('gateway-host', 'HOST', '127.0.0.1', 'Address of the gateway. Beyond this machine an access token is needed.'),
  option(
    'gateway-port',
    'PORT',
    'the one of the settings, 8187 at first',
    'Port of the ComfyUI-compatible gateway; 0 = any free one.',
  ),
  option('access-token', 'TOKEN', 'none', 'Token that every client must send, as Bearer or through the one-time link.'),
  option(
    'allowed-host',
    'HOST',
    'none',
    'Further host names under which the studio and the gateway are reached (comma list).',
  ),
  option(
    'sandbox',
    'N',
    '0',
    'Keep a fleet of N sandbox instances in the data folder (speeds 1, 1, 0.5, 0.25 repeating).',
  ),
  option('sandbox-clock', 'X', '1', 'Simulated work of the sandbox instances runs X times faster.'),
  option(
    'keep-instances',
    null,
    'off',
    'Leave the instances running when the studio ends; the next start adopts them.',
  ),
  option('no-auto-start', null, 'off', 'Do not start the instances that are marked to start on launch.'),
  option('open', null, 'off', 'Open the studio in the browser of the desktop.'),
  option('json', null, 'off', 'Print one JSON line on stdout when everything is ready; logs go to stderr.'),
  option('log-level', 'LEVEL', 'info', 'debug, info, warn or error.'),
];

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What the command line and the environment ask for. */
export interface HeadlessRequest {
  readonly dataFolder: string | null;
  readonly studioHost: string;
  readonly studioPort: number;
  readonly gatewayHost: string;
  /** null = as the settings of the studio say. */
  readonly gatewayPort: number | null;
  readonly accessToken: string | null;
  readonly allowedHosts: readonly string[];
  readonly sandboxCount: number;
  readonly sandboxClock: number;
  readonly keepInstances: boolean;
  readonly autoStart: boolean;
  readonly open: boolean;
  readonly json: boolean;
  readonly logLevel: LogLevel;
}

export type HeadlessCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'serve'; readonly request: HeadlessRequest };

const invalid = (flag: string, given: string, expected: string): StudioError =>
  new StudioError('INPUT_INVALID', `--${flag}: ${expected} is needed, not "${given}". See --help.`, {
    details: { flag, given },
  });

const readNumber = (flag: string, text: string, range: { min: number; max: number; integer: boolean }): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits = value >= range.min && value <= range.max && (!range.integer || Number.isInteger(value));
  if (!fits) {
    throw invalid(flag, text, `${range.integer ? 'a whole number' : 'a number'} from ${range.min} to ${range.max}`);
  }
  return value;
};

const isLogLevel = (text: string): text is LogLevel => logLevels.some((level) => level === text);
const isOn = (text: string): boolean => ['1', 'true', 'yes', 'on'].includes(text.toLowerCase());

const parseFlags = (argv: readonly string[]): Record<string, string | boolean | undefined> => {
  const options = Object.fromEntries(
    [
      ...headlessOptions.map(({ flag, value }) => [flag, value !== null] as const),
      ['help', false],
      ['version', false],
    ].map(([flag, takesValue]) => [flag, { type: takesValue === true ? ('string' as const) : ('boolean' as const) }]),
  );
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false });
    return Object.fromEntries(
      Object.entries(values).map(([flag, value]) => [flag, Array.isArray(value) ? value.at(-1) : value]),
    );
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/\.?$/, '.');
    throw new StudioError('INPUT_INVALID', `${message} See --help.`, { cause: error });
  }
};

/** Reads argv and the environment. A wrong flag or value fails with INPUT_INVALID and says which. */
export const readHeadlessCommand = (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): HeadlessCommand => {
  const flags = parseFlags(argv);
  if (flags['help'] === true) return { kind: 'help' };
  if (flags['version'] === true) return { kind: 'version' };
  const variables = new Map(headlessOptions.map(({ flag, variable }) => [flag, environment[variable]]));
  const text = (flag: string, fallback: string): string => {
    const given = flags[flag];
    const value = typeof given === 'string' ? given : variables.get(flag);
    return value === undefined || value === '' ? fallback : value;
  };
  const on = (flag: string): boolean => flags[flag] === true || isOn(variables.get(flag) ?? '');
  const port = (flag: string, fallback: string): number =>
    readNumber(flag, text(flag, fallback), { min: 0, max: 65_535, integer: true });
  const logLevel = text('log-level', 'info');
  if (!isLogLevel(logLevel)) throw invalid('log-level', logLevel, `one of ${logLevels.join(', ')}`);
  const request: HeadlessRequest = {
    dataFolder: text('data-folder', '') || null,
    studioHost: text('studio-host', '127.0.0.1'),
    studioPort: port('studio-port', '8001'),
    gatewayHost: text('gateway-host', '127.0.0.1'),
    gatewayPort: text('gateway-port', '') === '' ? null : port('gateway-port', ''),
    accessToken: text('access-token', '') || null,
    allowedHosts: text('allowed-host', '')
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    sandboxCount: readNumber('sandbox', text('sandbox', '0'), { min: 0, max: 256, integer: true }),
    sandboxClock: readNumber('sandbox-clock', text('sandbox-clock', '1'), { min: 0.01, max: 100_000, integer: false }),
    keepInstances: on('keep-instances'),
    autoStart: !on('no-auto-start'),
    open: on('open'),
    json: on('json'),
    logLevel,
  };
  return { kind: 'serve', request };
};

/** The text of `--help`. */
export const headlessHelp = (): string => {
  const rows = headlessOptions.map(
    ({ flag, value, variable, fallback, summary }) =>
      `  ${`--${flag}${value === null ? '' : ` ${value}`}`.padEnd(24)} ${summary}\n${' '.repeat(27)}(default: ${fallback}; ${variable})`,
  );
  return [
    'Atelier, headless: runs every GPU of this machine as one ComfyUI and serves the studio to the browser.',
    '',
    'Usage: npm run serve -- [flags]',
    '',
    ...rows,
    `  ${'--help'.padEnd(24)} This text.`,
    `  ${'--version'.padEnd(24)} The version.`,
    '',
  ].join('\n');
};

/** The table of docs/configuration.md. */
export const headlessTable = (): string =>
  [
    '| flag | environment variable | default | meaning |',
    '| --- | --- | --- | --- |',
    ...headlessOptions.map(
      ({ flag, value, variable, fallback, summary }) =>
        `| \`--${flag}${value === null ? '' : ` ${value}`}\` | \`${variable}\` | ${fallback} | ${summary} |`,
    ),
  ].join('\n');
