import { StudioError } from '#contract/errors.ts';
import type { ConnectionCheckName, ConnectionFindingCode } from '#contract/models/connection.ts';
import type { ComfyClient, ComfyEndpoint, SystemStats } from '../../ports/comfy-client.ts';
import { type Finding, failed, notTried, passed, type Saying, skipped, warned } from './connection-check.ts';

/**
 * Runs a check that gives one finding for each name, within what is left of the common deadline, and within `limitMs` where it has
 * a limit of its own. A name without a finding counts as not tried.
 */
export type RunCheck = (
  names: readonly ConnectionCheckName[],
  check: (options: { timeoutMs: number; signal: AbortSignal }) => Promise<readonly Finding[]>,
  limitMs?: number,
) => Promise<readonly Finding[]>;

const codeOf = (error: unknown): string | null => (error instanceof StudioError ? error.code : null);

const authenticationPassed = (endpoint: ComfyEndpoint): Finding =>
  endpoint.authorization === null
    ? skipped('credentials-none', 'No credentials are set')
    : passed('credentials-accepted', 'The credentials are accepted');

const wrongAnswer = failed('not-comfyui', {
  message: 'Something answers at the address, but not as ComfyUI does',
  advice: 'Check host, port and path: a web page, a log-in form or another program may be there.',
});

type ConnectionEnd = readonly [code: ConnectionFindingCode, saying: Saying];

const noAnswer: ConnectionEnd = [
  'no-answer',
  {
    message: 'The connection is accepted, but no answer comes',
    advice: 'The other side may be starting, overloaded or hung. Look at its log, and restart it.',
  },
];

/** What the system said about a connection that came up and gave no answer (codes of Node, OpenSSL and undici). */
const connectionEnds: readonly (readonly [RegExp, ConnectionEnd])[] = [
  [
    /^(?:EPROTO|ERR_SSL_.*)$/,
    [
      'not-encrypted',
      {
        message: 'The address does not speak https',
        advice:
          'ComfyUI speaks plain http unless it was started with --tls-keyfile: write http:// instead of https://.',
      },
    ],
  ],
  [
    /CERT|^UNABLE_TO_/,
    [
      'certificate-untrusted',
      {
        message: 'The certificate of the address is not trusted',
        advice:
          'Use the host name that the certificate is made for, and renew it or add its authority to this machine.',
      },
    ],
  ],
  [
    /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_.*)$/,
    [
      'cut-off',
      {
        message: 'The other side closes the connection without an answer',
        advice:
          'It may speak https only, be ending at this moment, or be a program that is no web server. Check the address.',
      },
    ],
  ],
];

const unreachableFinding = (error: unknown): Finding => {
  const reason = error instanceof StudioError ? error.details?.['reason'] : undefined;
  if (typeof reason !== 'string') return failed(...noAnswer);
  const end = connectionEnds.find(([codes]) => codes.test(reason))?.[1] ?? noAnswer;
  return failed(...end, { reason });
};

const refusedCredentials = (endpoint: ComfyEndpoint): Finding =>
  endpoint.authorization === null
    ? failed('credentials-needed', {
        message: 'The address asks for credentials',
        advice: 'Choose the kind of authentication and enter the token or password.',
      })
    : failed('credentials-refused', {
        message: 'The credentials are refused',
        advice: 'Check the user name, and enter the token or password again.',
      });

/** Oldest version whose protocol was compared with recordings. */
const oldestKnown = [0, 3, 64] as const;

export const isOlderThanKnown = (version: string): boolean | null => {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) return null;
  const numbers = match.slice(1).map(Number);
  for (const [index, known] of oldestKnown.entries()) {
    const number = numbers[index] ?? 0;
    if (number !== known) return number < known;
  }
  return false;
};

const oldest = oldestKnown.join('.');

const versionFinding = ({ version }: SystemStats): Finding => {
  const isOlder = isOlderThanKnown(version);
  if (isOlder === false) return passed('version', `ComfyUI ${version}`, { version });
  const advice = 'Update ComfyUI if something does not work.';
  return isOlder === null
    ? warned('version-unknown', { message: `The version "${version}" is not a known one`, advice }, { version })
    : warned('version-old', { message: `ComfyUI ${version} is older than ${oldest}`, advice }, { version, oldest });
};

const statsFinding = ({ devices }: SystemStats): Finding => {
  const names = devices.map(({ name }) => name);
  return names.length === 0
    ? passed('statistics', 'System statistics come', { devices: names })
    : passed('devices', `Device: ${names.join(', ')}`, { devices: names });
};

/** Authentication, system-stats and version in one request: the answer to it tells all three. */
const askStats = async (
  client: ComfyClient,
  endpoint: ComfyEndpoint,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<readonly Finding[]> => {
  try {
    const stats = await client.systemStats(endpoint, options);
    return [authenticationPassed(endpoint), statsFinding(stats), versionFinding(stats)];
  } catch (error) {
    const rest = notTried;
    const code = codeOf(error);
    if (code === 'INSTANCE_AUTH') return [refusedCredentials(endpoint), rest, rest];
    if (code === 'INSTANCE_WRONG_ANSWER') return [authenticationPassed(endpoint), wrongAnswer, rest];
    if (code === 'INSTANCE_UNREACHABLE') return [rest, unreachableFinding(error), rest];
    throw error;
  }
};

const askOne = async (ask: () => Promise<Finding>): Promise<readonly Finding[]> => {
  try {
    return [await ask()];
  } catch (error) {
    if (codeOf(error) === 'INSTANCE_UNREACHABLE') return [unreachableFinding(error)];
    if (codeOf(error) === 'INSTANCE_WRONG_ANSWER') return [wrongAnswer];
    throw error;
  }
};

const isFailed = (findings: readonly Finding[]): boolean => findings.some(({ outcome }) => outcome === 'failed');

/** Asks a ComfyUI that accepts connections the questions that the studio will ask it. */
export const askComfy = async (client: ComfyClient, endpoint: ComfyEndpoint, run: RunCheck): Promise<boolean> => {
  const stats = await run(['authentication', 'system-stats', 'version'], (options) =>
    askStats(client, endpoint, options),
  );
  if (isFailed(stats)) {
    await run(['prompt', 'object-info'], async () => [notTried, notTried]);
    return false;
  }
  const prompt = await run(['prompt'], (options) =>
    askOne(async () => {
      const remaining = await client.queueRemaining(endpoint, options);
      return passed('queue', `${remaining} in the queue`, { queueRemaining: remaining });
    }),
  );
  const nodes = await run(['object-info'], (options) =>
    askOne(async () => {
      const classes = await client.nodeClasses(endpoint, options);
      return classes.size > 0
        ? passed('node-classes', `${classes.size} node classes`, { nodeClasses: classes.size })
        : warned('no-node-classes', {
            message: 'It knows no nodes',
            advice: 'Look at its log for failed imports.',
          });
    }),
  );
  return !isFailed(prompt) && !isFailed(nodes);
};
