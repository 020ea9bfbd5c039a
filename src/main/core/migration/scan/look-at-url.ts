import { StudioError } from '#contract/errors.ts';
import type { MigrationRemark } from '#contract/models/migration.ts';
import { parseRemoteUrl } from '../../instances/configuration/remote-address.ts';
import { base64 } from '../../instances/endpoint.ts';
import type { RunningPorts } from './look-running.ts';
import { remoteCandidate, splitLogin } from './remote-candidate.ts';
import { findingRemark, type Sighting } from './scan-context.ts';

const answerLimitMs = 5000;

/** A server at an address that a person typed. One that does not answer is still shown, with the reason. */
export const lookAtUrl = async (
  address: string,
  client: RunningPorts['client'],
  signal?: AbortSignal,
): Promise<Sighting> => {
  const { url, username, password } = splitLogin(address);
  const candidate = { ...remoteCandidate('url', url, address), hasSecret: password !== '' };
  const parsed = parseRemoteUrl(url);
  const secrets = new Map(password === '' ? [] : [['url', password] as const]);
  const seen = (more: Partial<Sighting>): Sighting => ({
    kind: 'url',
    title: parsed.ok ? parsed.host : url,
    location: candidate.url,
    version: '',
    candidates: [{ ...candidate, name: (parsed.ok ? parsed.host : url).slice(0, 200) }],
    remarks: [],
    secrets,
    ...more,
  });
  const noAnswer = (reason: string): MigrationRemark =>
    findingRemark('no-answer', 'warning', `No ComfyUI answers at ${candidate.url}.`, { url: candidate.url, reason });
  if (!parsed.ok) return seen({ candidates: [], remarks: [noAnswer(parsed.reason)] });
  const authorization = username === '' && password === '' ? null : `Basic ${base64(`${username}:${password}`)}`;
  try {
    const stats = await client.systemStats(
      { baseUrl: parsed.baseUrl, authorization },
      { timeoutMs: answerLimitMs, ...(signal === undefined ? {} : { signal }) },
    );
    return seen({ version: stats.version.slice(0, 100) });
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    if (error.code !== 'INSTANCE_AUTH') return seen({ remarks: [noAnswer(error.code)] });
    const login = findingRemark('login-needed', 'warning', `${candidate.url} wants a login.`, { url: candidate.url });
    const asked = candidate.authentication.type === 'none' ? ({ type: 'bearer' } as const) : candidate.authentication;
    return seen({
      remarks: [login],
      candidates: [{ ...candidate, authentication: asked, hasSecret: false }],
      secrets: new Map(),
    });
  }
};
