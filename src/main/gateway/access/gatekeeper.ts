import type { IncomingMessage } from 'node:http';
import { type GivenToken, givenTokens, isBeyondGuessing, isSameToken } from './access-token.ts';
import { corsHeaders } from './cross-origin.ts';
import { emptyAnswer, envelopeAnswer, type RawAnswer, tooLarge } from './raw-answer.ts';
import { judgeOrigin, type OriginVerdict } from './request-origin.ts';
import { isNavigation, readTarget, takeQueryToken } from './request-target.ts';
import { createTokenGuesses } from './token-guesses.ts';

export interface GuardRules {
  /** Further host names under which clients may ask. */
  readonly allowedHosts: readonly string[];
  /** null = none is needed. */
  readonly accessToken: string | null;
}

/** What may change while the gateway runs. */
export interface GuardSettings {
  readonly gatewayCorsOrigin: string;
  readonly gatewayMaxUploadBytes: number;
}

export interface GatekeeperOptions extends GuardRules {
  readonly settings: () => GuardSettings;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Looks at every request, websockets included, before anything else does. */
export interface Gatekeeper {
  /** null = let in. What proved that it may is taken out of the request, and a target in absolute form made a path. */
  admit(request: IncomingMessage): RawAnswer | null;
  /** What every answer carries. */
  answerHeaders(): Readonly<Record<string, string>>;
}

/** Longest path with query; prompts to translate stand in it. */
const maxTargetLength = 16 * 1024;
const maxHeaderCount = 200;

/** After what may have been cut in the wrong place nothing more is read. */
const closing = { connection: 'close' };

const notAllowed: Readonly<Record<Exclude<OriginVerdict, 'own' | 'foreign'>, RawAnswer>> = {
  'no-host': envelopeAnswer(400, ['bad_request', 'The request names no host.'], closing),
  host: envelopeAnswer(403, ['auth_host', 'The gateway is not known under this host name.']),
  page: emptyAnswer(403),
};

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** The form alone, before any rule is asked; makes the target a path. */
const formProblem = (request: IncomingMessage): { readonly authority: string | null } | RawAnswer => {
  const { method = '', url = '/', rawHeaders, httpVersion } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return envelopeAnswer(505, ['version_unknown', 'The gateway speaks HTTP/1.1.'], closing);
  if (method === 'TRACE') return envelopeAnswer(405, ['method_not_allowed', 'The gateway does not trace.']);
  if (url.length > maxTargetLength) return envelopeAnswer(414, ['uri_too_long', 'The address is too long.']);
  if (rawHeaders.length / 2 > maxHeaderCount)
    return envelopeAnswer(431, ['headers_too_large', 'The request has too many headers.']);
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  const target = readTarget(url);
  if (hosts > 1 || target === null || (target.pathAndQuery === '*' && method !== 'OPTIONS'))
    return envelopeAnswer(400, ['bad_request', 'The request is malformed.'], closing);
  request.url = target.pathAndQuery;
  return { authority: target.authority };
};

const verdictOf = (request: IncomingMessage, authority: string | null, rules: GatekeeperOptions): OriginVerdict => {
  const { headers, method = 'GET', httpVersion } = request;
  return judgeOrigin(
    {
      method,
      httpVersion,
      host: authority ?? headers.host,
      origin: first(headers.origin),
      referer: headers.referer,
      fetchSite: first(headers['sec-fetch-site']),
      fetchDest: first(headers['sec-fetch-dest']),
    },
    { allowedHosts: rules.allowedHosts, corsOrigin: rules.settings().gatewayCorsOrigin.trim() },
  );
};

/** What let the gateway's client in is not for the instance behind it. */
const takeOut = (request: IncomingMessage, { form }: GivenToken): void => {
  if (form === 'key') delete request.headers['x-api-key'];
  if (form === 'bearer' || form === 'basic') delete request.headers.authorization;
};

export const createGatekeeper = (options: GatekeeperOptions): Gatekeeper => {
  const { accessToken, settings, now } = options;
  const guesses = createTokenGuesses({ now });
  const isProof = accessToken !== null && isBeyondGuessing(accessToken);

  const refuseToken = (request: IncomingMessage, given: GivenToken | undefined): RawAnswer => {
    const address = request.socket.remoteAddress ?? '';
    if (given !== undefined) guesses.record(address, given.value);
    const challenge = { 'www-authenticate': 'Basic realm="ComfyUI", charset="UTF-8"' };
    const message = given === undefined ? 'The gateway needs an access token.' : 'The access token is wrong.';
    return envelopeAnswer(401, ['auth_required', message], isNavigation(request) ? challenge : {});
  };

  /**
   * An address that tried many wrong tokens waits. With a token that nobody guesses, the right one is let in meanwhile: who has it has not
   * found it by trying, and behind a reverse proxy, where all share one address, nobody locks the others out. One that could be guessed
   * waits too, or the wait would stop nobody from trying. Each given token is compared, in constant time, before either is decided.
   */
  const checkToken = (request: IncomingMessage, isForeign: boolean): RawAnswer | null => {
    const { pathAndQuery, token } = takeQueryToken(
      request.url ?? '/',
      (value) => accessToken !== null && isSameToken(value, accessToken),
    );
    request.url = pathAndQuery;
    if (accessToken === null) return null;
    // A browser adds the login that it remembers to what any page asks for, so it proves nothing for a page of all origins.
    const remembered = isForeign && settings().gatewayCorsOrigin.trim() === '*';
    const given = givenTokens(request.headers, token).filter(({ form }) => form !== 'basic' || !remembered);
    const right = given.find(({ value }) => isSameToken(value, accessToken));
    const waitMs = given.length === 0 ? 0 : guesses.waitMs(request.socket.remoteAddress ?? '');
    if (waitMs > 0 && (right === undefined || !isProof)) {
      const message = 'Too many wrong tokens came from this address.';
      return envelopeAnswer(429, ['auth_limited', message], { 'retry-after': String(Math.ceil(waitMs / 1000)) });
    }
    if (right === undefined) return refuseToken(request, given[0]);
    takeOut(request, right);
    return null;
  };

  const admit = (request: IncomingMessage): RawAnswer | null => {
    const form = formProblem(request);
    if ('status' in form) return form;
    const verdict = verdictOf(request, form.authority, options);
    if (verdict !== 'own' && verdict !== 'foreign') return notAllowed[verdict];
    // As ComfyUI, whatever the path; browsers ask it without any login.
    if (request.method === 'OPTIONS') return emptyAnswer(200);
    const refusal = checkToken(request, verdict === 'foreign');
    if (refusal !== null) return refusal;
    const maxBytes = settings().gatewayMaxUploadBytes;
    return Number(request.headers['content-length'] ?? 0) > maxBytes ? tooLarge(maxBytes) : null;
  };

  return {
    admit,
    answerHeaders: () => corsHeaders(settings().gatewayCorsOrigin.trim(), accessToken !== null),
  };
};
