import { isIP } from 'node:net';
import { allowsOrigin } from './cross-origin.ts';

/** What a request tells of where it comes from; header values as they came. */
export interface OriginFacts {
  readonly method: string;
  readonly httpVersion: string;
  /** Of the target where that names a host, else of the header. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly referer: string | undefined;
  readonly fetchSite: string | undefined;
  readonly fetchDest: string | undefined;
}

export interface OriginRules {
  /** Further host names under which clients may ask. */
  readonly allowedHosts: readonly string[];
  /** The setting: '' = pages of no other origin, `*` = of all. */
  readonly corsOrigin: string;
}

/**
 * `own`: a program, or a page of this server. `foreign`: a page of another origin that the settings allow. The rest is refused: no
 * host where one is due, a host under which this server is not known, a page that is not allowed.
 */
export type OriginVerdict = 'own' | 'foreign' | 'no-host' | 'host' | 'page';

interface Authority {
  readonly name: string;
  readonly port: string;
}

/** A Host is a name and a port and nothing else, so what URL would make of a login or a path never counts. */
const readAuthority = (text: string): Authority | null => {
  const [, name, port = ''] = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/iu.exec(text) ?? [];
  return name === undefined ? null : { name: name.replace(/^\[|\]$/gu, '').toLowerCase(), port };
};

const isLoopback = (name: string): boolean => name === 'localhost' || name === '::1' || name.startsWith('127.');

/** A foreign name server can lead a name to this machine, but not an address. */
const isKnown = ({ name }: Authority, allowedHosts: readonly string[]): boolean =>
  isIP(name) !== 0 || name === 'localhost' || allowedHosts.some((allowed) => allowed.toLowerCase() === name);

/**
 * Whether the Origin is that of this server. Under a loopback host as ComfyUI decides (comfyui-protocol.md 2.1): an Origin without
 * a port fits every port, and `null` passes, since browsers then add Sec-Fetch-Site, which tells foreign pages.
 */
const isOwnOrigin = (origin: string, host: Authority): boolean => {
  const lenient = isLoopback(host.name);
  if (origin === 'null') return lenient;
  const source = readAuthority(/^https?:\/\/(.+)$/iu.exec(origin)?.[1] ?? '');
  if (source === null || source.name !== host.name) return false;
  return source.port === host.port || (lenient && source.port === '');
};

/** A picture in a page is asked for without an Origin; the page stands in the Referer. */
const isMediaOf = (facts: OriginFacts, corsOrigin: string): boolean => {
  if (corsOrigin === '' || (facts.method !== 'GET' && facts.method !== 'HEAD')) return false;
  if (!['image', 'video', 'audio'].includes(facts.fetchDest ?? '')) return false;
  if (corsOrigin === '*') return true;
  const { referer } = facts;
  return referer !== undefined && URL.canParse(referer) && allowsOrigin(corsOrigin, new URL(referer).origin);
};

/** Judges by headers alone, as ComfyUI does, and beyond it by the Host, since what is forwarded passes every instance's own check. */
export const judgeOrigin = (facts: OriginFacts, { allowedHosts, corsOrigin }: OriginRules): OriginVerdict => {
  const { host, origin, fetchSite } = facts;
  // HTTP/1.0 knows no Host, and no browser speaks it.
  if (host === undefined) return facts.httpVersion === '1.0' && origin === undefined ? 'own' : 'no-host';
  const authority = readAuthority(host);
  if (authority === null || !isKnown(authority, allowedHosts)) return 'host';
  if (origin === undefined || origin === '') {
    if (fetchSite !== 'cross-site') return 'own';
    return isMediaOf(facts, corsOrigin) ? 'foreign' : 'page';
  }
  if (fetchSite !== 'cross-site' && isOwnOrigin(origin, authority)) return 'own';
  return allowsOrigin(corsOrigin, origin) ? 'foreign' : 'page';
};
